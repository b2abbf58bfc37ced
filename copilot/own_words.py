"""The company's own sentences are no breach: a rule told word for word is judged as a quotation.

A rule names what is forbidden ("不得敷衍了事"), so a reviewer made for replies would flag the very sentences that answers
are built from. Sentences that stand in a clause are blanked out before a flagged text is judged a second time; all
else in the text, and what it leaves out, is judged as ever. Offsets stay as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from copilot.clauses import Clause
from copilot.conversation import Conversation
from copilot.language import squeeze
from copilot.norms import Doubt, Review, Reviewer

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]*")
_HEADING = re.compile(r"^\s*(?:按|根据)?\s*《[^》]{1,40}》\s*[\d.]*[^：]{0,30}：")  # "《协议》2.1 响应时间："
_REFERENCE = re.compile(r"（[^（）]{0,60}）|《[^》]{1,40}》\s*[\d.]+|[a-z]+ \d+(?:\.\d+)+")
_SHORTEST = 6  # characters; a shorter run of words is nobody's own


class QuotationAwareReviewer:
    """The reviewer, for whom sentences of the clauses are quotations. `clauses` is asked when they are needed."""

    def __init__(self, reviewer: Reviewer, clauses: Callable[[], Iterable[Clause]]) -> None:
        self._reviewer, self._clauses = reviewer, clauses
        self._seen: Iterable[Clause] = ()
        self._known: frozenset[str] = frozenset()

    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> Review:
        """As `Reviewer.review`, but silent about what a clause says word for word."""
        review = self._reviewer.review(draft, conversation, with_rewrite=with_rewrite)
        if review.verdict == "pass":
            return review
        blanked = self.without_own_words(draft)
        if blanked == draft:
            return review
        again = self._reviewer.review(blanked, conversation, with_rewrite=with_rewrite, said=draft)
        return replace(again, findings=tuple(replace(f, quote=draft[f.start : f.end]) for f in again.findings))

    def in_question(self, draft: str, conversation: Conversation) -> tuple[Doubt, ...]:
        """As `Reviewer.in_question`, but without doubts about what a clause says word for word."""
        doubts = self._reviewer.in_question(self.without_own_words(draft), conversation)
        return tuple(
            replace(each, finding=replace(each.finding, quote=draft[each.finding.start : each.finding.end]))
            for each in doubts
        )

    def without_own_words(self, text: str) -> str:
        """`text` with each sentence that stands in a clause replaced by as many blanks."""
        pieces: list[str] = []
        place = 0
        for start, end in self._own_sentences(text):
            pieces += [text[place:start], " " * (end - start)]
            place = end
        return "".join([*pieces, text[place:]])

    def _own_sentences(self, text: str) -> Iterator[tuple[int, int]]:
        known = self._own()
        for match in _SENTENCE.finditer(text):
            start = match.start()
            if heading := _HEADING.match(match.group()):
                start += heading.end()
            key = _key(text[start : match.end()])
            if len(key) >= _SHORTEST and key in known:
                yield match.start(), match.end()

    def _own(self) -> frozenset[str]:
        """The sentences of the clauses in force: a server learns a new document without a restart."""
        clauses = self._clauses()
        if clauses is not self._seen:
            self._known = frozenset(
                _key(part)
                for clause in clauses
                for text in (clause.text, *clause.say)
                for part in _SENTENCE.findall(text)
            )
            self._seen = clauses
        return self._known


def _key(sentence: str) -> str:
    """The sentence without punctuation and without references to other clauses, which answers spell differently."""
    return squeeze(_REFERENCE.sub("", sentence))
