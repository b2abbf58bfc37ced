"""What stands in a chat: cards of one slot replace each other in the same messages.

Which messages show a slot is known from memory, after a restart from the tapped message or from the store; where all
fail, the card is simply sent anew. A card marked `fresh` always begins new messages at the bottom of the chat.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from html import escape
from typing import Protocol

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import BadRequest, TelegramError

from copilot.desk.cards import Card
from copilot.telegram.delivery import edited, with_retries
from copilot.telegram.keyboard import slot_key
from copilot.telegram.render import Rendered, render

logger = logging.getLogger(__name__)

PASSING_SLOT = "notice"  # one passing line of the desk; never edited, for the next one says something else
MAX_SLOTS_REMEMBERED = 5_000


class Counters(Protocol):
    """Small numbers that outlive the process (the store keeps them)."""

    async def counter(self, name: str) -> int | None: ...

    async def set_counter(self, name: str, value: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """One message of a card."""

    html: str
    keyboard: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The messages of a slot, oldest first, and digests of the files that were sent with them.

    `pages` is what stands in them, empty where that is not known: after a restart.
    """

    message_ids: tuple[int, ...]
    pages: tuple[Page, ...] = ()
    files: frozenset[bytes] = frozenset()


class Screen:
    """Shows cards in chats."""

    def __init__(self, bot: Bot, counters: Counters) -> None:
        self._bot = bot
        self._counters = counters
        self._shown: OrderedDict[tuple[int, str], Shown] = OrderedDict()

    def note_tapped(self, chat_id: int, key: str, message_id: int) -> None:
        """Learn from a tap which message shows a slot, if that is not known: after a restart."""
        if (chat_id, key) not in self._shown:
            self._keep(chat_id, key, Shown((message_id,)))

    async def show(self, chat_id: int, cards: tuple[Card, ...]) -> None:
        """Send or edit all cards, in order. Raises TelegramError when one cannot be shown at all."""
        for card in cards:
            await self._show_card(chat_id, card)

    async def announce(self, chat_id: int, card: Card, opening: str) -> None:
        """Show a card that nobody asked for, so that showing it twice shows it once, wherever the process may die.

        A new place begins with `opening`, a word that says no more than that something comes, and is kept; then the
        card is put there by an edit, which may be repeated. Without an opening only a known place is edited.
        """
        key = slot_key(card.slot)
        known = await self._known(chat_id, card.slot, key)
        if known is None:
            if not opening:
                return
            message_id = await self._send(chat_id, Page(escape(opening, quote=False), None))
            await self._counters.set_counter(_counter_name(chat_id, card.slot), message_id)
            self._keep(chat_id, key, Shown((message_id,)))
        await self._show_card(chat_id, replace(card, fresh=False))

    async def say(self, chat_id: int, text: str) -> None:
        """One plain sentence."""
        await with_retries(lambda: self._bot.send_message(chat_id, text, parse_mode=None))

    async def _show_card(self, chat_id: int, card: Card) -> None:
        key = slot_key(card.slot)
        pages = _pages(render(card))
        known = await self._known(chat_id, card.slot, key) if card.slot != PASSING_SLOT else None
        before = None if card.fresh else known
        message_ids = await self._place_pages(chat_id, pages, before)
        files = await self._send_files(chat_id, card, before.files if before else frozenset())
        if card.slot != PASSING_SLOT:
            self._keep(chat_id, key, Shown(message_ids, pages, files))
            await self._remember(chat_id, card.slot, before, message_ids[-1])
        if card.fresh and known is not None:
            await self._retire(chat_id, known)

    async def _place_pages(self, chat_id: int, pages: Sequence[Page], before: Shown | None) -> tuple[int, ...]:
        """Edit the old messages as far as they reach, send what is more, delete what is left over."""
        old = list(before.message_ids) if before else []
        known = dict(zip(old, before.pages, strict=True)) if before and len(before.pages) == len(old) else {}
        placed: list[int] = []
        for page in pages:
            message_id = old.pop(0) if old else None
            if message_id is not None and (
                known.get(message_id) == page or await self._edit(chat_id, message_id, page)
            ):
                placed.append(message_id)
            else:
                old.clear()  # what cannot be edited is left as it is, and the rest follows below in order
                placed.append(await self._send(chat_id, page))
        for message_id in old:
            await self._delete(chat_id, message_id)
        return tuple(placed)

    async def _retire(self, chat_id: int, shown: Shown) -> None:
        """Take the buttons off an older card: its text stays, a tap on it could only mislead."""
        if shown.pages and shown.pages[-1].keyboard is None:
            return
        last = shown.message_ids[-1]
        try:
            await edited(lambda: self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=last))
        except TelegramError as error:  # the new card stands already; an old button costs one polite line
            logger.info("an older card keeps its buttons: %s", type(error).__name__)

    async def _edit(self, chat_id: int, message_id: int, page: Page) -> bool:
        return await edited(
            lambda: self._bot.edit_message_text(
                page.html, chat_id=chat_id, message_id=message_id, reply_markup=page.keyboard
            )
        )

    async def _send(self, chat_id: int, page: Page) -> int:
        sent = await with_retries(lambda: self._bot.send_message(chat_id, page.html, reply_markup=page.keyboard))
        return sent.message_id

    async def _delete(self, chat_id: int, message_id: int) -> None:
        try:
            await with_retries(lambda: self._bot.delete_message(chat_id, message_id))
        except BadRequest as error:
            logger.info("a left-over message stays: %s", error.message)

    async def _send_files(self, chat_id: int, card: Card, already: frozenset[bytes]) -> frozenset[bytes]:
        """Picture and file of the card, each once for as long as the card stands; returns their digests."""
        sends: dict[bytes, Callable[[], Awaitable[object]]] = {}
        if card.image:
            sends[_digest(card.image)] = partial(self._bot.send_photo, chat_id, card.image)
        if card.attachment and card.attachment.content:
            name, content = card.attachment.name, card.attachment.content
            sends[_digest(content)] = partial(self._bot.send_document, chat_id, content, filename=name)
        for digest, send in sends.items():
            if digest not in already:
                await with_retries(send)
        return frozenset(sends)

    async def _known(self, chat_id: int, slot: str, key: str) -> Shown | None:
        """The messages of the slot: from memory, else from the store, else None."""
        if (chat_id, key) in self._shown:
            return self._shown[chat_id, key]
        try:
            message_id = await self._counters.counter(_counter_name(chat_id, slot))
        except Exception:  # not knowing costs one new message, no more
            logger.exception("the place of a card could not be read")
            return None
        return Shown((message_id,)) if message_id else None

    async def _remember(self, chat_id: int, slot: str, before: Shown | None, message_id: int) -> None:
        if before is not None and before.message_ids[-1] == message_id and before.pages:
            return
        try:
            await self._counters.set_counter(_counter_name(chat_id, slot), message_id)
        except Exception:  # the card is on the screen; only an edit after a restart would miss its place
            logger.exception("the place of a card could not be kept")

    def _keep(self, chat_id: int, key: str, shown: Shown) -> None:
        self._shown[chat_id, key] = shown
        self._shown.move_to_end((chat_id, key))
        while len(self._shown) > MAX_SLOTS_REMEMBERED:
            self._shown.popitem(last=False)


def _pages(view: Rendered) -> tuple[Page, ...]:
    """Each message with its buttons: only the last has any."""
    *first, last = view.pages
    return (*(Page(html, None) for html in first), Page(last, view.keyboard))


def _counter_name(chat_id: int, slot: str) -> str:
    return f"telegram_message:{chat_id}:{slot}"[:100]


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()
