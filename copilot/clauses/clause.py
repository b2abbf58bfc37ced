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
    version: str = ""  # tells the versions of one document apart; empty where there is only one
    valid_from: date | None = None  # first day on which it holds; None: since ever
    valid_until: date | None = None  # first day on which it no longer holds; None: for good

    def valid_on(self, day: date) -> bool:
        """Whether the clause holds on this day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day < self.valid_until
        )

    def overlaps(self, other: Clause) -> bool:
        """Whether there is a day on which both hold."""
        return (self.valid_from is None or other.valid_until is None or self.valid_from < other.valid_until) and (
            other.valid_from is None or self.valid_until is None or other.valid_from < self.valid_until
        )

    @property
    def edition(self) -> str:
        """The document with its version, the same for every clause of one version: "delivery@2026-01-01"."""
        return f"{self.document}@{self.version}" if self.version else self.document

    @property
    def ref(self) -> ClauseRef:
        """What others store in place of the clause."""
        return ClauseRef(self.document, self.number)

    @property
    def citation(self) -> str:
        """How a text names the clause: 《客服行为规范协议》2.1."""
        return f"《{self.document_title}》{self.number}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported document comes from."""

    file: str  # name without its folder
    imported: date | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The agreement or one policy, in one version, with its clauses in the order of the file."""

    id: str
    title: str
    effective: date | None
    clauses: tuple[Clause, ...]
    source: str
    until: date | None = None  # first day on which it no longer holds
    version: str = ""
    origin: Origin | None = None  # None for a document written by hand
