"""The tree of a document while it is being read, and the kinds of nodes in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from copilot.documents.lines import Table

HEADING = "heading"  # a title without a number
QUESTION = "question"
RANKS = {
    "annex": 0, "part": 1, "chapter": 2, "section": 3, "article": 4, "Article": 4, "Section": 5, "Clause": 5, "Rule": 5,
    "款": 6, "Paragraph": 6, "项": 7,
}  # fmt: skip
LIST_RANKS = {
    "cn、": 0, "cn)": 1, "(cn)": 1, "int ": 2, "int.": 2, "int)": 3, "(int)": 3, "circle": 4, "A.": 2, "A)": 3, "(A)": 3, "a.": 4,
    "a)": 4, "(a)": 4, "I.": 0, "I)": 1, "(I)": 1, "i.": 5, "i)": 5, "(i)": 5,
}  # fmt: skip


@dataclass(slots=True)
class Node:
    """A clause or title while its text is being collected."""

    style: str
    line: int
    parts: tuple[int, ...] = ()
    label: str = ""
    printed: str = ""
    rest: str = ""  # what stands in the line of the number
    level: int = 0
    title: str = ""  # decided once the whole node is known
    lines: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    last_line: int = 0  # line of the file that its own text ends in
    gap: bool = False  # an empty line stands between its number and its text
    truncated: bool = False
    announced: str = ""  # the words before a list ("有下列情形之一的："), where the list is all that stands below

    @property
    def last_text(self) -> str:
        """The last line of its own text, before titles are settled."""
        return self.lines[-1] if self.lines else self.rest

    @property
    def value(self) -> int:
        return self.parts[-1] if self.parts else 0

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()
