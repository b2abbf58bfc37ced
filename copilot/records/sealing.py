"""What keeps contact data unreadable on the disk, and findable all the same.

The private part of a record is one Fernet token (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec) under the key
of the settings. To find a customer again, each value is also kept as a keyed hash (a blind index): equal values have equal
hashes, and without the key nobody can try numbers through. A token names its key by a short fingerprint, so a wrong key is
told from a damaged record. Without a key the private part is plain JSON: the service goes on, and the desk says so.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from copilot.errors import RecordKeyError

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

PLAIN = "plain"
_VERSION = "v1"
_WRONG_KEY = (
    "这条记录是用另一把密钥（编号 {key}）加密的，现在打不开，记录没有丢。"
    "请把原来的密钥填到 COPILOT_RECORD_OLD_KEY，再试一次。"
)
_DAMAGED = "这条记录的加密内容已损坏，打不开。请用备份的数据库核对。"


class _Key:
    def __init__(self, text: str) -> None:
        self.text = text
        self._bytes = key_bytes(text)
        self.id = self._derived(b"fingerprint").hex()[:8]

    def _derived(self, purpose: bytes) -> bytes:
        return hmac.digest(self._bytes, b"copilot.records." + purpose, hashlib.sha256)

    @cached_property
    def fernet(self) -> Fernet:
        from cryptography.fernet import Fernet  # 9 MB, which a server without a key need not carry

        return Fernet(self.text.encode("ascii"))

    @cached_property
    def index(self) -> bytes:
        return self._derived(b"index")


class Safe:
    """Seals and opens under the first key; opens what the others sealed. Without keys nothing is encrypted."""

    def __init__(self, *keys: str) -> None:
        """The key in force, then former ones. Raises RecordKeyError for what is no key."""
        self._keys = {key.id: key for key in map(_Key, filter(None, keys))}
        self._current = next(iter(self._keys.values()), None) if keys and keys[0] else None

    @property
    def encrypted(self) -> bool:
        """Whether what is sealed now is encrypted."""
        return self._current is not None

    @property
    def key_id(self) -> str:
        """The fingerprint of the key in force; "plain" for none."""
        return self._current.id if self._current is not None else PLAIN

    def opens(self, key_id: str) -> bool:
        """Whether what was sealed under this key can be opened."""
        return key_id == PLAIN or key_id in self._keys

    def seal(self, values: Mapping[str, Any]) -> str:
        """The values as text for the database."""
        content = json.dumps(values, ensure_ascii=False)
        if self._current is None:
            return f"{PLAIN}:{content}"
        token = self._current.fernet.encrypt(content.encode("utf-8")).decode("ascii")
        return f"{_VERSION}:{self._current.id}:{token}"

    def open(self, sealed: str) -> dict[str, Any]:
        """What `seal` was given. Raises RecordKeyError for another key and for a damaged token."""
        if sealed.startswith(f"{PLAIN}:"):
            values: dict[str, Any] = json.loads(sealed.removeprefix(f"{PLAIN}:"))
            return values
        version, _, rest = sealed.partition(":")
        key_id, _, token = rest.partition(":")
        key = self._keys.get(key_id)
        if version != _VERSION or not token:
            raise RecordKeyError(_DAMAGED)
        if key is None:
            raise RecordKeyError(_WRONG_KEY.format(key=key_id))
        from cryptography.fernet import InvalidToken

        try:
            values = json.loads(key.fernet.decrypt(token.encode("ascii")))
        except (InvalidToken, UnicodeEncodeError):
            raise RecordKeyError(_DAMAGED) from None
        return values

    def hashes(self, terms: Iterable[str]) -> tuple[str, ...]:
        """The terms as they are kept beside what is sealed now; 64 hexadecimal digits each."""
        return tuple(sorted({_hashed(term, self._current) for term in terms}))

    def hashes_anywhere(self, terms: Iterable[str]) -> tuple[str, ...]:
        """The terms as they may have been kept under any key at hand, or under none: what to look for."""
        keys: tuple[_Key | None, ...] = (None, *self._keys.values())
        return tuple(sorted({_hashed(term, key) for term in terms for key in keys}))


def key_bytes(text: str) -> bytes:
    """The 32 bytes of a key. Raises RecordKeyError where the text is no key."""
    try:
        decoded = base64.urlsafe_b64decode(text.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        decoded = b""
    if len(decoded) != 32:
        raise RecordKeyError("记录的密钥格式不对。请用 copilot records key 生成一把，原样填到 COPILOT_RECORD_KEY。")
    return decoded


def new_key() -> str:
    """A fresh key for the settings."""
    import secrets

    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")


def _hashed(term: str, key: _Key | None) -> str:
    content = term.encode("utf-8")
    return hmac.new(key.index if key is not None else b"copilot.records.plain", content, hashlib.sha256).hexdigest()
