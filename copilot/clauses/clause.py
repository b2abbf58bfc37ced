"""The values: a document and its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from copilot.conversation import ClauseRef


@dataclass(frozen=True, slots=True)
class Clause:
    """The smallest citable piece of a document."""

    document: str  # id of the document, "agreement" or "returns"
    document_title: str
    number: str  # as printed: "1.3.4"
    title: str
    text: str  # the whole wording, plain; paragraphs and list items stand on lines of their own
    path: tuple[str, ...] = ()  # headings above it, outermost first
    say: tuple[str, ...] = ()  # sentences one may say to a customer
    truncated: bool = False  # the source breaks off inside this clause
    source: str = ""  # file, relative to the workspace
    line: int = 0  # 1-based line of its heading

    @property
    def ref(self) -> ClauseRef:
        """What others store in place of the clause."""
        return ClauseRef(self.document, self.number)

    @property
    def citation(self) -> str:
        """How a text names the clause: 《客服行为规范协议》2.1."""
        return f"《{self.document_title}》{self.number}"


@dataclass(frozen=True, slots=True)
class Document:
    """The agreement or one policy with its clauses in the order of the file."""

    id: str
    title: str
    effective: date | None
    clauses: tuple[Clause, ...]
    source: str
