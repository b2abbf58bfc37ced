"""The signs of Markdown: how a line becomes plain wording, and how wording is written so that it comes back the same.

A backslash before a sign makes it an ordinary character, as everywhere in Markdown. While a file is read, such
characters are hidden behind lone surrogates, which no UTF-8 file can contain, so that no pattern takes them for signs.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = "\\`*#>|<[]+-.【】"
_HIDDEN = {sign: chr(0xDC00 + place) for place, sign in enumerate(_SIGNS)}
_SHOWN = {ord(hidden): sign for sign, hidden in _HIDDEN.items()}
_ESCAPED = re.compile(r"\\([\\`*#>|<\[\]+\-.【】])")
_COMMENT = re.compile(r"<!--[^\n]{0,2000}?-->")
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)")
_BULLET = re.compile(r"[-*+][ \t]+")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)、])[ \t]*\S|\|")
_TABLE_RULE = re.compile(r"[|:\- \t]+")
_BLOCK_SIGN = re.compile(r"[#>|]|[-*+](?=[ \t])|-(?=--)")  # at the start of a line


def hide_escaped(content: str) -> str:
    """The text with each escaped sign hidden; `show` brings it back without its backslash."""
    return _ESCAPED.sub(lambda match: _HIDDEN[match[1]], content)


def show(text: str) -> str:
    """The text with its hidden signs as ordinary characters."""
    return text.translate(_SHOWN)


def plain(lines: list[str]) -> str:
    """The wording without Markdown signs; wrapped lines are joined, list items and table rows stay lines."""
    paragraphs: list[str] = []
    joins = False
    for raw in lines:
        line = _COMMENT.sub("", raw.removeprefix(">")).strip()
        if not line or (line.startswith("|") and _TABLE_RULE.fullmatch(line)):
            joins = joins and bool(line)
            continue
        wording = _plain_line(line)
        if joins and not _ITEM.match(line):
            glue = " " if paragraphs[-1][-1:].isascii() and wording[:1].isascii() else ""
            paragraphs[-1] += glue + wording
        else:
            paragraphs.append(wording)
        joins = not line.startswith("|")
    return show("\n".join(paragraphs))


def _plain_line(line: str) -> str:
    if line.startswith("|"):
        line = "，".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    line = _LINK.sub(r"\1", _BULLET.sub("", line, count=1) if _BULLET.match(line) else line)
    return line.replace("**", "").replace("`", "").strip()


def tidy(text: str) -> str:
    """The text as a file can keep it: lines without blanks at their ends, no empty lines, no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SHOWN)
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "\n".join(line for raw in kept.split("\n") if (line := raw.strip()))


def tidy_line(text: str) -> str:
    """The text on one line, as a file can keep it."""
    return tidy(text).replace("\n", " ")


def escaped(line: str) -> str:
    """A tidy line of wording, written so that `plain` gives it back unchanged."""
    written = line.replace("\\", "\\\\").replace("`", "\\`").replace("**", "\\*\\*").replace("<!--", "\\<!--")
    if "](" in written:
        written = written.replace("[", "\\[")
    return f"\\{written}" if _BLOCK_SIGN.match(written) else written


def escaped_heading(text: str) -> str:
    """A tidy line, written so that it may stand in a heading or, as a number, between 【 and 】."""
    written = text.replace("\\", "\\\\").replace("】", "\\】")
    if written.startswith("【"):
        written = f"\\{written}"
    return f"{written[:-1]}\\#" if written.endswith("#") else written
