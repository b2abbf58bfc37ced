"""Telegram's HTML, parsed as strictly as its server does: what PTB sends is refused here for what it is refused there.

Stricter in two points, where the real server quietly drops formatting: nothing may stand inside `pre` and `code`,
and quotations do not nest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SIMPLE_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(/?)([A-Za-z-]*)([^<>]*)>")
CHARACTER = re.compile(r"&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|[a-z]{2,4});")


class CannotParse(Exception):
    """The markup is broken; the message is the one of the real server, after "can't parse entities: "."""


@dataclass(frozen=True)
class Parsed:
    """Text as people see it, and its entities with UTF-16 offsets."""

    text: str
    entities: tuple[dict[str, object], ...]


def utf16_length(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> Parsed:
    """Text and entities of `source`. Raises CannotParse."""
    text = ""
    open_tags: list[tuple[str, int]] = []
    entities: list[dict[str, object]] = []
    position = 0
    while position < len(source):
        if source[position] == "<":
            found = TAG.match(source, position)
            if found is None:
                raise CannotParse(f"Unclosed start tag at byte offset {len(source[:position].encode())}")
            closing, name, rest = found[1], found[2].lower(), found[3].strip()
            if closing:
                _close(name, text, open_tags, entities, len(source[:position].encode()))
            else:
                _open(name, rest, text, open_tags, len(source[:position].encode()))
            position = found.end()
        elif source[position] == "&" and (found := CHARACTER.match(source, position)):
            text += _character(found[1]) or found[0]
            position = found.end()
        else:
            text += source[position]
            position += 1
    if open_tags:
        raise CannotParse(f"Can't find end tag corresponding to start tag {open_tags[-1][0]}")
    return _trimmed(text, entities)


def _open(name: str, rest: str, text: str, open_tags: list[tuple[str, int]], offset: int) -> None:
    known = (name in SIMPLE_TAGS and rest == "") or (name == "blockquote" and rest == "expandable")
    known = known or (name == "a" and rest.startswith("href="))
    if not known:
        raise CannotParse(f'Unsupported start tag "{name}" at byte offset {offset}')
    if any(outer in ("pre", "code") for outer, _ in open_tags):
        raise CannotParse(f"Tag {name} inside preformatted text at byte offset {offset}")
    if name == "blockquote" and any(outer == "blockquote" for outer, _ in open_tags):
        raise CannotParse(f"Nested blockquote at byte offset {offset}")
    open_tags.append((name, utf16_length(text)))


def _close(
    name: str, text: str, open_tags: list[tuple[str, int]], entities: list[dict[str, object]], offset: int
) -> None:
    if not open_tags:
        raise CannotParse(f"Unexpected end tag at byte offset {offset}")
    opened, start = open_tags.pop()
    if name != opened:
        raise CannotParse(f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"')
    length = utf16_length(text) - start
    if length:
        entities.append({"type": SIMPLE_TAGS.get(name, "text_link"), "offset": start, "length": length})


def _character(name: str) -> str:
    if name.startswith("#"):
        code = int(name[2:], 16) if name[1] == "x" else int(name[1:])
        return chr(code) if 0 < code < 0x110000 else ""
    return NAMED_CHARACTERS.get(name, "")


def _trimmed(text: str, entities: list[dict[str, object]]) -> Parsed:
    """Telegram cuts white space at both ends, and entities with it."""
    body = text.rstrip()
    cut = utf16_length(body) - utf16_length(body.lstrip())
    end = utf16_length(body)
    kept = []
    for entity in entities:
        start, stop = int(str(entity["offset"])), int(str(entity["offset"])) + int(str(entity["length"]))
        start, stop = max(start, cut), min(stop, end)
        if stop > start:
            kept.append({**entity, "offset": start - cut, "length": stop - start})
    return Parsed(body.lstrip(), tuple(sorted(kept, key=lambda entity: (entity["offset"], entity["type"]))))
