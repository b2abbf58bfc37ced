"""The language model's part in suggestions and answers: asked with masked text, answered through the guard.

What was found offline is on the screen before this begins. Personal data is replaced by numbered marks on the way out
and put back on the way in; the conversation travels as JSON data between fixed instructions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Literal

from pydantic import BaseModel, Field

from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.llm import LanguageModel
from copilot.phrasing import Suggestion
from copilot.reading import PLACEHOLDERS, Reader

_MAX_TURNS = 12
_MAX_SENTENCES = 3


class _Cite(BaseModel):
    document: str = Field(description="条款所在文件的编号，照抄")
    clause: str = Field(description="条款号，照抄")


class _Reply(BaseModel):
    text: str = Field(description="可以直接发给客户的回复，不超过 120 个字")
    style: Literal["soothe", "act", "explain"] = Field(description="soothe 安抚、act 办事、explain 解释")
    cites: list[_Cite] = Field(description="所依据的条款，至少一条")


class SuggestedReplies(BaseModel):
    """最多三条回复建议。"""

    replies: list[_Reply] = Field(description="最多三条，各有侧重")


class _Sentence(BaseModel):
    text: str = Field(description="答案里的一句话，只说所引条款写了的内容")
    cites: list[_Cite] = Field(description="这句话出自的条款，至少一条")


class WrittenAnswer(BaseModel):
    """由条款写成的答案，一句一项；条款回答不了时为空。"""

    sentences: list[_Sentence] = Field(description="最多三句，第一句直接回答问题")


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of an answer and the clauses, among those given, that it says it rests on."""

    text: str
    cites: tuple[ClauseRef, ...]


@dataclass(frozen=True, slots=True)
class Veil:
    """Texts with personal data replaced by numbered marks, and what each mark stands for."""

    texts: tuple[str, ...]
    originals: dict[str, str]

    def lift(self, text: str) -> str:
        """`text` with the marks replaced by what they stand for."""
        for mark, original in self.originals.items():
            text = text.replace(mark, original)
        return text


def veil(texts: Sequence[str], reader: Reader) -> Veil:
    """Replace personal data in all texts; the same value gets the same mark everywhere."""
    marks: dict[str, str] = {}
    covered: list[str] = []
    for text in texts:
        for datum in reader.personal_data(text):
            value = text[datum.start : datum.end]
            if value not in marks:
                marks[value] = PLACEHOLDERS[datum.type].replace("】", f"{len(marks) + 1}】")
    for text in texts:
        for value in sorted(marks, key=len, reverse=True):
            text = text.replace(value, marks[value])
        covered.append(text)
    return Veil(tuple(covered), {mark: value for value, mark in marks.items()})


async def suggest_with_model(
    model: LanguageModel,
    prompt: str,
    conversation: Conversation,
    clauses: Sequence[Clause],
    reader: Reader,
    step: int | None,
) -> list[Suggestion]:
    """The model's suggestions, not yet guarded, with personal data put back. Raises ModelError."""
    turns = conversation.turns[-_MAX_TURNS:]
    covered = veil([turn.text for turn in turns], reader)
    dialogue = [{"role": turn.role, "text": text} for turn, text in zip(turns, covered.texts, strict=True)]
    system, _, user = prompt.partition("可引用的条款：")
    filled = Template("可引用的条款：" + user).safe_substitute(
        clauses="\n".join(f"{c.document} {c.number}｜{c.title}｜{c.text}" for c in clauses),
        step="-" if step is None else str(step),
        conversation=json.dumps(dialogue, ensure_ascii=False),
    )
    answer = await model.structured(system, filled, SuggestedReplies)
    offered = {(clause.document, clause.number) for clause in clauses}
    return [
        Suggestion(
            covered.lift(reply.text.strip()),
            tuple(ClauseRef(c.document, c.clause) for c in reply.cites if (c.document, c.clause) in offered),
            reply.style,
            "llm",
        )
        for reply in answer.replies[:3]
    ]


async def answer_with_model(
    model: LanguageModel, prompt: str, question: str, clauses: Sequence[Clause], reader: Reader
) -> list[CitedSentence]:
    """The model's sentences about a question, not yet checked, at most three. Raises ModelError."""
    covered = veil([question], reader)
    system, _, user = prompt.partition("可用的条款：")
    filled = Template("可用的条款：" + user).safe_substitute(
        clauses="\n".join(f"{c.document} {c.number}｜{c.title}｜{c.text}" for c in clauses),
        question=json.dumps(covered.texts[0], ensure_ascii=False),
    )
    written = await model.structured(system, filled, WrittenAnswer)
    offered = {clause.ref for clause in clauses}
    return [
        CitedSentence(
            " ".join(each.text.split()),
            tuple(ref for cite in each.cites if (ref := ClauseRef(cite.document, cite.clause)) in offered),
        )
        for each in written.sentences[:_MAX_SENTENCES]
    ]
