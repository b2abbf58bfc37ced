"""The tree becomes clauses with citable numbers, each unique in its document.

The number is as printed: "1.2.3" and 第十二条 stand for themselves, also where chapters are above them; items take the
number of what they stand under: "第十二条（二）", "一（一）1", "3.2(a)"; a table row is "2.3·行4".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from copilot.documents.document import LeftOut, ReadClause
from copilot.documents.lines import Table
from copilot.documents.tables import ASKED, RowClause, rows_of
from copilot.documents.tree import HEADING, LIST_RANKS, QUESTION, Node

_COMPLETE = {"decimal", "article", "Article", "Section", "Clause", "Rule", "annex"}
_SCOPES = {"part", "chapter", "section", "annex", HEADING, "cn、", "Section"}
EMPTY = "只有编号，没有内容"
_LONGEST_NAME = 16  # characters of a title that stands in for a number
_LONGEST_FOLDED_ITEM = 60  # characters; longer items of a list are rules of their own


@dataclass(slots=True)
class Cited:
    """The clauses of a document and what the reader should be told about their numbers."""

    clauses: list[ReadClause] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def cite(root: Node) -> Cited:
    """All clauses below `root`, in the order of the file; titles must be settled before."""
    return _Citer(root).run()


class _Citer:
    def __init__(self, root: Node) -> None:
        self._root = root
        self._cited = Cited()
        self._used: Counter[str] = Counter()
        self._questions = 0
        headings = [node for node in root.walk() if node.style == HEADING]
        self._own_numbers = all(node.level for node in headings) and not any(_numbers_the_document(node) for node in root.walk())
        self._scoped = _restarting_styles(root)

    def run(self) -> Cited:
        if self._own_numbers:
            self._number_headings()
        self._add_tables(self._root.tables, "", ())
        for child in self._root.children:
            self._visit(child, "", ())
        return self._cited

    def _number_headings(self) -> None:
        headings = [node for node in self._root.walk() if node.style == HEADING]
        for node in headings:
            _fold_short_lists(node)
        if headings:
            self._cited.notes.append("原文的标题没有编号，已按先后顺序编为 1、1.1……，引用时请留意。")
        _number(self._root, "")

    def _visit(self, node: Node, above: str, path: tuple[str, ...]) -> None:
        number = self._number_of(node, above)
        heads = bool(node.children or node.tables)
        lines = _with_announced_list(node)
        if lines or not heads:
            text = "\n".join(lines) or node.title
            if text:
                self._add(node, number, text, path)
            else:
                words = " ".join((*path, node.printed.strip() or node.label))
                self._cited.left_out.append(LeftOut(words, node.line, EMPTY))
        below = (*path, f"{node.printed}{node.title}".strip()) if node.style != QUESTION else (*path, node.title)
        self._add_tables(node.tables, number, below)
        for child in node.children:
            self._visit(child, number, below)

    def _add(self, node: Node, number: str, text: str, path: tuple[str, ...]) -> None:
        if node.style != QUESTION:
            number = self._unique(number or (node.title or text)[:_LONGEST_NAME], node.line)
        self._cited.clauses.append(ReadClause(number, node.title or number, text, path, node.truncated, node.line))

    def _add_tables(self, tables: Sequence[Table], above: str, path: tuple[str, ...]) -> None:
        """The rows of a node's tables: 2.3·行4, in its second table 2.3·表2·行4, in a sheet 资费·行4."""
        within: Counter[str] = Counter()
        for table in tables:
            base = "·".join(part for part in (above, table.name) if part)
            within[base] += 1
            if within[base] > 1:
                base = "·".join(part for part in (base, f"表{within[base]}") if part)
            names = (table.name, table.caption)
            self._add_rows(rows_of(table), base, (*path, *(name for name in names if name and name not in path)))

    def _add_rows(self, rows: Sequence[RowClause], base: str, path: tuple[str, ...]) -> None:
        for row in rows:
            if row.label == ASKED:
                number = self._next_question(row.line)
            else:
                number = self._unique(f"{base}·{row.label}" if base and row.label.startswith("行") else row.label, row.line)
            self._cited.clauses.append(ReadClause(number, row.title, row.text, path, False, row.line))

    def _next_question(self, line: int) -> str:
        self._questions += 1
        return self._unique(f"{ASKED}{self._questions}", line)

    def _unique(self, number: str, line: int) -> str:
        self._used[number] += 1
        times = self._used[number]
        if times == 1:
            return number
        other = f"{number}（重复{'' if times == 2 else times - 1}）"
        self._cited.notes.append(f"第 {line} 行：编号 {number} 已经用过，这一条记作 {other}，请核对原文。")
        return self._unique(other, line) if self._used[other] else self._claim(other)

    def _claim(self, number: str) -> str:
        self._used[number] += 1
        return number

    def _number_of(self, node: Node, above: str) -> str:
        if node.style == HEADING:
            return self._number_of_heading(node, above)
        if node.style == QUESTION:
            return self._next_question(node.line)
        if node.style in _COMPLETE and node.style not in self._scoped and not above.startswith("附"):
            return node.label
        if node.style in ("part", "chapter"):
            return node.label
        return joined(above, node.label)

    def _number_of_heading(self, node: Node, above: str) -> str:
        if self._own_numbers:
            return node.label
        if HEADING in self._scoped or not (node.children or node.tables):
            return node.title[:_LONGEST_NAME]
        return above if not node.lines else node.title[:_LONGEST_NAME]


