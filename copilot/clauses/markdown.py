"""A document in Markdown becomes clauses.

The shape: a front matter (see `header`), then headings. A heading that starts with a number ("2.1 响应时间", or any
printed number in brackets, "【第十二条（二）】受理时限") is a clause when text stands under it or no numbered heading stands
below it; other headings only order the file. A line `> 可以这样说：…` is a sentence for the customer,
`<!-- truncated -->` marks a clause that breaks off in its source, `<!-- valid 2025-01-01..2026-01-01 -->` one that
holds from the first day on until, but not on, the second; either day may be left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date

from copilot.clauses.clause import Clause, Document, Origin
from copilot.clauses.header import Header, read_header
from copilot.clauses.signs import hide_escaped, plain, show
from copilot.errors import WorkspaceError

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,4}){0,5})[.、]?(?=\D|$)")
_BRACKETED = re.compile(r"【([^】]{1,200})】")
_SAY = re.compile(r">[ \t]*可以这样说[：:][ \t]*")
_TRUNCATED = "<!-- truncated -->"
_VALID = re.compile(r"<!--[ \t]*valid\b([^>\n]{0,80})-->")
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})?[ \t]*\.\.[ \t]*(\d{4}-\d{2}-\d{2})?")
_QUOTES = (("“", "”"), ("「", "」"), ('"', '"'))


@dataclass
class _Section:
    """A heading while its lines are being collected."""

    level: int
    number: str
    title: str
    line: int
    path: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    say: list[str] = field(default_factory=list)
    truncated: bool = False
    valid: tuple[date | None, date | None] | None = None
    has_numbered_below: bool = False

    @property
    def text(self) -> str:
        return plain(self.lines)


def parse_document(content: str, source: str) -> Document:
    """The document that `content` holds; `source` is the file's name in messages and in the clauses.

    Raises WorkspaceError with file, line and remedy: no or incomplete front matter, a number used twice for the same
    days, a clause without text, text under a heading without a number.
    """
    lines = content.replace("\r\n", "\n").split("\n")
    header, first_line = read_header(lines, source)
    document = Document(
        header.id, header.title, header.effective, (), source, header.until, header.version,
        Origin(header.source, header.imported, header.sha256) if header.source or header.sha256 else None,
    )  # fmt: skip
    clauses: list[Clause] = []
    seen: dict[str, list[Clause]] = {}
    for section in _sections(lines, first_line, source):
        if not section.number:
            _refuse_uncitable_text(section, source)
            continue
        text = section.text
        if text:
            clause = _clause(section, text, header, source, seen.setdefault(section.number, []))
            seen[section.number].append(clause)
            clauses.append(clause)
        elif not section.has_numbered_below:
            raise WorkspaceError(f"{source}:{section.line}：条款 {section.number} 没有正文，请在标题下写上内容，或删去这个标题。")
    if not clauses:
        raise WorkspaceError(f"{source}:{first_line + 1}：没有找到带编号的条款，请写成“## 1.1 标题”，下面另起一行写正文。")
    return replace(document, clauses=tuple(clauses))


def split_heading(text: str) -> tuple[str, str]:
    """The number ("" where there is none) and the title of a heading; `text` may hold escaped signs."""
    text = hide_escaped(text).rstrip("# \t")
    bracketed = _BRACKETED.match(text)
    number = bracketed or _NUMBER.match(text)
    if number is None:
        return "", show(text)
    return show(number[1].strip()), show(text[number.end() :].strip())


def _sections(lines: list[str], first_line: int, source: str) -> list[_Section]:
    """Every heading with the lines below it; what stands before the first heading is an introduction and left out."""
    sections: list[_Section] = []
    above: list[_Section] = []
    for index in range(first_line, len(lines)):
        line = hide_escaped(lines[index]).strip()
        heading = _HEADING.fullmatch(line)
        if heading:
            section = _Section(len(heading[1]), *split_heading(heading[2]), index + 1)
            above = [other for other in above if other.level < section.level]
            section.path = tuple(f"{other.number} {other.title}".strip() for other in above)
            for other in above:
                other.has_numbered_below = other.has_numbered_below or bool(section.number)
            above.append(section)
            sections.append(section)
        elif sections:
            _add_line(sections[-1], line, f"{source}:{index + 1}")
    return sections


def _add_line(section: _Section, line: str, place: str) -> None:
    if _TRUNCATED in line:
        section.truncated = True
        line = line.replace(_TRUNCATED, "").strip()
    if valid := _VALID.search(line):
        section.valid = _period(valid[1].strip(), place)
        line = line.replace(valid[0], "").strip()
    said = _SAY.match(line)
    if said:
        sentence = show(_unquoted(line[said.end() :].strip()))
        if not sentence:
            raise WorkspaceError(f"{place}：“可以这样说：”后面是空的，请写上这句话，或删去这一行。")
        section.say.append(sentence)
    else:
        section.lines.append(line)


def _period(text: str, place: str) -> tuple[date | None, date | None]:
    """First day and first day no longer, each None where it is left out."""
    match = _PERIOD.fullmatch(text)
    try:
        if match is None or not (match[1] or match[2]):
            raise ValueError(text)
        start, end = (date.fromisoformat(day) if day else None for day in match.groups())
        if start is not None and end is not None and end <= start:
            raise ValueError(text)
    except ValueError as error:
        raise WorkspaceError(
            f"{place}：有效期 {text!r} 看不懂，请写成 <!-- valid 2025-01-01..2026-01-01 -->，后一天起不再有效，其中一天可以不写。"
        ) from error
    return start, end


def _unquoted(text: str) -> str:
    for opening, closing in _QUOTES:
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing) and opening not in text[1:-1]:
            return text[1:-1].strip()
    return text


def _refuse_uncitable_text(section: _Section, source: str) -> None:
    if section.level > 1 and section.text:
        raise WorkspaceError(
            f"{source}:{section.line}：标题“{section.title}”没有编号，下面的正文无法引用，请在标题前加上编号，如“1.2 {section.title}”。"
        )


def _clause(section: _Section, text: str, header: Header, source: str, same_number: list[Clause]) -> Clause:
    """The clause of a section; one whose number stands earlier in the file must hold on other days than that one."""
    start, end = section.valid or (header.effective, header.until)
    clause = Clause(
        document=header.id, document_title=header.title, number=section.number,
        title=section.title or section.number, text=text, path=section.path, say=tuple(section.say),
        truncated=section.truncated, source=source, line=section.line,
        version=header.version, valid_from=start, valid_until=end,
    )  # fmt: skip
    for other in same_number:
        if clause.overlaps(other):
            raise WorkspaceError(
                f"{source}:{section.line}：条款编号 {section.number} 已在第 {other.line} 行用过，请改成不同的编号；"
                "若是同一条的新旧两版，请用 <!-- valid 起..止 --> 写明各自的有效期，前后不要重叠。"
            )
    if same_number and start is not None:  # of clauses that do not overlap only one can go without a first day
        return replace(clause, version=f"{header.version}+{start}" if header.version else str(start))
    return clause
