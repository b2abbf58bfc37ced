"""A model's answer to a question about the rules, sentence by sentence with the clauses that each rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from copilot.assist.fence import clause_data, messages
from copilot.assist.suggesting import Cite, cited
from copilot.assist.veil import FindsPersonalData, veil
from copilot.clauses import Clause
from copilot.conversation import ClauseRef
from copilot.llm import LanguageModel

_MAX_SENTENCES = 3


class _Sentence(BaseModel):
    text: str = Field(description="答案里的一句话，只说所引条款写了的内容")
    cites: list[Cite] = Field(description="这句话出自的条款，至少一条")


class WrittenAnswer(BaseModel):
    """由条款写成的答案，一句一项；条款回答不了时为空。"""

    sentences: list[_Sentence] = Field(description="最多三句，第一句直接回答问题")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer and the clauses, among those given, that it says it rests on."""

    text: str
    cites: tuple[ClauseRef, ...]


async def answer_with_model(
    model: LanguageModel, prompt: str, question: str, clauses: Sequence[Clause], reader: FindsPersonalData
) -> list[CitedSentence]:
    """The model's sentences about a question, not yet checked, at most three. Raises ModelError."""
    system, user = messages(prompt, clauses=clause_data(clauses), question=veil([question], reader).texts[0])
    written = await model.structured(system, user, WrittenAnswer)
    offered = {clause.ref for clause in clauses}
    return [
        CitedSentence(" ".join(each.text.split()), cited(each.cites, offered))
        for each in written.sentences[:_MAX_SENTENCES]
    ]
