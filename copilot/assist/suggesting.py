"""A model's suggestions: streamed one by one, each with the clauses that it cites; for an English customer in both languages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Literal

from pydantic import BaseModel, Field

from copilot.assist.english import writes_english
from copilot.assist.fence import clause_data, covered_turns, messages
from copilot.assist.veil import FindsPersonalData, Veil
from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.llm import LanguageModel
from copilot.phrasing import Suggestion

Language = Literal["zh", "en"]


class Cite(BaseModel):
    document: str = Field(description="条款所在文件的编号，照抄")
    clause: str = Field(description="条款号，照抄")


class _Reply(BaseModel):
    text: str = Field(description="可以直接发给客户的回复")
    style: Literal["soothe", "act", "explain"] = Field(description="soothe 安抚、act 办事、explain 解释")
    cites: list[Cite] = Field(description="所依据的条款，至少一条")
    chinese: str = Field("", description="客户写英文时：text 写英文，这里写同样意思的中文；客户写中文时留空")


class SuggestedReplies(BaseModel):
    """最多三条回复建议。"""

    replies: list[_Reply] = Field(description="最多三条，各有侧重，最好的在前")


def language_of(conversation: Conversation) -> Language:
    """The language that the reply should have: English for a customer who writes it, else Chinese."""
    return "en" if writes_english(conversation.last_customer_text) else "zh"


async def suggestions_of(
    model: LanguageModel,
    prompt: str,
    conversation: Conversation,
    clauses: Sequence[Clause],
    reader: FindsPersonalData,
    step: int | None,
    fit: Callable[[Suggestion], bool],
) -> AsyncGenerator[Suggestion]:
    """The model's suggestions that are fit, each as soon as it is written, with personal data put back.

    Raises ModelError where none came in time.
    """
    dialogue, covered = covered_turns(conversation, reader)
    language = language_of(conversation)
    system, user = messages(
        prompt, clauses=clause_data(clauses), step=step, language=language, conversation=dialogue,
    )  # fmt: skip
    offered = {clause.ref for clause in clauses}

    def take(reply: _Reply) -> Suggestion | None:
        suggestion = _suggestion(reply, covered, offered, language)
        return suggestion if fit(suggestion) else None

    async with aclosing(model.streamed(system, user, SuggestedReplies, take)) as written:
        async for each in written:
            yield each


def cited(cites: Sequence[Cite], offered: set[ClauseRef]) -> tuple[ClauseRef, ...]:
    """The clauses named, as far as they were offered."""
    refs = (ClauseRef(cite.document, cite.clause) for cite in cites)
    return tuple(dict.fromkeys(ref for ref in refs if ref in offered))


def _suggestion(reply: _Reply, covered: Veil, offered: set[ClauseRef], language: Language) -> Suggestion:
    beside = covered.lift(reply.chinese.strip()) if language == "en" else ""
    return Suggestion(covered.lift(reply.text.strip()), cited(reply.cites, offered), reply.style, "llm", beside)
