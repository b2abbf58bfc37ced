"""A plain copilot whose language model adds one suggestion after the other, when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

from copilot.conversation import Conversation
from copilot.errors import ModelError
from fakes.plain_copilot import PlainCopilot, PlainSuggestions

BETTER = "非常抱歉，我这就为您联系快递核实。"
BEST = "请把单号告诉我，我马上为您查询。"


class ModelCopilot(PlainCopilot):
    """A plain copilot with a model that answers once `answer` is set, or fails."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__(model=object())
        self.answer = asyncio.Event()
        self.fails = fails

    async def improvements(
        self, conversation: Conversation, offline: PlainSuggestions
    ) -> AsyncGenerator[PlainSuggestions]:
        await self.answer.wait()
        if self.fails:
            raise ModelError("模型没有回答")
        first = replace(offline.suggestions[0], text=BETTER, source="llm")
        yield replace(offline, suggestions=(first, *offline.suggestions[:2]))
        second = replace(first, text=BEST)
        yield replace(offline, suggestions=(first, second, *offline.suggestions[:1]))
