"""A document in Markdown becomes clauses.

The shape: a front matter (`id`, `title`, `effective`), then headings. A heading that starts with a number ("2.1 响应时间")
is a clause when text stands under it or no numbered heading stands below it; other headings only order the file.
A line `> 可以这样说：…` is a sentence for the customer, `<!-- truncated -->` marks a clause that breaks off in its source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import yaml

from copilot.clauses.clause import Clause, Document
from copilot.errors import WorkspaceError

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,4}){0,5})[.、]?(?=\D|$)")
_SAY = re.compile(r">[ \t]*可以这样说[：:][ \t]*")
_DOCUMENT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TRUNCATED = "<!-- truncated -->"
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
    has_numbered_below: bool = False

    @property
    def text(self) -> str:
        return _plain(self.lines)


def parse_document(content: str, source: str) -> Document:
    """The document that `content` holds; `source` is the file's name in messages and in the clauses.

    Raises WorkspaceError with file, line and remedy: no or incomplete front matter, a number used twice, a clause
    without text, text under a heading without a number.
    """
    lines = content.replace("\r\n", "\n").split("\n")
    header, first_line = _front_matter(lines, source)
    document = Document(header["id"], header["title"], header["effective"], (), source)
    sections = _sections(lines, first_line, source)
    clauses: list[Clause] = []
    seen: dict[str, int] = {}
    for section in sections:
        if not section.number:
            _refuse_uncitable_text(section, source)
            continue
        if section.number in seen:
            raise WorkspaceError(
                f"{source}:{section.line}：条款编号 {section.number} 已在第 {seen[section.number]} 行用过，请改成不同的编号。"
            )
        seen[section.number] = section.line
        if section.text:
            clauses.append(_clause(section, document))
        elif not section.has_numbered_below:
            raise WorkspaceError(f"{source}:{section.line}：条款 {section.number} 没有正文，请在标题下写上内容，或删去这个标题。")
    if not clauses:
        raise WorkspaceError(f"{source}:{first_line + 1}：没有找到带编号的条款，请写成“## 1.1 标题”，下面另起一行写正文。")
    return replace(document, clauses=tuple(clauses))


def _front_matter(lines: list[str], source: str) -> tuple[dict[str, Any], int]:
    """The validated header and the index of the first line after it."""
    shape = "请在文件开头写三行“id: …”“title: …”“effective: 2026-01-01”，上下各一行“---”。"
    if not lines or lines[0].lstrip("\ufeff").strip() != "---":
        raise WorkspaceError(f"{source}:1：缺少文件头。{shape}")
    end = next((i for i, line in enumerate(lines[1:], start=1) if line.strip() == "---"), None)
    if end is None:
        raise WorkspaceError(f"{source}:1：文件头没有结束。{shape}")
    try:
        header = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        raise WorkspaceError(f"{source}:2：文件头格式有误。{shape}") from error
    if not isinstance(header, dict):
        raise WorkspaceError(f"{source}:2：文件头格式有误。{shape}")
    return _checked_header(header, source, shape), end + 1


def _checked_header(header: dict[Any, Any], source: str, shape: str) -> dict[str, Any]:
    for name in ("id", "title"):
        if not str(header.get(name) or "").strip():
            raise WorkspaceError(f"{source}:2：文件头缺少 {name}。{shape}")
    unknown = sorted(str(key) for key in header if key not in {"id", "title", "effective"})
    if unknown:
        raise WorkspaceError(f"{source}:2：文件头里没有名为 {unknown[0]} 的字段，请删去或更正拼写。")
    if not _DOCUMENT_ID.fullmatch(str(header["id"])):
        raise WorkspaceError(f"{source}:2：文件头的 id {header['id']!r} 只能用小写英文字母、数字、- 和 _。")
    effective = header.get("effective")
    if effective is not None and not isinstance(effective, date):
        raise WorkspaceError(f"{source}:2：文件头的 effective {effective!r} 不是日期，请写成 2026-01-01 的样子。")
    return {"id": str(header["id"]), "title": str(header["title"]).strip(), "effective": effective}


def _sections(lines: list[str], first_line: int, source: str) -> list[_Section]:
    """Every heading with the lines below it; what stands before the first heading is an introduction and left out."""
    sections: list[_Section] = []
    above: list[_Section] = []
    for index in range(first_line, len(lines)):
        line = lines[index].strip()
        heading = _HEADING.fullmatch(line)
        if heading:
            section = _heading(heading, index + 1)
            above = [other for other in above if other.level < section.level]
            section.path = tuple(f"{other.number} {other.title}".strip() for other in above)
            for other in above:
                other.has_numbered_below = other.has_numbered_below or bool(section.number)
            above.append(section)
            sections.append(section)
        elif sections:
            _add_line(sections[-1], line, f"{source}:{index + 1}")
    return sections


def _heading(match: re.Match[str], line: int) -> _Section:
    text = match[2].rstrip("# \t")
    number = _NUMBER.match(text)
    if number is None:
        return _Section(len(match[1]), "", text, line)
    return _Section(len(match[1]), number[1], text[number.end() :].strip(), line)


def _add_line(section: _Section, line: str, place: str) -> None:
    if _TRUNCATED in line:
        section.truncated = True
        line = line.replace(_TRUNCATED, "").strip()
    said = _SAY.match(line)
    if said:
        sentence = _unquoted(line[said.end() :].strip())
        if not sentence:
            raise WorkspaceError(f"{place}：“可以这样说：”后面是空的，请写上这句话，或删去这一行。")
        section.say.append(sentence)
    else:
        section.lines.append(line)


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


def _clause(section: _Section, document: Document) -> Clause:
    return Clause(
        document=document.id, document_title=document.title, number=section.number,
        title=section.title or section.number, text=section.text, path=section.path, say=tuple(section.say),
        truncated=section.truncated, source=document.source, line=section.line,
    )  # fmt: skip


_COMMENT = re.compile(r"<!--[^\n]{0,2000}?-->")
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)")
_BULLET = re.compile(r"[-*+][ \t]+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)、])[ \t]*\S|\|")
_TABLE_RULE = re.compile(r"[|:\- \t]+")


def _plain(lines: list[str]) -> str:
    """The wording without Markdown signs; wrapped lines are joined, list items and table rows stay lines."""
    paragraphs: list[str] = []
    joins = False
    for raw in lines:
        line = _COMMENT.sub("", raw.removeprefix(">")).strip()
        if not line or (line.startswith("|") and _TABLE_RULE.fullmatch(line)):
            joins = joins and bool(line)
            continue
        plain = _plain_line(line)
        if joins and not _ITEM.match(line):
            glue = " " if paragraphs[-1][-1:].isascii() and plain[:1].isascii() else ""
            paragraphs[-1] += glue + plain
        else:
            paragraphs.append(plain)
        joins = not line.startswith("|")
    return "\n".join(paragraphs)


def _plain_line(line: str) -> str:
    if line.startswith("|"):
        line = "，".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    line = _LINK.sub(r"\1", _BULLET.sub("", line, count=1) if _BULLET.match(line) else line)
    return line.replace("**", "").replace("`", "").strip()
