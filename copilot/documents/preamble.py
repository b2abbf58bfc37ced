"""What stands before the first clause: the title, the file's data, the parties of a contract, a preface."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.documents.document import LeftOut, ReadClause
from copilot.documents.leaving_out import RUNNING
from copilot.documents.left_out_rules import leave_rules
from copilot.documents.lines import Block, Line
from copilot.documents.numbering import markers_of, question_of
from copilot.documents.titles import is_title

PREFACE = "前言"
_KIND = re.compile(
    r"(?:协议书?|合同书?|办法|规定|规范|规程|制度|政策|条款|细则|指南|手册|标准|说明书?|须知|规则|承诺书?|公约|准则|守则|流程|方案|通知|公告|声明|问答|"
    r"解答|目录|清单|大全|要求|条例|章程|话术|知识库|FAQ|[Pp]olicy|POLICY|[Aa]greement|AGREEMENT|[Tt]erms|TERMS|[Gg]uide|[Mm]anual|[Hh]andbook|"
    r"[Ww]arranty|WARRANTY|[Rr]ules|[Cc]onditions|CONDITIONS|[Ss]tandards?|[Pp]rocedures?)(?:[（(《].{0,20}|[》”]|V?\d[\d.]*)?$"
)
_ISSUER = re.compile(r"(?:公司|集团|银行|中心|委员会|协会|事业部|学校|医院|管理局|Ltd\.?|Inc\.?|Company|Limited)$")
_MOST_TITLE_LINES = 4
_MOST_LINES_ABOVE = 8  # lines that can stand above a marked title


@dataclass(slots=True)
class Start:
    """The beginning of a document, parted."""

    title: str
    body: list[Block]
    left_out: list[LeftOut] = field(default_factory=list)


def take_title(blocks: Sequence[Block], known: str) -> Start:
    """The document's title and the blocks without it; `known` is the title that the format itself gave."""
    marked = _marked_title(blocks)
    if marked is not None:
        return marked
    heads = _heads(blocks)
    if not heads or (heads[0].level and not markers_of(heads[0].text)):
        return Start(known, list(blocks))
    first = heads[0]
    if known and "".join(known.split()) != "".join(first.text.split()) and not _KIND.search(first.text):
        return Start(known, list(blocks))
    chosen = _title_lines(heads)
    if not chosen or _heads_a_list(chosen[-1], blocks):
        return Start(known, list(blocks))
    glue = " " if chosen[0].text.isascii() else ""
    title = glue.join(line.text for line in chosen)
    return Start(title, [b for b in blocks if all(b is not line for line in chosen)])


def _marked_title(blocks: Sequence[Block]) -> Start | None:
    """The title where the format marks it: the only lines of the highest level, before any number or table."""
    lines = [block for block in blocks if isinstance(block, Line)]
    at = next((at for at, line in enumerate(lines[:_MOST_LINES_ABOVE]) if line.level), None)
    if at is None or any(not marker.doubt for line in lines[:at] for marker in markers_of(line.text)):
        return None
    level = lines[at].level
    same = [line for line in lines if line.level == level]
    leading = [line for line in lines[at : at + len(same)] if line.level == level and not markers_of(line.text)]
    if len(leading) != len(same) or len(same) > 3 or any(0 < line.level < level for line in lines):
        return None
    glue = " " if leading[0].text.isascii() else ""
    return Start(glue.join(line.text for line in leading), [b for b in blocks if all(b is not line for line in leading)])


def _heads(blocks: Sequence[Block]) -> list[Line]:
    """The lines before the first number, sentence or table, at most four; none where the file begins with a table."""
    heads: list[Line] = []
    for block in blocks[:_MOST_TITLE_LINES]:
        if not isinstance(block, Line) or block.bullet or question_of(block.text) is not None:
            break
        if any(not marker.figure for marker in markers_of(block.text)):
            break
        if not block.level and (not is_title(block.text) or block.text.endswith(("：", ":"))):
            break
        if leave_rules().why(block.text, "start") is not None and not _KIND.search(block.text):
            break
        heads.append(block)
        if block.level:
            break
    return heads


def _heads_a_list(line: Line, blocks: Sequence[Block]) -> bool:
    """Whether the line is the title of the first of several lists (退货 / 1. … / 换货 / 1. …) and not of the whole."""
    if _KIND.search(line.text):
        return False
    firsts = [(m.style, at) for at, b in enumerate(blocks) if isinstance(b, Line) for m in markers_of(b.text) if m.parts == (1,) and not m.doubt]
    below = next((style for style, at in firsts if blocks[at - 1] is line), None)
    return below is not None and sum(style == below for style, _ in firsts) > 1


def _title_lines(heads: Sequence[Line]) -> list[Line]:
    """The line that names a kind of document, with a company's name or the first half of the title before it."""
    for at, line in enumerate(heads):
        if _KIND.search(line.text):
            return list(heads[: at + 1]) if at <= 1 else [line]
    return [heads[0]] if heads and not _ISSUER.search(heads[0].text) else []


def title_in_header(left_out: Sequence[LeftOut]) -> str:
    """The running header, where it names a kind of document ("空调安装服务规范"); "" otherwise."""
    return next((each.text for each in left_out if each.why == RUNNING and is_title(each.text) and _KIND.search(each.text)), "")


def part_preface(lines: Sequence[Line], title: str) -> tuple[list[Line], list[LeftOut]]:
    """The lines before the first clause that are text, and those left out: the parties and the file's data."""
    rules = leave_rules()
    left_out, kept = [], []
    for line in lines:
        why = rules.why(line.text, "start")
        if why is None and "".join(line.text.split()) == "".join(title.split()):
            why = "重复的标题"
        if why is not None:
            left_out.append(LeftOut(line.text, line.number, why))
        else:
            kept.append(line)
    return kept, left_out


def preface(lines: Sequence[Line]) -> list[ReadClause]:
    """The clause 前言 for text before the first number: who the rules hold for often stands only there."""
    if not lines:
        return []
    return [ReadClause(PREFACE, PREFACE, "\n".join(line.text for line in lines), (), False, lines[0].number)]
