"""Markdown becomes lines: headings keep their level, tables their cells, signs of emphasis and links go.

Also what markitdown makes of docx and HTML comes this way; tables that were taken out before stand as `TABLE_MARK` and
their position in the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import yaml

from copilot.documents.document import LeftOut
from copilot.documents.joining import mark_full
from copilot.documents.lines import Block, Extract, Table
from copilot.documents.plain_text import line_of

TABLE_MARK = "\ue0f1"
_TABLE_PLACE = re.compile(rf"\W{{0,6}}{TABLE_MARK}(\d{{1,6}}){TABLE_MARK}")
_HEADING = re.compile(r"(#{1,6})[ \t\u3000]+(.*?)[ \t#]*")
_GLUED_HEADING = re.compile(r"(#{1,6})([^#\s\d].*)")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_ORDERED_OR_BULLET = re.compile(r"([ \t]*)(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-{1,}:?[ \t]*){0,100}\|?[ \t]*")
_COMMENT = re.compile(r"<!--.{0,5000}?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{1,500})\]\(([^)\n]{0,2000})\)")
_AUTOLINK = re.compile(r"<(https?://[^>\s]{1,500})>")
_TAG = re.compile(r"</?(?:u|b|i|em|strong|span|font|sup|sub|br|p|div|center|small|mark|del|ins|a)(?:\s[^<>\n]{0,300})?/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|__|~~|`{1,2})(?=\S)([^\n]{1,1000}?)(?<=\S)\1")
_SINGLE_EMPHASIS = re.compile(r"(?<![*A-Za-z0-9])\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*(?!\*)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~&$])")
_CONTENTS_LINK = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?\[[^\]\n]{1,200}\]\(#[^)\n]{0,300}\)[ \t]*")


def extract_markdown(text: str, tables: Sequence[Table] = ()) -> Extract:
    """The lines and tables of a Markdown text; `tables` are those that a mark stands for."""
    title, header, body, skipped = _front_matter(text)
    body = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), body)
    extract = Extract([], title=title, header=header)
    _Reader(extract, tables).read(body.split("\n"), skipped)
    extract.blocks = mark_full(extract.blocks)
    return extract


def _front_matter(text: str) -> tuple[str, str, str, int]:
    """Title, the header as text, the rest, and the number of lines before the rest."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return "", "", text, 0
    end = next((at for at, line in enumerate(lines[1:60], start=1) if line.strip() in ("---", "...")), None)
    if end is None:
        return "", "", text, 0
    header = "\n".join(lines[1:end])
    try:
        values = yaml.safe_load(header)
    except yaml.YAMLError:
        values = None
    if not isinstance(values, dict):
        return "", "", text, 0
    return str(values.get("title") or "").strip(), header, "\n".join(lines[end + 1 :]), end + 1


class _Reader:
    def __init__(self, extract: Extract, tables: Sequence[Table]) -> None:
        self._extract = extract
        self._blocks: list[Block] = extract.blocks
        self._tables = tables
        self._indents: list[int] = []

    def read(self, lines: Sequence[str], skipped: int) -> None:
        gap, at = False, 0
        while at < len(lines):
            used = self._read_one(lines, at, skipped + at + 1, gap)
            gap = not lines[at].strip()
            at += used

    def _read_one(self, lines: Sequence[str], at: int, number: int, gap: bool) -> int:
        raw = lines[at].removeprefix(">").rstrip() if lines[at].startswith(">") else lines[at].rstrip()
        place = _TABLE_PLACE.match(raw)
        if place is not None and int(place[1]) < len(self._tables):
            self._blocks.append(replace(self._tables[int(place[1])], number=number))
            return 1
        if "|" in raw and at + 1 < len(lines) and "-" in lines[at + 1] and "|" in lines[at + 1] and _TABLE_RULE.fullmatch(lines[at + 1].strip()):
            return self._read_table(lines, at, number)
        if not raw.strip() or _RULE.fullmatch(raw) or raw.strip().startswith("```"):
            return 1
        if _CONTENTS_LINK.fullmatch(raw):
            self._extract.left_out.append(LeftOut(plain(raw.strip()), number, "目录"))
            return 1
        heading = _HEADING.fullmatch(raw) or _GLUED_HEADING.fullmatch(raw)
        if heading is not None:
            self._add(heading[2], number, gap, level=len(heading[1]))
            return 1
        below = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if gap or at == 0:
            under = _UNDERLINE.fullmatch(below)
            if under is not None and len(below) >= 3 and not _ORDERED_OR_BULLET.match(raw) and len(raw) < 80:
                self._add(raw, number, gap, level=1 if below[0] == "=" else 2)
                return 2
        self._add(raw, number, gap, depth=self._depth(raw, gap))
        return 1

    def _add(self, raw: str, number: int, gap: bool, *, level: int = 0, depth: int = 0) -> None:
        line = line_of(raw, number, gap=gap)
        text = plain(line.text) if line is not None else ""
        if line is not None and text:
            self._blocks.append(replace(line, text=text, level=level, depth=depth, indented=False, bullet=line.bullet and not level))

    def _depth(self, raw: str, gap: bool) -> int:
        """How deep an item is nested, by its indent."""
        item = _ORDERED_OR_BULLET.match(raw)
        if item is None:
            if gap and not raw.startswith((" ", "\t")):
                self._indents = []
            return 0
        indent = len(item[1].expandtabs(4))
        while self._indents and self._indents[-1] > indent:
            self._indents.pop()
        if not self._indents or indent >= self._indents[-1] + 2:
            self._indents.append(indent)
        return len(self._indents) - 1

    def _read_table(self, lines: Sequence[str], at: int, number: int) -> int:
        rows = [_cells(lines[at])]
        end = at + 2
        while end < len(lines) and "|" in lines[end] and lines[end].strip():
            rows.append(_cells(lines[end]))
            end += 1
        columns = max(len(row) for row in rows)
        rows = [(*row, *[""] * (columns - len(row))) for row in rows]
        header = 1 if any(rows[0]) else 0
        self._blocks.append(Table(tuple(rows[1 - header :]), number, header_rows=header or None))
        return end - at


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().replace("\\|", "\ue0f2")
    inner = inner.removeprefix("|").removesuffix("|")
    return tuple(plain(cell.replace("\ue0f2", "|").strip()) for cell in inner.split("|"))


def plain(text: str) -> str:
    """A piece of Markdown without its signs: emphasis, links, escapes, inline tags."""
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _TAG.sub(" " if text.isascii() else "", _AUTOLINK.sub(r"\1", text))
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    text = _SINGLE_EMPHASIS.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text).replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
