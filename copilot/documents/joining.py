"""Sentences that the page or a fixed width broke over lines are joined again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import east_asian_width

from copilot.documents.lines import Block, Line, Table
from copilot.documents.numbering import answer_of, markers_of, question_of

ENDS = tuple("。！？；!?;：:")
# Words at the end of a line after which a sentence cannot end; 售后, 善后 and the like are nouns.
UNFINISHED = re.compile(r"(?:^|[^售善事前课])后$|(?:同时|的时候|之后|之前|以后|为了|由于|如果|根据|按照)$")
TITLE_BREAKS_OFF = re.compile(r"(?:[与和及或暨、的对—-]|\b(?:and|of|for|the|to|or|with|in))$")
_NARROWEST, _WIDEST = 30, 240  # columns between which a fixed width can lie
_LEAST_BROKEN = 3  # broken lines that make a text one of fixed width
_LEAST_SHARE = 0.7  # share of unfinished lines that must reach the margin


def join_broken(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each line that reaches the margin joined to the one that goes on with its sentence."""
    joined: list[Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        if isinstance(block, Line) and isinstance(before, Line) and _goes_on(before, block):
            text = before.text + glue(before.text, block.text) + block.text
            joined[-1] = replace(before, text=text, end=block.last_number, full=block.full)
        elif isinstance(block, Table) and isinstance(before, Table) and _is_continued(before, block):
            rows = block.rows[1:] if block.rows[0] == before.rows[0] else block.rows
            joined[-1] = replace(before, rows=before.rows + rows, page=block.page)
        else:
            joined.append(block)
    return joined


def _is_continued(before: Table, table: Table) -> bool:
    """Whether a table goes on at the top of the next page."""
    return table.page == before.page + 1 > 1 and len(table.rows[0]) == len(before.rows[0])


def glue(before: str, after: str) -> str:
    """A blank between two pieces of Latin text, nothing where Chinese stands on either side."""
    if before.endswith("-") and after[:1].islower():
        return ""
    return " " if before[-1:].isascii() and after[:1].isascii() else ""


def _goes_on(before: Line, line: Line) -> bool:
    if line.bullet or before.level != line.level or (line.after_gap and before.page == line.page):
        return False
    if line.level and TITLE_BREAKS_OFF.search(before.text):
        return not _begins_item(line.text)
    if before.text.endswith(("，", "、", ",")) or UNFINISHED.search(before.text) or (len(before.text) > 40 and line.text[:1].islower() and before.text[-1:].isalnum()):
        return not _begins_item(line.text)
    if not before.full or line.indented:
        return False
    if before.text.endswith(ENDS) and not before.page:
        return False  # whether the paragraph goes on after a sentence that ends at the margin shows on pages only
    if question_of(line.text) is not None or answer_of(line.text) is not None:
        return False
    return not _begins_item(line.text)


def _begins_item(text: str) -> bool:
    """Whether a number or a letter with a sign stands there; figures and bare numbers do not count."""
    return any(not marker.doubt or (marker.style[0] in "AaIi" and marker.style[:3] != "int") for marker in markers_of(text))


def mark_full(blocks: Sequence[Block]) -> list[Block]:
    """Sets `full` in a text without pages: lines of a fixed width after which the next word would not have fitted."""
    lines = [block for block in blocks if isinstance(block, Line)]
    margin = max((width(line.text) + 2 * line.indented for line in lines), default=0)
    if not _NARROWEST <= margin <= _WIDEST:
        return list(blocks)
    full = {id(a) for a, b in _neighbours(blocks) if width(a.text) + 2 * a.indented + _first_word(b.text, a.text) > margin}
    open_ends = [a for a, b in _neighbours(blocks) if not a.text.endswith((*ENDS, ".", "…", "”", "）", ")")) and not markers_of(b.text)]
    reach = sum(id(a) in full for a in open_ends)
    if reach < _LEAST_BROKEN or reach < _LEAST_SHARE * sum(width(a.text) > margin // 2 for a in open_ends):
        return list(blocks)
    return [replace(block, full=True) if isinstance(block, Line) and id(block) in full else block for block in blocks]


def _neighbours(blocks: Sequence[Block]) -> list[tuple[Line, Line]]:
    pairs = itertools.pairwise(blocks)
    return [(a, b) for a, b in pairs if isinstance(a, Line) and isinstance(b, Line) and not b.after_gap and not a.level and not b.level]


def _first_word(text: str, before: str) -> int:
    """Columns that the first word of the next line would have needed."""
    if not text[:1].isascii():
        return 2 if text[:1] not in "，。；：、！？）" else 3
    word = text.split(maxsplit=1)[0]
    ascii_part = next((at for at, character in enumerate(word) if not character.isascii()), len(word))
    return ascii_part + (1 if before[-1:].isascii() else 0)


def width(text: str) -> int:
    """Columns that a text takes where Chinese characters are twice as wide as Latin ones."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
