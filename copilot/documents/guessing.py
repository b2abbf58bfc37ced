"""Texts without any numbers or marked titles: short lines above paragraphs are their titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot.documents.document import ReadClause
from copilot.documents.lines import Block, Line
from copilot.documents.numbering import markers_of, question_of
from copilot.documents.titles import is_title, short_title

_LONGEST_TITLE = 24  # characters
BY_PARAGRAPH = "原文没有编号也没有小标题，已按段落编为 1、2、3……，引用时请留意。"


def with_guessed_titles(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a heading level for short lines above a paragraph where nothing else orders the text."""
    lines = [block for block in blocks if isinstance(block, Line)]
    ordered = any(
        line.level or question_of(line.text) is not None or any(not marker.doubt for marker in markers_of(line.text)) for line in lines
    )
    if ordered:
        return list(blocks)
    return [
        replace(block, level=2) if isinstance(block, Line) and _heads(block, following) else block
        for block, following in zip(blocks, [*blocks[1:], None], strict=False)
    ]


def _heads(line: Line, following: Block | None) -> bool:
    short = len(line.text) <= _LONGEST_TITLE and is_title(line.text) and not line.bullet
    return short and isinstance(following, Line) and (following.bullet or not is_title(following.text))


def by_paragraph(lines: Sequence[Line]) -> list[ReadClause]:
    """A clause for each paragraph, numbered in order."""
    return [ReadClause(str(at), short_title(line.text), line.text, (), False, line.number) for at, line in enumerate(lines, start=1)]
