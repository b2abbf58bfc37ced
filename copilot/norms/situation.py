"""The conversation around a draft, as far as norms ask about it; everything is computed once and only when asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Protocol

from copilot.conversation import Act, Conversation, Turn
from copilot.language import character_bigrams
from copilot.norms.segments import Segmented
from copilot.reading import Reading

_EMPTY_WORDS = frozenset({
    "您的", "我们", "你们", "一下", "已经", "没有", "不是", "还是", "这个", "那个", "可以", "什么", "怎么", "现在", "就是",
    "不要", "要了", "了我", "我都", "给我", "都是", "是不", "不能", "能不", "还没", "给您", "帮您", "您好", "好的", "这边",
    "试试", "一次", "刚才", "之前", "麻烦", "我的", "你的", "过了", "了吗", "了的", "的话", "知道", "问题", "再试",
})  # fmt: skip
_MOST_CHARACTERS = 2_000  # of a text that are looked at for words; what lies beyond would only cost time
_REMEDIES = frozenset("换修券")  # one character says what is offered or refused: 换货, 换一台, 给您换


class Judge(Protocol):
    """The part of the reader that the reviewer needs."""

    def read(self, conversation: Conversation) -> Reading: ...

    def acts(self, turn: Turn, before: Conversation = ...) -> frozenset[Act]: ...


class Situation:
    """A draft and the conversation before it."""

    def __init__(self, draft: str, conversation: Conversation, reader: Judge) -> None:
        self.conversation = conversation
        self.draft = Segmented(draft)
        self._reader = reader

    @cached_property
    def reading(self) -> Reading:
        return self._reader.read(self.conversation)

    @cached_property
    def customer(self) -> Segmented:
        return Segmented(self.conversation.last_customer_text)

    @cached_property
    def acts(self) -> frozenset[Act]:
        """What the draft does."""
        return self._reader.acts(Turn("agent", self.draft.original), self.conversation)

    @cached_property
    def day(self) -> date:
        """The day on which the draft is written: that of the last message where it is known, else today."""
        turns = self.conversation.turns
        return turns[-1].at.astimezone().date() if turns and turns[-1].at else datetime.now().astimezone().date()

    def acts_before(self, within: int | None = None) -> frozenset[Act]:
        """What the agent has done so far in the conversation, or in its last `within` turns."""
        first = 0 if within is None else len(self.conversation.turns) - within
        return frozenset(act for place, acts in self._acts_of_agent for act in acts if place >= first)

    @cached_property
    def _acts_of_agent(self) -> tuple[tuple[int, frozenset[Act]], ...]:
        turns = self.conversation.turns
        return tuple(
            (place, self._reader.acts(turn, Conversation(turns[:place])))
            for place, turn in enumerate(turns)
            if turn.role == "agent"
        )

    @cached_property
    def is_first_reply(self) -> bool:
        return not any(turn.role == "agent" for turn in self.conversation.turns)


def content_words(texts: Iterable[str]) -> frozenset[str]:
    """Words that carry meaning, for asking whether two texts speak of the same thing: pairs, and single remedies."""
    return frozenset().union(*map(_content_words, texts))


@lru_cache(maxsize=128)
def _content_words(text: str) -> frozenset[str]:
    known = text[:_MOST_CHARACTERS]
    pairs = (word for word in character_bigrams(known) if len(word) == 2)
    return (frozenset(pairs) | _REMEDIES.intersection(known)) - _EMPTY_WORDS
