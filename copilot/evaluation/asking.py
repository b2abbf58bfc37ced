"""How well questions are answered whose right clauses are known: reading the set, asking, counting."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot.answering import Answer
from copilot.clauses import Clause
from copilot.conversation import AGREEMENT, ClauseRef
from copilot.evaluation.counts import share
from copilot.evaluation.sets import Row, read_set
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


_EXAMPLE = (
    '{"id": "q1", "question": "电话响几声要接", "document": "agreement", "clauses": ["2.1"], "style": "colloquial"}'
)


def read_known(path: Path, clauses: Collection[ClauseRef]) -> list[Known]:
    """The questions in a file of one JSON object a line. Raises CopilotError with file, line and remedy."""
    return read_set(path, _EXAMPLE, lambda row: _known(row, clauses))


def _known(row: Row, clauses: Collection[ClauseRef]) -> Known:
    question, document = row.text("question"), row.text("document", default=AGREEMENT)
    right = frozenset(ClauseRef(document, each) for each in row.texts("clauses"))
    unknown = sorted(each.clause for each in right if each not in clauses)
    if unknown:
        raise row.error(f"{document} 里没有条款 {'、'.join(unknown)}，请核对 document 和 clauses")
    return Known(row.id, question, right, document, row.text("style", default="—"))


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
        share(each.first for each in covered), share(each.among_three for each in covered),
        share(not each.answered for each in covered), share(not each.answered for each in uncovered),
        share(each.few_shared for each in covered),
        share(each.plain_place < 1 for each in covered), share(each.plain_place < 3 for each in covered),
    )  # fmt: skip
