"""Questions that the documents do not answer, counted together where they ask the same.

Two questions are the same when their letters are (politeness and particles aside), nearly the same when they share three
quarters of their characters and pairs of characters, and never when they name different figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from copilot.answering.answer import Answer
from copilot.conversation import ClauseRef
from copilot.language import figures, squeeze
from copilot.language.patterns import compile_pattern

if TYPE_CHECKING:
    from copilot.store import UnansweredQuestion

MAX_KEPT_CHARACTERS = 500
_ALIKE = 0.75
_WORDINGS = 5  # shown as examples
_POLITENESS = compile_pattern(
    "^(?:您好|你好|请问|请教|想问|想请教|我想问|我想知道|问一下|麻烦问|咨询|那个|请|一下|下)+|(?:一下|吗|么|呢|呀|啊|吧|嘛|哦|哈|谢谢|谢谢您|谢谢你)+$"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that ask the same: how often since they were last dealt with, in which words, and what came nearest.

    `id` is the number of the first of them; `ids` are all. `again` says that they had been dealt with before.
    """

    id: int
    ids: tuple[int, ...]
    question: str
    count: int
    wordings: tuple[str, ...]  # other wordings, most frequent first
    first_at: datetime
    last_at: datetime
    sources: tuple[str, ...]
    nearest: ClauseRef | None
    again: bool


def is_gap(answer: Answer) -> bool:
    """Whether a question was asked and nothing answers it; a text without words is no question."""
    return not answer.answered and bool(squeeze(answer.question[:MAX_KEPT_CHARACTERS]))


def kept_form(answer: Answer) -> str:
    """The question to keep, a follow-up written out, not yet masked."""
    return (answer.understood or answer.question).strip()[:MAX_KEPT_CHARACTERS]


def nearest_of(answer: Answer) -> list[Mapping[str, object]]:
    """The nearest clauses as the store takes them, best first."""
    return [{"document": each.document, "clause": each.clause, "score": each.score} for each in answer.nearest]


def gaps(asked: Iterable[UnansweredQuestion]) -> list[Gap]:
    """The gaps that are open, most frequent first, of equally frequent ones the latest first."""
    found = [_gap(group) for group in _groups(sorted(asked, key=lambda each: each.id))]
    return sorted((gap for gap in found if gap is not None), key=lambda gap: (-gap.count, -gap.last_at.timestamp(), gap.id))


def _groups(asked: Sequence[UnansweredQuestion]) -> list[list[UnansweredQuestion]]:
    """The questions in groups that ask the same, each question in the group of the first one that it is like."""
    groups: list[list[UnansweredQuestion]] = []
    firsts: list[Counter[str]] = []
    figures_of: list[frozenset[str]] = []
    exact: dict[str, int] = {}
    holding: dict[str, list[int]] = {}  # groups by the pairs of characters in their first question
    for each in asked:
        form = _form(each.question)
        place = exact.get(form)
        if place is None:
            terms, stated = _terms(form), figures(each.question)
            near = Counter(group for term in terms if len(term) > 1 for group in holding.get(term, ()))
            place = next(
                (g for g, _ in near.most_common() if figures_of[g] == stated and _alike(firsts[g], terms) >= _ALIKE), None
            )
            if place is None:
                place = len(groups)
                groups.append([])
                firsts.append(terms)
                figures_of.append(stated)
                for term in terms:
                    holding.setdefault(term, []).append(place)
            exact[form] = place
        groups[place].append(each)
    return groups


def _form(question: str) -> str:
    squeezed = squeeze(question)
    return _POLITENESS.sub("", squeezed) or squeezed


def _terms(form: str) -> Counter[str]:
    return Counter([*form, *(form[i : i + 2] for i in range(len(form) - 1))])


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient of two bags of characters and pairs, in [0, 1]."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _gap(group: Sequence[UnansweredQuestion]) -> Gap | None:
    still_open = [each for each in group if each.done_at is None]
    if not still_open:
        return None
    wordings = [text for text, _ in Counter(each.question for each in reversed(still_open)).most_common(_WORDINGS + 1)]
    nearest = Counter(ClauseRef(str(each.nearest[0]["document"]), str(each.nearest[0]["clause"])) for each in still_open if each.nearest)
    return Gap(
        id=group[0].id,
        ids=tuple(each.id for each in group),
        question=wordings[0],
        count=len(still_open),
        wordings=tuple(wordings[1:]),
        first_at=min(each.at for each in still_open),
        last_at=max(each.at for each in still_open),
        sources=tuple(sorted({each.source for each in still_open})),
        nearest=nearest.most_common(1)[0][0] if nearest else None,
        again=len(still_open) < len(group),
    )
