"""Questions in, answers out: search, decide whether the documents cover it, and say what the clause says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from copilot.answering.answer import Answer, Citation
from copilot.answering.asked import is_english
from copilot.answering.followups import is_follow_up, may_stand_alone, written_out
from copilot.answering.leads import Lead, lead_of
from copilot.answering.sentences import best_passage, fitting, sentences
from copilot.answering.topics import Topics
from copilot.clauses import Clause
from copilot.conversation import AGREEMENT
from copilot.language import squeeze
from copilot.retrieval import Hit, calibration

_MAX_CITES = 3
_MAX_NEAREST = 2
_LOOKED_AT = 8  # hits among which an agreement clause is looked for
_QUOTED_CHARACTERS = 160  # a clause up to this length is quoted whole
_TOLD_CHARACTERS = 120  # what an agent takes in at a glance, beside the clause's number
_SECOND_CHARACTERS = 80
_MAX_QUESTION_CHARACTERS = 1_000
_CITE_FROM = 0.2  # share of the best odds from which a further clause is worth citing
_SECOND_FROM = 0.8  # share from which the second clause is so close that both are told
_SECOND_AT_LEAST = 0.6  # a clause that probably does not answer is cited but not told
_SAID_FROM = 0.6  # share of a quotation from which it is not shown beside the answer
_NEAREST_FROM = 0.25  # share of the cut-off from which a clause may stand as "nearest"
_REFERENCE = re.compile(r" ?([a-z][a-z0-9_-]{0,63}) (\d{1,4}(?:\.\d{1,4}){0,5})(?: (?=[\u4e00-\u9fff]))?")

_EMPTY = "请写下您想问的问题，例如：电话响几声之内要接？"
NOT_COVERED = "现有协议和制度里没有查到对这个问题的规定，请向组长或主管确认。"
_NOT_COVERED_IN_ENGLISH = (
    "现有协议和制度里没有查到对这个问题的规定（not covered），请向组长或主管确认（please ask your team lead）。"
)
_LEADS: dict[Lead, str] = {
    "forbidden": "不可以这样做。", "required": "需要。", "permitted": "可以。", "conditional": "可以，但有条件。", "breach": "不符合规定。",
}  # fmt: skip
_ENGLISH_LEADS: dict[Lead, str] = {
    "forbidden": "不可以这样做（no, not allowed）。", "required": "需要（yes, required）。", "permitted": "可以（yes, allowed）。",
    "conditional": "可以，但有条件（yes, under conditions）。", "breach": "不符合规定（against the rules）。",
}  # fmt: skip
_ENGLISH_FRAME = "条款这样写（the clause says）："


class ClauseSearch(Protocol):
    """What is asked of the index."""

    @property
    def clauses(self) -> Sequence[Clause]:
        """All clauses; their titles name the documents that a text refers to."""

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """Clauses, best first."""


class Answerer:
    """Answers from the clauses of an index. The same question always gets the same answer."""

    def __init__(self, index: ClauseSearch, cutoff: float | None = None, topics: Topics | None = None) -> None:
        """`cutoff` in [0, 1]: below this score of the best clause a question is refused; default: as calibrated.

        `topics` name things and acts; without them follow-ups and long clauses are told apart by plain words.
        """
        self._index = index
        self._cutoff = calibration().cutoff if cutoff is None else cutoff
        self._topics = topics or Topics()

    def answer(self, question: str, previous: str | None = None) -> Answer:
        """The answer to `question`; a follow-up ("那邮件呢？") is understood in view of the `previous` question.

        Raises IndexUnavailableError when the index cannot be read.
        """
        asked = question[:_MAX_QUESTION_CHARACTERS].strip()
        if not squeeze(asked):
            return Answer(question, False, _EMPTY)
        understood = self._understood(asked, (previous or "")[:_MAX_QUESTION_CHARACTERS])
        hits = self._index.search(understood or asked, _LOOKED_AT)
        if not hits or hits[0].score < self._cutoff:
            return self._refusal(question, understood, hits)
        chosen = choose(hits)
        told = self._told(chosen, understood or asked)
        cites = tuple(_citation(hit, understood or asked) for hit in chosen)
        return Answer(question, True, told, cites, understood=understood)

    def _understood(self, asked: str, previous: str) -> str:
        """A follow-up written out; empty for a question of its own."""
        if not previous.strip() or not is_follow_up(asked, previous, self._topics):
            return ""
        if may_stand_alone(asked):
            alone = self._index.search(asked, 1)
            if alone and alone[0].score >= self._cutoff:
                return ""
        return written_out(asked, previous, self._topics)

    def _told(self, chosen: Sequence[Hit], question: str) -> str:
        first = self._part(chosen[0].clause, question, _TOLD_CHARACTERS)
        lead = lead_of(question, chosen[0].clause.text, self._topics)
        opening = _opening(lead, is_english(question))
        if opening:
            first = f"{opening}\n{first}"  # on a line of its own, and so the clause's first sentence stays whole
        if len(chosen) > 1 and _fits_alike(chosen[1], chosen[0]):
            first += "\n另外，" + self._part(chosen[1].clause, question, _SECOND_CHARACTERS)
        return first

    def _part(self, clause: Clause, question: str, most: int) -> str:
        """The sentences of a clause that answer, and where they stand."""
        told = _REFERENCE.sub(self._named, fitting(clause.text, question, self._topics, most, clause.title))
        ending = "（这一条在来源文本中没有写完。）" if clause.truncated else ""
        return f"{told}{ending}（{clause.citation}）"

    def _named(self, reference: re.Match[str]) -> str:
        """《退货与退款政策》1.3 in place of "returns 1.3", for readers who do not know the ids."""
        document = reference[1]
        title = next((clause.document_title for clause in self._index.clauses if clause.document == document), "")
        return f"《{title}》{reference[2]}" if title else reference[0]

    def _refusal(self, question: str, understood: str, hits: Sequence[Hit]) -> Answer:
        near = [hit for hit in hits[:_MAX_NEAREST] if hit.score >= _NEAREST_FROM * self._cutoff]
        told = _NOT_COVERED_IN_ENGLISH if is_english(question[:_MAX_QUESTION_CHARACTERS]) else NOT_COVERED
        nearest = tuple(_citation(hit, understood or question[:_MAX_QUESTION_CHARACTERS]) for hit in near)
        return Answer(question, False, told, nearest=nearest, understood=understood)


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


def _opening(lead: Lead | None, english: bool) -> str:
    if english:
        return _ENGLISH_LEADS[lead] if lead else _ENGLISH_FRAME
    return _LEADS[lead] if lead else ""


def says(told: str, quote: str) -> bool:
    """Whether an answer says most of a quotation already, so that nobody need read it twice."""
    there = sum(len(each) for each in sentences(quote) if each.strip("。；;\n ") in told)
    return there >= _SAID_FROM * len(quote)


def cited_line(sentences: Sequence[str], clauses: Sequence[Clause]) -> str:
    """Sentences as one line of an answer, and the clauses that they rest on, each once."""
    return f"{''.join(map(_ended, sentences))}（{'、'.join(dict.fromkeys(clause.citation for clause in clauses))}）"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？", "；")) else f"{sentence}。"


def without_source(told: str) -> str:
    """An answer's text without the clause at the end of each line, for where the clauses stand below it."""
    return "\n".join(_line_without_source(line) for line in told.split("\n"))


def _line_without_source(line: str) -> str:
    start = line.rfind("（《")
    return line[:start] if start > 0 and line.endswith("）") else line


def _odds(hit: Hit) -> float:
    """The score as odds: near certainty, scores lie close together although one clause fits far better."""
    return hit.score / (1.0 - min(hit.score, 0.999))


def _fits_alike(second: Hit, first: Hit) -> bool:
    return second.score >= _SECOND_AT_LEAST and _odds(second) >= _SECOND_FROM * _odds(first)


def _citation(hit: Hit, question: str) -> Citation:
    clause = hit.clause
    quote = best_passage(clause.text, question, _QUOTED_CHARACTERS)
    return Citation(clause.document, clause.number, clause.title, quote, hit.score)
