"""Cards as Telegram's HTML: pages of at most 4,096 characters, every word of the customer's escaped.

A page is built from blocks. A block is plain text inside one pair of tags; a text that does not fit is split before
it is escaped and each piece gets its own tags, so a split can break neither a tag nor an entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardMarkup

from copilot.desk.cards import Button, Card, Line, LineRole
from copilot.telegram import texts
from copilot.telegram.keyboard import fits_copy_button, keyboard_of
from copilot.telegram.wording import (
    MAX_MESSAGE_UNITS,
    clean,
    is_visible,
    split_at_borders,
    utf16_units,
    without_blank_stretches,
)

LEAST_ROOM = 600  # UTF-16 units; with less left on a page a long text begins on the next


@dataclass(frozen=True, slots=True)
class Look:
    """How a role looks: a sign in front, a pair of tags around, and whether an empty line goes before it."""

    sign: str = ""
    tag: str = ""
    apart: bool = False


# The desk's own words carry the signs that people need (✅, ⛔, ⭐); here is only how they are set.
LOOKS: dict[LineRole, Look] = {
    "status": Look(tag="b"),
    "text": Look(),
    "suggestion": Look(tag="blockquote", apart=True),
    "ok": Look(apart=True),
    "warning": Look(apart=True),
    "danger": Look(tag="b", apart=True),
    "quote": Look(tag="i"),
    "cite": Look(),
    "rewrite": Look("✏️ ", tag="blockquote", apart=True),
    "step": Look(),
    "muted": Look(tag="i", apart=True),
}
_CODE = Look(tag="pre")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A card ready to send: HTML of each message (at least one), and the buttons below the last."""

    pages: tuple[str, ...]
    keyboard: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    look: Look

    @property
    def units(self) -> int:
        return utf16_units(self.look.sign) + utf16_units(self.text)

    def html(self) -> str:
        body = escape(self.text, quote=False)
        return self.look.sign + (f"<{self.look.tag}>{body}</{self.look.tag}>" if self.look.tag else body)


def render(card: Card) -> Rendered:
    """The card as messages. A card without a visible word shows one that says so."""
    blocks = [_Block(_tidy(card.title), Look(tag="b"))] if is_visible(card.title) else []
    blocks += _line_blocks(card)
    pages = tuple(page for page in _paged(blocks) if page)
    return Rendered(pages or (texts.NOTHING_TO_SHOW,), keyboard_of(card))


def _line_blocks(card: Card) -> list[_Block]:
    """The lines' blocks; texts too long for a copy button stand in a box that copies when tapped."""
    to_box = [button for row in card.buttons for button in row if _needs_box(button)]
    blocks: list[_Block] = []
    position = 0
    while position < len(card.lines):
        boxed, length = _box_at(card.lines, position, to_box)
        line = card.lines[position]
        if boxed is not None:
            to_box.remove(boxed)
            label = line.text.removesuffix(boxed.copy_text).strip() if length == 1 else ""
            blocks += _box(label or boxed.label, boxed.copy_text)
        elif is_visible(line.text):
            blocks.append(_Block(_tidy(line.text), LOOKS[line.role]))
        position += length
    for button in to_box:
        blocks += _box(button.label, button.copy_text)
    return blocks


def _box_at(lines: Sequence[Line], position: int, to_box: Sequence[Button]) -> tuple[Button | None, int]:
    """The button whose text is what the lines from here on say, so that nothing stands twice; and how many lines."""
    for button in to_box:
        if lines[position].text.endswith(button.copy_text):
            return button, 1
        run = ""
        for length, line in enumerate(lines[position:], start=1):
            run += line.text
            if run == button.copy_text:
                return button, length
            run += "\n"
            if not button.copy_text.startswith(run):
                break
    return None, 1


def _needs_box(button: Button) -> bool:
    return button.kind == "copy" and is_visible(button.copy_text) and not fits_copy_button(button.copy_text)


def _box(label: str, text: str) -> list[_Block]:
    return [_Block(f"{_tidy(label)}{texts.TAP_TO_COPY}", Look(apart=True)), _Block(clean(text).strip("\n"), _CODE)]


def _tidy(text: str) -> str:
    return without_blank_stretches(clean(text)).strip("\n")


def _paged(blocks: list[_Block]) -> list[str]:
    """HTML pages. A block that fits on a page stays whole; a longer one fills the page in hand first."""
    pages: list[str] = []
    page, used = "", 0
    for block in blocks:
        gap = "" if not page else "\n\n" if block.look.apart else "\n"
        for piece in _pieces(block, MAX_MESSAGE_UNITS - used - len(gap)):
            if used + len(gap) + piece.units > MAX_MESSAGE_UNITS:
                pages.append(page)
                page, used, gap = "", 0, ""
            page += gap + piece.html()
            used += len(gap) + piece.units
            gap = "\n"
    return [*pages, page]


def _pieces(block: _Block, room_left: int) -> list[_Block]:
    """The block, or where it is longer than a page its parts: the first for the room left, if that is worth it."""
    if block.units <= MAX_MESSAGE_UNITS:
        return [block]
    sign = utf16_units(block.look.sign)
    whole = MAX_MESSAGE_UNITS - sign
    parts = split_at_borders(block.text, room_left - sign if room_left >= LEAST_ROOM else whole, whole)
    return [_Block(part, block.look) for part in parts if is_visible(part)]
