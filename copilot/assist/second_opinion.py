"""A language model's second opinion on a draft: asked only where the reviewer is not sure, and only yes or no.

The model writes no word that anybody reads: it says which of the norms in question the draft breaks, and what the agent
sees is the norm's own reason. It never learns who the agent is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel, Field

from copilot.assist.fence import MAX_CHARACTERS, covered_turns, messages
from copilot.assist.veil import FindsPersonalData
from copilot.conversation import Conversation
from copilot.llm import LanguageModel
from copilot.norms import Doubt, Finding


class _Judgement(BaseModel):
    norm: str = Field(description="规范的编号，照抄")
    broken: bool = Field(description="草稿是否违反了这条规范；拿不准时为 false")


class SecondOpinion(BaseModel):
    """对每一条拿不准的规范的判断。"""

    judgements: list[_Judgement] = Field(description="每条规范一个判断")


async def doubts_decided(
    model: LanguageModel,
    prompt: str,
    draft: str,
    conversation: Conversation,
    doubts: Sequence[Doubt],
    reader: FindsPersonalData,
    clause_text: Callable[[Finding], str],
) -> tuple[Doubt, ...]:
    """The doubts about which the model says otherwise than the reviewer: one found that is none, or the other way round.

    Raises ModelError where it gives no usable answer; what it says about other norms counts for nothing.
    """
    dialogue, covered = covered_turns(conversation, reader, (draft[:MAX_CHARACTERS],))
    norms = [
        {
            "norm": each.finding.norm,
            "title": each.title,
            "rule": each.finding.reason,
            "clause": clause_text(each.finding),
        }
        for each in doubts
    ]
    system, user = messages(prompt, norms=norms, conversation=dialogue, draft=covered.texts[-1])
    answer = await model.structured(system, user, SecondOpinion)
    said: dict[str, set[bool]] = {}
    for judgement in answer.judgements:
        said.setdefault(judgement.norm, set()).add(judgement.broken)
    # One that is judged both ways is not judged.
    return tuple(each for each in doubts if said.get(each.finding.norm) == {not each.found})
