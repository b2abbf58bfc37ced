"""Answers as they are shown: what the answerer finds, without a sentence that the reviewer would flag.

A language model may put an answer into better words; a sentence of its that the cited clauses do not support is cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.answering import NOT_COVERED, Answer, Answerer, cited_line, supported
from copilot.conversation import ClauseRef, Conversation
from copilot.errors import ModelError
from copilot.own_words import QuotationAwareReviewer

if TYPE_CHECKING:
    from copilot.assist import Assistant
    from copilot.clauses import Clause

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]?")
_MAX_MODEL_QUESTION = 500  # characters of a question that travel to a language model


class ShownAnswers:
    """Answers that may be shown to an agent; `clause_of` finds a cited clause again."""

    def __init__(
        self, answerer: Answerer, judge: QuotationAwareReviewer, clause_of: Callable[[ClauseRef], Clause | None]
    ) -> None:
        self._answerer, self._judge, self._clause_of = answerer, judge, clause_of

    def ask(self, question: str, previous: str | None) -> Answer:
        """An answer that rests on clauses, or a polite "not covered"."""
        answer = self._answerer.answer(question, previous)
        kept = self._clean_part(answer.answer)
        if not kept:
            kept = self._pointer(answer) if answer.answered else NOT_COVERED
        return answer if kept == answer.answer else replace(answer, answer=kept)

    async def improve(self, answer: Answer, assistant: Assistant | None) -> Answer:
        """The answer in the language model's words, as far as the cited clauses support them; without a model unchanged.

        A sentence that cites none of the clauses, states a figure or anything else that they do not say, or that the
        reviewer would flag, is cut. Raises ModelError when nothing is left; the offline answer stands.
        """
        if assistant is None or not answer.answered:
            return answer
        cited = (self._clause_of(ClauseRef(each.document, each.clause)) for each in answer.cites)
        clauses = {clause.ref: clause for clause in cited if clause is not None}
        question = (answer.understood or answer.question)[:_MAX_MODEL_QUESTION]
        written = await assistant.answer(question, list(clauses.values()))
        kept = [each for each in written if supported(each.text, [clauses[ref] for ref in each.cites])]
        told = cited_line([each.text for each in kept], [clauses[ref] for each in kept for ref in each.cites])
        if not kept or self._clean_part(told) != told:
            raise ModelError(f"模型 {assistant.model.name} 的回答没有条款支持，已不予显示。")
        return replace(answer, answer=told, source="llm")

    def _pointer(self, answer: Answer) -> str:
        """Where to read on; without the clause's title, which may be what must not be said."""
        first = answer.cites[0]
        clause = self._clause_of(ClauseRef(first.document, first.clause))
        return f"请查看{clause.citation if clause else first.clause} 的原文，下面列出了相关内容。"

    def _clean_part(self, text: str) -> str:
        """`text` without the sentences that the reviewer flags, as few as it takes; empty where nothing would be left."""
        while text:
            findings = self._judge.review(text, Conversation(), with_rewrite=False).findings
            flagged = [each for each in findings if each.severity != "tip"]
            if not flagged:
                return text
            kept = "".join(
                sentence.group()
                for sentence in _SENTENCE.finditer(text)
                if not any(each.start < sentence.end() and sentence.start() < each.end for each in flagged)
            )
            if kept == text:  # something is missing, not wrong: leaving out does not help
                return ""
            text = kept
        return ""
