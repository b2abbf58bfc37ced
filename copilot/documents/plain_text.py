"""Plain text becomes lines."""

from __future__ import annotations

import re

from copilot.documents.joining import mark_full
from copilot.documents.lines import Block, Extract, Line

_BULLET = re.compile(r"(?:[-–—*+•●○◆◇■□▪▫·►▶➢✓✔※★☆]|[oO](?=\t))[ \t\u3000]{1,8}(?=\S)|[•●○◆◇■□▪▫►▶➢✓✔](?=\S)")
_PAGE_NUMBER = re.compile(r"[-–—·] {0,2}\d{1,4} {0,2}[-–—·]")
_BLANK = " \t\u3000\xa0\ufeff\u200b\r\v"


def extract_text(text: str) -> Extract:
    """The lines of a plain text, each with its number; form feeds begin a new page."""
    blocks: list[Block] = []
    page, gap = (1 if "\f" in text else 0), False
    for number, raw in enumerate(text.split("\n"), start=1):
        for at, piece in enumerate(raw.split("\f")):
            page += 1 if at else 0
            line = line_of(piece, number, page, gap)
            if line is not None:
                blocks.append(line)
            gap = line is None
    return Extract(mark_full(blocks))


def line_of(raw: str, number: int, page: int = 0, gap: bool = False) -> Line | None:
    """The line without blanks at its ends and without the sign of a bullet; None for an empty one."""
    text = raw.strip(_BLANK)
    indented = raw.startswith(("\u3000", "  ", "\t"))
    bullet = None if _PAGE_NUMBER.fullmatch(text) else _BULLET.match(text)
    if bullet is not None:
        text = text[bullet.end() :].strip(_BLANK)
    return Line(text, number, page=page, bullet=bullet is not None, after_gap=gap, indented=indented) if text else None
