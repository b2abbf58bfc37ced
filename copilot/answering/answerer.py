"""Questions in, answers out: search, decide whether the documents cover it, and say what the clause says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from copilot.answering.answer import Answer, Citation
from copilot.answering.sentences import best_passage
from copilot.clauses import Clause
from copilot.conversation import AGREEMENT
from copilot.language import normalise, squeeze
from copilot.retrieval import Hit, calibration

_MAX_CITES = 3
_MAX_NEAREST = 2
_LOOKED_AT = 8  # hits among which an agreement clause is looked for
_WHOLE_CHARACTERS = 160  # a clause up to this length is given whole
_SECOND_CHARACTERS = 80
_MAX_QUESTION_CHARACTERS = 1_000
_CITE_FROM = 0.2  # share of the best odds from which a further clause is worth citing
_SECOND_FROM = 0.8  # share from which the second clause is so close that both are told
_SECOND_AT_LEAST = 0.6  # a clause that probably does not answer is cited but not told
_NEAREST_FROM = 0.25  # share of the cut-off from which a clause may stand as "nearest"

_FOLLOW_UP_CHARACTERS = 16
_FOLLOW_UP_STARTS = ("那", "如果", "要是", "换成", "换做", "还有", "whatabout", "howabout", "andif", "andfor")
_FOLLOW_UP_ENDS = ("呢", "的话")

_REFERENCE = re.compile(r" ?([a-z][a-z0-9_-]{0,63}) (\d{1,4}(?:\.\d{1,4}){0,5})(?: (?=[\u4e00-\u9fff]))?")

_EMPTY = "请写下您想问的问题，例如：电话响几声之内要接？"
NOT_COVERED = "现有协议和制度里没有查到对这个问题的规定，请向组长或主管确认。"


class ClauseSearch(Protocol):
    """What is asked of the index."""

    @property
    def clauses(self) -> Sequence[Clause]:
        """All clauses; their titles name the documents that a text refers to."""

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """Clauses, best first."""


class Answerer:
    """Answers from the clauses of an index. The same question always gets the same answer."""

    def __init__(self, index: ClauseSearch, cutoff: float | None = None) -> None:
        """`cutoff` in [0, 1]: below this score of the best clause a question is refused; default: as calibrated."""
        self._index = index
        self._cutoff = calibration().cutoff if cutoff is None else cutoff
        self._titles = {clause.document: clause.document_title for clause in index.clauses}

    def answer(self, question: str, previous: str | None = None) -> Answer:
        """The answer to `question`; a follow-up ("那邮件呢？") is understood in view of the `previous` question.

        Raises IndexUnavailableError when the index cannot be read.
        """
        asked = question[:_MAX_QUESTION_CHARACTERS].strip()
        if not squeeze(asked):
            return Answer(question, False, _EMPTY)
        query = asked
        if previous and previous.strip() and is_follow_up(asked):
            query = f"{previous.strip()[:_MAX_QUESTION_CHARACTERS]} {asked}"
        hits = self._index.search(query, _LOOKED_AT)
        if not hits or hits[0].score < self._cutoff:
            return self._refusal(question, asked, hits)
        chosen = choose(hits)
        told = _REFERENCE.sub(self._named, _wording(chosen, asked))
        return Answer(question, True, told, tuple(_citation(hit, asked) for hit in chosen))

    def _named(self, reference: re.Match[str]) -> str:
        """《退货与退款政策》1.3 in place of "returns 1.3", for readers who do not know the ids."""
        title = self._titles.get(reference[1])
        return f"《{title}》{reference[2]}" if title else reference[0]

    def _refusal(self, question: str, asked: str, hits: Sequence[Hit]) -> Answer:
        near = [hit for hit in hits[:_MAX_NEAREST] if hit.score >= _NEAREST_FROM * self._cutoff]
        told = NOT_COVERED
        if near:
            named = "、".join(f"{hit.clause.citation} {hit.clause.title}" for hit in near)
            told = f"{told}内容比较接近的有：{named}。"
        return Answer(question, False, told, nearest=tuple(_citation(hit, asked) for hit in near))


def choose(hits: Sequence[Hit]) -> list[Hit]:
    """The clauses to cite, at most three, best first.

    Where policies fill the places although the agreement has a say too, its best clause takes the last place: it binds
    the agent whatever a policy adds.
    """
    worth = [hit for hit in hits if _odds(hit) >= _CITE_FROM * _odds(hits[0])]
    first = worth[:_MAX_CITES]
    if all(hit.clause.document != AGREEMENT for hit in first):
        binding = [hit for hit in worth if hit.clause.document == AGREEMENT][:1]
        first = [*first[: _MAX_CITES - len(binding)], *binding]
    return first


def _odds(hit: Hit) -> float:
    """The score as odds: near certainty, scores lie close together although one clause fits far better."""
    return hit.score / (1.0 - min(hit.score, 0.999))


def is_follow_up(question: str) -> bool:
    """Whether a question leans on the one before it: short, and it opens or ends as such questions do."""
    said = squeeze(question)
    if len(said) > _FOLLOW_UP_CHARACTERS:
        return False
    ending = normalise(question).text.rstrip("?!。 ")
    return len(said) <= 3 or said.startswith(_FOLLOW_UP_STARTS) or ending.endswith(_FOLLOW_UP_ENDS)


def _wording(chosen: Sequence[Hit], question: str) -> str:
    told = _told(chosen[0].clause, question, _WHOLE_CHARACTERS)
    if len(chosen) > 1 and chosen[1].score >= _SECOND_AT_LEAST and _odds(chosen[1]) >= _SECOND_FROM * _odds(chosen[0]):
        told += "\n另外，" + _told(chosen[1].clause, question, _SECOND_CHARACTERS)
    return told


def _told(clause: Clause, question: str, max_characters: int) -> str:
    passage = best_passage(clause.text, question, max_characters)
    ending = "（这一条在来源文本中没有写完。）" if clause.truncated else ""
    return f"{clause.citation} {clause.title}：{passage}{ending}"


def _citation(hit: Hit, question: str) -> Citation:
    clause = hit.clause
    quote = best_passage(clause.text, question, _WHOLE_CHARACTERS)
    return Citation(clause.document, clause.number, clause.title, quote, hit.score)
