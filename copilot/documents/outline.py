"""Lines become a tree: which line begins a clause, and what it stands under.

A line's beginning is taken for a number when it continues or opens a list: "1.5" after "1.4", "（一）" with a "（二）" to come.
What it stands under follows from the numbers themselves (1.2.3 under 1.2), from the rank of 编 章 节 条 款 项, and
otherwise from what is open: a kind of number that is open already continues there, a new kind opens below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from copilot.documents.lines import Block, Line, Table
from copilot.documents.lookahead import Numbers, list_key, successor
from copilot.documents.numbering import Marker, answer_of, markers_of, question_of
from copilot.documents.tree import HEADING, LIST_RANKS, QUESTION, RANKS, Node

_BACK_REFERENCE = re.compile(r"(?:前款|上述|前述|以上(?:情形|情况|条件|规定|内容|各项)|本条)")
_FINISHED = tuple("。！？；.!?;：:…”’」』）)》】")


def outline(blocks: Sequence[Block]) -> tuple[Node, list[Line]]:
    """The tree of a document, and the lines that stand before the first number, title or question."""
    return _Outliner(blocks).run()


def _candidates(block: Block) -> tuple[Marker, ...]:
    """What the block's beginning can be read as; behind the sign of a bullet only what is surely a number."""
    if not isinstance(block, Line):
        return ()
    return tuple(marker for marker in markers_of(block.text) if not (block.bullet and marker.doubt))


