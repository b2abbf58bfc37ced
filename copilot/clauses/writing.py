"""A document becomes Markdown that `parse_document` reads back unchanged, and that people can correct by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from copilot.clauses.clause import Clause, Document
from copilot.clauses.header import Header
from copilot.clauses.markdown import split_heading
from copilot.clauses.signs import escaped, escaped_heading, tidy, tidy_line

_DEEPEST = 5  # headings above a clause; Markdown has six levels


def tidy_document(document: Document) -> Document:
    """The document as a file can keep it: tidy texts, no empty ones, each number once, at most five headings above."""
    numbers: set[str] = set()
    clauses: list[Clause] = []
    for clause in document.clauses:
        number = _unused(tidy_line(clause.number)[:200].strip() or "0", numbers)
        title = tidy_line(clause.title)
        path = tuple(heading for each in clause.path if (heading := tidy_line(each)))
        clauses.append(
            replace(
                clause, number=number, title=title or number, text=tidy(clause.text) or title or number,
                path=path[:_DEEPEST], say=tuple(line for each in clause.say if (line := tidy_line(each))),
            )
        )  # fmt: skip
    return replace(document, title=tidy_line(document.title) or document.id, clauses=tuple(clauses))


def written(document: Document) -> str:
    """The file of a tidy document. Validity of single clauses is left to whoever writes it in by hand."""
    origin = document.origin
    header = Header(
        document.id, document.title, document.effective, document.until, document.version,
        origin.file if origin else "", origin.imported if origin else None, origin.sha256 if origin else "",
    )  # fmt: skip
    return header.written() + "\n".join(_lines(document.clauses)) + "\n"


def _lines(clauses: Sequence[Clause]) -> Iterator[str]:
    above: list[str] = []
    for clause in clauses:
        common = _shared(above, clause.path)
        for level, heading in enumerate(clause.path[common:], start=common + 1):
            yield f"{'#' * level} {_heading_above(heading)}"
        yield f"{'#' * (len(clause.path) + 1)} {_heading_of(clause)}"
        above = [*clause.path, f"{clause.number} {clause.title if clause.title != clause.number else ''}".strip()]
        if clause.truncated:
            yield "<!-- truncated -->"
        for line in clause.text.split("\n"):
            yield f"{escaped(line)}\n"
        for sentence in clause.say:
            yield f"> 可以这样说：“{escaped(sentence)}”\n"


def _shared(above: Sequence[str], path: Sequence[str]) -> int:
    """How many headings of `path` are open already."""
    for count, (first, second) in enumerate(zip(above, path, strict=False)):
        if first != second:
            return count
    return min(len(above), len(path))


def _heading_of(clause: Clause) -> str:
    title = "" if clause.title == clause.number else clause.title
    simple = f"{clause.number} {escaped_heading(title)}".strip()
    if split_heading(simple) == (clause.number, title):
        return simple
    return f"【{escaped_heading(clause.number)}】{escaped_heading(title)}"


def _heading_above(heading: str) -> str:
    """A heading that reads back as these words; where they would read as another number, all of them are the number."""
    simple = escaped_heading(heading)
    if " ".join(part for part in split_heading(simple) if part) == heading:
        return simple
    return f"【{escaped_heading(heading)}】"


def _unused(number: str, numbers: set[str]) -> str:
    unused, count = number, 1
    while unused in numbers:
        count += 1
        unused = f"{number}·{count}"
    numbers.add(unused)
    return unused
