"""The values: what reading one file gave, clause by clause, and what was left out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A piece of the file that is in no clause; the report shows it, so that nothing is lost silently."""

    text: str
    line: int  # 1-based line of the file's text; for docx, pdf and xlsx of the text taken from it; 0 unknown
    why: str  # short Chinese: "页码", "目录", "网站文字", "签名栏", "页眉页脚"


@dataclass(frozen=True, slots=True)
class ReadClause:
    """The smallest citable piece that was found."""

    number: str  # as printed and unique in the document: "1.2.3", "第十二条（二）", "一（一）1", "2.3·行4", "问3"
    title: str  # never empty
    text: str  # whole wording, plain; paragraphs, list items and table rows stand on lines of their own
    path: tuple[str, ...] = ()  # headings above it, outermost first
    truncated: bool = False  # the file breaks off inside this clause
    line: int = 0  # 1-based line of its first word, counted like LeftOut.line


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One file, read."""

    title: str
    clauses: tuple[ReadClause, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()  # Chinese sentences for the report: what was guessed, what should be checked
    effective: date | None = None  # first day it holds, where the text says so ("自2025年1月1日起施行")
