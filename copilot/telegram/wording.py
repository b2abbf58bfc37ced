"""Text the way Telegram counts, cleans and accepts it."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MAX_MESSAGE_UNITS = 4096
_PARAGRAPH_ENDS = ("\n\n", "\n")
_SENTENCE_ENDS = "。！？!?；;…"
_BLANK_LETTERS = frozenset("\u3164\u115f\u1160\uffa0\u2800")
_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def utf16_units(text: str) -> int:
    """Length in UTF-16 units: the measure of Telegram's limits."""
    return len(text) + sum(character > "\uffff" for character in text)


def clean(text: str) -> str:
    """`text` without what Telegram refuses or drops: lone surrogates, control characters, direction overrides."""
    return "".join(map(_cleaned, text.replace("\r\n", "\n").replace("\r", "\n")))


@lru_cache(maxsize=4096)
def _cleaned(character: str) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if character in _DIRECTION_MARKS:
        return ""
    return " " if category == "Cc" else character


def is_visible(text: str) -> bool:
    """Whether anything can be seen: Telegram refuses messages and labels of blanks only."""
    return any(unicodedata.category(character)[0] in "LNPS" and character not in _BLANK_LETTERS for character in text)


def without_blank_stretches(text: str) -> str:
    """`text` with at most one empty line in a row."""
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip() or (lines and lines[-1].strip()):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip()


def split_at_borders(text: str, first_units: int, units: int) -> list[str]:
    """`text` in pieces of at most `units` UTF-16 units (`first_units` for the first), none of them blank.

    A piece ends at the end of a paragraph where one lies in its second half, else of a line, else of a sentence, else
    wherever the room ends.
    """
    pieces = []
    room, rest = first_units, text
    while utf16_units(rest) > room:
        cut = _border(rest, _characters_within(rest, room)) if room else 0
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip("\n")
        room = units
    return [piece for piece in (*pieces, rest) if piece.strip()]


def _characters_within(text: str, units: int) -> int:
    """How many leading characters of `text` fit into `units`."""
    used = 0
    for position, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > units:
            return position
    return len(text)


def _border(text: str, limit: int) -> int:
    """The best place to cut in `text[:limit]`, at least 1 when limit is."""
    for end in _PARAGRAPH_ENDS:
        if (found := text.rfind(end, limit // 2, limit)) > 0:
            return found + len(end)
    ends = max(text.rfind(end, limit // 2, limit) for end in _SENTENCE_ENDS)
    return ends + 1 if ends > 0 else limit