class _Outliner:
    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._candidates = [_candidates(block) for block in blocks]
        self._numbers = Numbers(self._candidates, blocks)
        self._has_answers = any(isinstance(b, Line) and answer_of(b.text) is not None for b in blocks)
        self._root = Node("root", 0)
        self._preface: list[Line] = []
        self._stack: list[tuple[str, Node]] = [("root", self._root)]

    def run(self) -> tuple[Node, list[Line]]:
        for index, block in enumerate(self._blocks):
            if isinstance(block, Table):
                self._stack[-1][1].tables.append(block)
            else:
                self._add_line(index, block)
        return self._root, self._preface

    @property
    def _current(self) -> Node:
        return self._stack[-1][1]

    def _add_line(self, index: int, line: Line) -> None:
        if self._has_answers and self._add_question(line):
            return
        marker = next((m for m in self._candidates[index] if self._accepts(m, index, line)), None)
        if marker is not None:
            self._open(marker, index, line)
        elif line.level > 0 or self._is_title_of_list(index, line):
            self._open_heading(line)
        else:
            self._add_text(line, index)

    def _add_text(self, line: Line, index: int) -> None:
        node = self._current
        if node is self._root:
            self._preface.append(line)
            return
        answer = answer_of(line.text) if node.style == QUESTION and not node.lines else None
        if self._belongs_above(line, index):
            self._stack.pop()
            node = self._current
        node.gap = node.gap or (line.after_gap and not node.lines)
        node.lines.append(line.text if answer is None else answer)
        node.last_line = line.last_number

    def _belongs_above(self, line: Line, index: int) -> bool:
        """Whether a paragraph after the last item of a list goes on with the clause that introduced the list."""
        key, node = self._stack[-1]
        parent = self._stack[-2][1] if len(self._stack) > 2 else self._root
        if node.style not in LIST_RANKS or parent.style in LIST_RANKS or not parent.rest or node.lines or line.bullet:
            return False
        if _BACK_REFERENCE.match(line.text):
            return True
        listed = parent.last_text.endswith(("：", ":")) and node.value > 1 and node.rest.endswith("。")
        return listed and not self._numbers.continues(key, node.parts, index)

    # Questions and answers

    def _add_question(self, line: Line) -> bool:
        question = question_of(line.text)
        if question is None:
            return False
        self._pop_to(lambda node: node.style in (HEADING, "root", "cn、", *RANKS))
        self._push(QUESTION, Node(QUESTION, line.number, label=line.text, rest=question))
        return True

    # Is it a number?

    def _accepts(self, marker: Marker, index: int, line: Line) -> bool:
        if marker.style == "decimal":
            return self._accepts_decimal(marker, index)
        if marker.style in ("款", "项"):
            return any(node.style in ("article", "decimal") for _, node in self._stack) and bool(marker.rest)
        if marker.style in RANKS:
            return True
        return self._accepts_item(marker, index, line)

    def _accepts_decimal(self, marker: Marker, index: int) -> bool:
        siblings = [node for _, node in self._stack if node.style == "decimal" and len(node.parts) == len(marker.parts)]
        follows = any(node.parts[:-1] == marker.parts[:-1] and 0 < marker.value - node.value <= 1 for node in siblings)
        opens = marker.value == 1 and (len(marker.parts) == 2 or self._has_open(marker.parts[:-1]))
        fits = follows or (opens and (marker.parts[0] in self._open_values() or not self._any_open()))
        if marker.doubt:
            return fits and self._finished_before(index)
        if fits or len(marker.parts) > 2 or marker.spaced:
            return True
        return self._numbers.next("decimal", successor(marker.parts), index) is not None or not self._any_open()

    def _has_open(self, parts: tuple[int, ...]) -> bool:
        return any(node.parts == parts for _, node in self._stack)

    def _open_values(self) -> set[int]:
        """Values that the first part of a decimal may continue: of all that is open, and one more."""
        values = {node.parts[0] for _, node in self._stack if node.parts}
        return values | {value + 1 for value in values}

    def _any_open(self) -> bool:
        return any(node.parts for _, node in self._stack)

    def _accepts_item(self, marker: Marker, index: int, line: Line) -> bool:
        key = list_key(marker, line)
        open_node = next((node for other, node in reversed(self._stack) if other == key), None)
        follows = open_node is not None and 0 < marker.value - open_node.value <= (1 if marker.doubt else 3)
        has_next = self._numbers.next(key, successor(marker.parts), index) is not None
        if marker.style == "int " and not marker.spaced:
            leads = self._numbers.next("decimal", (marker.value, 1), index) is not None
            return (line.level > 0 or leads) and (marker.value == 1 or follows or not self._any_open()) and self._finished_before(index)
        if marker.doubt:
            leads = marker.style == "int " and self._numbers.next("decimal", (marker.value, 1), index) is not None
            if marker.figure:
                return (leads or line.level > 0) and self._finished_before(index)
            begins = marker.value == 1 and (has_next or leads)
            return (line.level > 0 and marker.style == "int ") or follows or begins or (leads and self._finished_before(index))
        if marker.value == 1 or follows or has_next:
            return True
        previous = marker.value - 1
        return open_node is not None and marker.value <= open_node.value and previous < 30 and line.after_gap

    def _finished_before(self, index: int) -> bool:
        """Whether the line before can be the end of a sentence or a title, so that a new clause may begin."""
        before = self._blocks[index - 1] if index else None
        if not isinstance(before, Line) or before.level or self._candidates[index - 1]:
            return True
        return before.text.endswith(_FINISHED)

    # Where does it belong?

    def _open(self, marker: Marker, index: int, line: Line) -> None:
        key = list_key(marker, line)
        depth = self._parent_depth(marker, key, index, line)
        del self._stack[depth + 1 :]
        node = Node(marker.style, line.number, marker.parts, marker.label, marker.printed, marker.rest, line.level)
        node.last_line = line.last_number
        self._push(key, node)

    def _push(self, key: str, node: Node) -> None:
        self._current.children.append(node)
        self._stack.append((key, node))

    def _parent_depth(self, marker: Marker, key: str, index: int, line: Line) -> int:
        if marker.style == "decimal":
            return self._depth_for_decimal(marker)
        for depth in range(len(self._stack) - 1, 0, -1):
            if self._stack[depth][0] == key:
                return depth - 1
        if marker.style in RANKS:
            return self._depth_for_ranked(marker, line)
        return self._depth_for_item(marker, index)

    def _depth_for_decimal(self, marker: Marker) -> int:
        size = len(marker.parts)
        for depth in range(len(self._stack) - 1, 0, -1):
            node = self._stack[depth][1]
            counts = node.style in ("decimal", "int.", "int ", "Section", "Clause", "Article")
            if counts and len(node.parts) < size and node.parts == marker.parts[: len(node.parts)]:
                return depth
        for depth in range(1, len(self._stack)):
            node = self._stack[depth][1]
            if node.style == "decimal" and len(node.parts) >= size:
                return depth - 1
        holders = (HEADING, "cn、", "I.", *RANKS)
        for depth in range(len(self._stack) - 1, 0, -1):
            node = self._stack[depth][1]
            if node.style in holders and node.parts[:1] == marker.parts[:1]:
                return depth
        return next((d for d in range(len(self._stack) - 1, 0, -1) if self._stack[d][1].style in holders), 0)

    def _depth_for_ranked(self, marker: Marker, line: Line) -> int:
        rank = RANKS[marker.style]
        for depth in range(len(self._stack) - 1, 0, -1):
            node = self._stack[depth][1]
            if node.style in RANKS and RANKS[node.style] < rank:
                return depth
            above = node.style == HEADING and (rank >= 4 or line.level > node.level > 0)
            if above or (rank >= 4 and node.style in ("cn、", "int ") and not node.lines):
                return depth
        return 0

    def _depth_for_item(self, marker: Marker, index: int) -> int:
        rank = LIST_RANKS[marker.style]
        for depth in range(len(self._stack) - 1, 0, -1):
            key, node = self._stack[depth]
            done = node.style in LIST_RANKS and LIST_RANKS[node.style] > rank and not self._numbers.continues(key, node.parts, index)
            if not done and node.style != QUESTION:
                return depth
        return 0

    # Titles without a number

    def _is_title_of_list(self, index: int, line: Line) -> bool:
        """A short line without signs in front of a list that begins anew: 退货规则 / 1. … / 2. …"""
        if line.bullet or len(line.text) > 20 or re.search(r"[，。；：！？,;:!?、…\d]", line.text) or index + 1 >= len(self._blocks):
            return False
        following = next((m for m in self._candidates[index + 1] if m.value == 1 and m.style in LIST_RANKS), None)
        if following is None or len(following.parts) != 1 or not (index == 0 or self._finished_before(index)):
            return False
        key = list_key(following, self._blocks[index + 1])
        before = any(other == key for other, _ in self._stack)
        return before or (not self._any_open() and self._numbers.next(key, (1,), index + 1) is not None)

    def _open_heading(self, line: Line) -> None:
        def stays(node: Node) -> bool:
            return node.style == "root" or 0 < node.level < (line.level or 1)

        self._pop_to(stays)
        self._push(HEADING, Node(HEADING, line.number, rest=line.text, level=line.level))

    def _pop_to(self, stays: Callable[[Node], bool]) -> None:
        while len(self._stack) > 1 and not stays(self._stack[-1][1]):
            self._stack.pop()
