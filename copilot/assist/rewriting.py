"""A model's better words for what is there already: a draft polished, a reply put into English, a summary told shorter."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, Field

from copilot.assist.fence import covered_turns, messages
from copilot.assist.veil import FindsPersonalData
from copilot.conversation import Conversation
from copilot.llm import LanguageModel
from copilot.summaries import Summary


class PolishedDraft(BaseModel):
    """草稿改写成的得体回复。"""

    text: str = Field(description="改写后的整条回复，不超过 120 个字，草稿里的事实和数字一个不少、一个不多")


class EnglishDraft(BaseModel):
    """同一条回复的英文。"""

    text: str = Field(description="The reply in plain, polite English, saying exactly what the Chinese says")


class ThreeLines(BaseModel):
    """会话小结，三行。"""

    wants: str = Field(description="客户要什么，不超过 50 个字")
    done: str = Field(description="客服已经做了什么，不超过 50 个字")
    open: str = Field(description="还有什么没完、等谁，不超过 50 个字")


@dataclass(frozen=True, slots=True)
class Writer:
    """Asks one model for one text at a time; personal data travels as marks. Each method raises ModelError."""

    model: LanguageModel
    reader: FindsPersonalData

    async def polished(self, prompt: str, draft: str, conversation: Conversation) -> str:
        """The draft as a proper reply, not yet checked."""
        dialogue, covered = covered_turns(conversation, self.reader, (draft,))
        system, user = messages(prompt, conversation=dialogue, draft=covered.texts[-1])
        written = await self.model.structured(system, user, PolishedDraft)
        return covered.lift(" ".join(written.text.split()))

    async def english(self, prompt: str, chinese: str, conversation: Conversation) -> str:
        """The Chinese text in English, not yet checked."""
        dialogue, covered = covered_turns(conversation, self.reader, (chinese,))
        system, user = messages(prompt, conversation=dialogue, reply=covered.texts[-1])
        written = await self.model.structured(system, user, EnglishDraft)
        return covered.lift(" ".join(written.text.split()))

    async def summary(self, prompt: str, conversation: Conversation, offline: Summary) -> Summary:
        """The case in three lines, not yet checked. What names a person stays a mark without its number."""
        dialogue, _ = covered_turns(conversation, self.reader)
        system, user = messages(prompt, conversation=dialogue, notes=offline.lines())
        written = await self.model.structured(system, user, ThreeLines)
        wants, done, still_open = (" ".join(each.split()) for each in (written.wants, written.done, written.open))
        return Summary(wants, done, still_open, "llm")