def joined(above: str, label: str) -> str:
    """A number below another: 第十二条 and （二） → 第十二条（二）; where figures would run together, a dot parts them: 3.2·1."""
    if not above or not label:
        return above + label
    runs_together = above[-1].isascii() and above[-1].isalnum() and label[0].isascii() and label[0].isalnum()
    if above.startswith("附") or (runs_together and (label[0].isdigit() or above[-1].isalpha())):
        return f"{above}·{label}"
    return above + label


def _numbers_the_document(node: Node) -> bool:
    """Whether this node's number orders the document; numbered items below titles without numbers do not."""
    if node.style in ("root", HEADING):
        return False
    return node.style not in LIST_RANKS or node.level > 0 or node.style in ("cn、", "(cn)", "I.", "int ")


def _restarting_styles(root: Node) -> set[str]:
    """Styles whose numbers begin anew below several titles, so that they need the title in front of them."""
    firsts: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for node in root.walk():
        for child in node.children:
            if child.style in _COMPLETE and all(part == 1 for part in child.parts) and node.style in _SCOPES:
                firsts[child.style, child.parts] += 1
    styles = {style for (style, _), times in firsts.items() if times > 1}
    headings = [node for node in root.walk() if node.style == HEADING]
    lists = Counter(child.style for node in headings for child in node.children if child.value == 1 and child.style not in _COMPLETE)
    return styles | ({HEADING} if any(times > 1 for times in lists.values()) else set())


def _number(node: Node, above: str) -> None:
    """Titles without numbers get 1, 1.1 in order; a lone title at the top level gives its place to those below it."""
    at = 0
    for child in node.children:
        if child.style == HEADING:
            at += 1
            child.label = f"{above}.{at}" if above else str(at)
            child.printed = child.label + " "
            _number(child, child.label)


def _fold_short_lists(node: Node) -> None:
    """A list of short items below a title without a number stays in its text: steps are read together."""
    if node.children and all(_is_short_item(child) for child in node.children):
        node.lines += [line for child in node.children for line in _item_lines(child)]
        node.last_line = max(node.last_line, node.children[-1].last_line)
        node.truncated = node.truncated or node.children[-1].truncated
        node.children = []


def _with_announced_list(node: Node) -> list[str]:
    """The lines of a node, with the short items that they announce: "有下列情形之一的，不予退货：" says nothing alone.

    The items are clauses of their own as well, so that each can be cited.
    """
    if not node.announced or len(node.children) < 2 or not all(_is_short_item(child) for child in node.children):
        return node.lines
    known = any(line.endswith(node.announced) for line in node.lines)
    lines = node.lines if known else [node.announced, *node.lines]
    at = next(i for i, line in enumerate(lines, start=1) if line.endswith(node.announced))
    return [*lines[:at], *(line for child in node.children for line in _item_lines(child)), *lines[at:]]


def _is_short_item(node: Node) -> bool:
    short = node.style in LIST_RANKS and not node.tables and len("".join(node.lines)) <= _LONGEST_FOLDED_ITEM
    return short and all(_is_short_item(child) for child in node.children)


def _item_lines(node: Node) -> list[str]:
    text = "\n".join(node.lines)
    title = node.title if not text.startswith(node.title.rstrip("…")) else ""
    first = node.printed + "：".join(part for part in (title, text) if part)
    return [first, *(line for child in node.children for line in _item_lines(child))]
