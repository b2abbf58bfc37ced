"""How well questions are answered whose right clauses are known: reading the set, asking, counting."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.answering import Answer
from copilot.clauses import Clause
from copilot.conversation import AGREEMENT, ClauseRef
from copilot.errors import CopilotError
from copilot.language import squeeze, words

FEW_CHARACTERS = 2  # a question that shares no longer run with its clause cannot be found by its words
_BM25 = (1.5, 0.75)  # k1 and b as usual


@dataclass(frozen=True, slots=True)
class Known:
    """A question with the clauses that answer it, none where nothing does."""

    id: str
    question: str
    right: frozenset[ClauseRef]
    document: str
    style: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `plain_place` is where BM25 over words has a right clause, from 0."""

    known: Known
    answered: bool
    first: bool
    among_three: bool
    milliseconds: float
    few_shared: bool
    plain_place: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in [0, 1] over a group of questions; None where the group has no question of the kind."""

    covered: int
    uncovered: int
    first: float | None
    among_three: float | None
    covered_refused: float | None
    uncovered_refused: float | None
    few_shared: float | None
    plain_first: float | None
    plain_among_three: float | None


def read_known(path: Path, clauses: Collection[ClauseRef]) -> list[Known]:
    """The questions in a file of one JSON object a line. Raises CopilotError with file, line and remedy."""
    try:
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise CopilotError(f"读不了 {path}（{reason}）。请检查文件名，并存为 UTF-8。") from error
    lines = [(number, line) for number, line in enumerate(content.splitlines(), start=1) if line.strip()]
    if not lines:
        raise CopilotError(f"{path} 里没有问题。每行应是一个 JSON，如 {_EXAMPLE}")
    known = [_known(path, number, line, clauses) for number, line in lines]
    seen: set[str] = set()
    for (number, _), each in zip(lines, known, strict=True):
        if each.id in seen:
            raise _error(path, number, f"编号 {each.id} 与前面的重复，请改成不同的编号")
        seen.add(each.id)
    return known


_EXAMPLE = '{"id": "q1", "question": "电话响几声要接", "document": "agreement", "clauses": ["2.1"], "style": "colloquial"}'


def _known(path: Path, number: int, line: str, clauses: Collection[ClauseRef]) -> Known:
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        raise _error(path, number, f"不是完整的 JSON，应如 {_EXAMPLE}") from error
    if not isinstance(row, dict):
        raise _error(path, number, f"应是一个 JSON 对象，如 {_EXAMPLE}")
    question, named = row.get("question"), row.get("clauses", [])
    if not isinstance(question, str) or not question.strip():
        raise _error(path, number, "缺少问题，请写上 question，内容为文字")
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise _error(path, number, 'clauses 应是条款编号的列表，如 ["2.1"]；没有规定的问题写 []')
    document = row.get("document") or AGREEMENT
    right = frozenset(ClauseRef(str(document), each) for each in named)
    unknown = sorted(str(each.clause) for each in right if each not in clauses)
    if unknown:
        raise _error(path, number, f"{document} 里没有条款 {'、'.join(unknown)}，请核对 document 和 clauses")
    return Known(str(row.get("id", number)), question, right, str(document), str(row.get("style") or "—"))


def _error(path: Path, number: int, what: str) -> CopilotError:
    return CopilotError(f"{path}:{number}：{what}。")


def ask_all(known: Sequence[Known], ask: Callable[[str], Answer], clauses: Sequence[Clause]) -> Iterator[Outcome]:
    """Ask each question, first come first; only the first three clauses cited count."""
    plain = _PlainSearch(clauses)
    for each in known:
        start = time.perf_counter()
        answer = ask(each.question)
        taken = (time.perf_counter() - start) * 1000
        cited = [ClauseRef(cite.document, cite.clause) for cite in answer.cites[:3]] if answer.answered else []
        own = [clause for clause in clauses if clause.ref in each.right]
        few = bool(own) and max(_longest_shared(each.question, clause) for clause in own) <= FEW_CHARACTERS
        yield Outcome(
            each, answer.answered, bool(cited) and cited[0] in each.right, not each.right.isdisjoint(cited), taken, few,
            plain.place(each),
        )  # fmt: skip


class _PlainSearch:
    """BM25 over words, within the document that answers: what a search without our data would do."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        from copilot.retrieval.lexical import LexicalField

        self._clauses: dict[str, list[Clause]] = {}
        for clause in clauses:
            self._clauses.setdefault(clause.document, []).append(clause)
        self._fields = {
            document: LexicalField.build([words(f"{clause.title}。{clause.text}") for clause in own], *_BM25)
            for document, own in self._clauses.items()
        }

    def place(self, known: Known) -> int:
        """Where the first right clause stands; beyond all where none shares a word."""
        own = self._clauses.get(known.document, [])
        if not known.right or not own:
            return len(own)
        scores = self._fields[known.document].scores(words(known.question))
        order = sorted((i for i in range(len(own)) if scores[i] > 0.0), key=lambda i: -scores[i])
        return next((place for place, i in enumerate(order) if own[i].ref in known.right), len(own))


def _longest_shared(question: str, clause: Clause) -> int:
    """Characters in the longest run that stands in both, marks and spaces left aside."""
    asked, said = squeeze(question), squeeze(f"{clause.title}{clause.text}")
    size = 0
    for start in range(len(asked)):
        while start + size < len(asked) and asked[start : start + size + 1] in said:
            size += 1
    return size


def figures_of(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of these questions."""
    covered = [each for each in outcomes if each.known.right]
    uncovered = [each for each in outcomes if not each.known.right]
    return Figures(
        len(covered), len(uncovered),
        _share(each.first for each in covered), _share(each.among_three for each in covered),
        _share(not each.answered for each in covered), _share(not each.answered for each in uncovered),
        _share(each.few_shared for each in covered),
        _share(each.plain_place < 1 for each in covered), _share(each.plain_place < 3 for each in covered),
    )  # fmt: skip


def _share(each: Iterator[bool]) -> float | None:
    values = list(each)
    return sum(values) / len(values) if values else None
