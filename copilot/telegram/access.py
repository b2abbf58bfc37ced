"""Who may use the bot. Closed by default, for messages and buttons alike.

Let in are the users that the settings name (by id or @name), those the store remembers, and whoever sends the
one-time code that was shown when the bot started. Everybody else is told so once and then meets silence. Codes are
checked five times per user and two hundred times in all, so eight digits cannot be guessed.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

CODE_DIGITS = 8
MAX_WRONG_CODES_PER_USER = 5
MAX_WRONG_CODES = 200
MAX_STRANGERS_REMEMBERED = 10_000

Admission = Literal["open", "opened", "decline", "ignore"]


class AllowedUsers(Protocol):
    """The lasting list of users who were let in (the store keeps it)."""

    async def allow_telegram_user(self, user_id: int, name: str = "") -> None: ...

    async def is_telegram_user_allowed(self, user_id: int) -> bool: ...


@dataclass(slots=True)
class _Stranger:
    wrong_codes: int = 0


def new_code() -> str:
    """A fresh one-time code of eight digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


class Access:
    """Decides about each update. `code` is the one-time code that is still good, or None."""

    def __init__(self, users: Iterable[str], allowed: AllowedUsers, code: str | None = None) -> None:
        """`users` are ids or @names as the settings hold them; a name counts with or without its @."""
        named = [user.strip().removeprefix("@").lower() for user in users]
        self._ids = {int(user) for user in named if user.isascii() and user.isdigit()}
        self._names = {user for user in named if user and not user.isdigit()}
        self._allowed = allowed
        self._strangers: OrderedDict[int, _Stranger] = OrderedDict()
        self._wrong_codes = 0
        self.code = code

    async def admit(self, user_id: int, username: str | None, text: str | None) -> Admission:
        """What to do with an update of this user; `text` is what they wrote, None for a button.

        "open": may pass; "opened": just let in by the code; "decline": say the one sentence; "ignore": silence.
        """
        if user_id in self._ids or (username or "").lower() in self._names:
            return "open"
        if await self._allowed.is_telegram_user_allowed(user_id):
            self._ids.add(user_id)
            return "open"
        return await self._admit_stranger(user_id, username, text)

    async def _admit_stranger(self, user_id: int, username: str | None, text: str | None) -> Admission:
        first_time = user_id not in self._strangers
        stranger = self._remember(user_id)
        candidate = _code_in(text or "")
        if candidate is not None and self._is_right(candidate, stranger):
            return await self._let_in(user_id, username)
        return "decline" if first_time else "ignore"

    async def _let_in(self, user_id: int, username: str | None) -> Admission:
        used, self.code = self.code, None  # spent before the first wait: two at once cannot both use it
        try:
            await self._allowed.allow_telegram_user(user_id, f"@{username}" if username else "")
        except BaseException:
            self.code = used
            raise
        self._ids.add(user_id)
        self._strangers.pop(user_id, None)
        return "opened"

    def _is_right(self, candidate: str, stranger: _Stranger) -> bool:
        if self.code is None or stranger.wrong_codes >= MAX_WRONG_CODES_PER_USER:
            return False
        if secrets.compare_digest(candidate, self.code):
            return True
        stranger.wrong_codes += 1
        self._wrong_codes += 1
        if self._wrong_codes >= MAX_WRONG_CODES:
            self.code = None
        return False

    def _remember(self, user_id: int) -> _Stranger:
        stranger = self._strangers.setdefault(user_id, _Stranger())
        self._strangers.move_to_end(user_id)
        while len(self._strangers) > MAX_STRANGERS_REMEMBERED:
            self._strangers.popitem(last=False)
        return stranger


def _code_in(text: str) -> str | None:
    """The digits of a message that is nothing but a code (or a start link that carries one), else None."""
    words = unicodedata.normalize("NFKC", text[:64]).removeprefix("/start")
    digits = words.replace(" ", "").replace("-", "").strip()
    return digits if digits.isascii() and digits.isdigit() else None
