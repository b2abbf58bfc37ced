"""What every format is turned into: lines and tables in reading order.

A format knows things that plain text does not (heading levels, pages, table cells); `Line` and `Table` keep them, so that
the code which finds the clauses is the same for all formats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from copilot.documents.document import LeftOut


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, title or list item."""

    text: str  # as printed, without surrounding blanks; never empty
    number: int  # 1-based line of the file's text
    level: int = 0  # heading level 1 to 6 where the format says so, else 0
    page: int = 0  # 1-based page, 0 where pages are not known
    bullet: bool = False  # a list item without a number; the sign is taken off
    after_gap: bool = False  # an empty line stands before it
    depth: int = 0  # how deep a list item stands in other items
    full: bool = False  # reaches the right margin, so that its sentence may go on in the next line
    indented: bool = False  # begins to the right of the margin, as the first line of a paragraph does
    end: int = 0  # last line of the file that it was joined from; 0 is `number`

    @property
    def last_number(self) -> int:
        """The line of the file in which it ends."""
        return self.end or self.number


@dataclass(frozen=True, slots=True)
class Table:
    """A table; merged cells are already repeated in every cell they cover."""

    rows: tuple[tuple[str, ...], ...]
    number: int  # 1-based line of its first row
    name: str = ""  # of the sheet
    caption: str = ""  # the title above or beside it
    header_rows: int | None = None  # None where the format does not mark the header
    page: int = 0
    sheet: bool = False  # a whole sheet or CSV file, not a table within a text

    @property
    def text(self) -> str:
        """All cells as one string, for looking something up in them."""
        return "\n".join(" ".join(row) for row in self.rows)


Block: TypeAlias = Line | Table


@dataclass(slots=True)
class Extract:
    """What a format gave, before clauses are looked for."""

    blocks: list[Block]
    title: str = ""  # from the format itself: front matter, <title>, Word's title style
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header: str = ""  # machine-readable header (Markdown front matter), looked through for the date it takes effect
