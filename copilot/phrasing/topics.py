"""Recognising what the customer is talking about, over the whole conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from copilot.conversation import Conversation
from copilot.errors import WorkspaceError
from copilot.language import PatternSet, normalise
from copilot.phrasing.records import Topic

_EARLIER = 0.4  # what an earlier message was about, when the last one brings a matter of its own
_STILL = 0.9  # ... and when it does not: a short answer, a nod, "so what now?"
_BY_AGENT = 0.35  # what only the agent has spoken of
_FADE = 0.8
_CLOSES = 0.25  # a move that leaves no more than this closes even the matter that the same message names
_MAX_CHARACTERS = 2_000
_MAX_TURNS = 12
_GOES_ON = re.compile(
    r"[?]|怎么|什么|还有|另外|顺便|再问|但是?|不过|可是"
)  # a nod or thanks that leads on to something


@dataclass(frozen=True, slots=True)
class Situation:
    """What is being talked about: topic ids with a weight in (0, 1], and those of the last customer message."""

    weights: Mapping[str, float]
    now: frozenset[str]
    moves: frozenset[str]
    emergencies: frozenset[str]
    trouble: bool


class TopicFinder:
    """Finds topics in conversations. Raises WorkspaceError when a pattern cannot be used."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._topics = {topic.id: topic for topic in topics}
        try:
            self._patterns = PatternSet((topic.id, pattern) for topic in topics for pattern in topic.patterns)
            self._unless = PatternSet((topic.id, pattern) for topic in topics for pattern in topic.unless)
        except ValueError as error:
            raise WorkspaceError(f"knowledge/phrases/topics：{error}。请更正这个模式。") from error

    def in_text(self, text: str) -> frozenset[str]:
        """Ids of the topics of one text."""
        normal = normalise(text[:_MAX_CHARACTERS]).text
        return frozenset(self._patterns.keys_in(normal)) - frozenset(self._unless.keys_in(normal))

    def _damp(self, weights: dict[str, float], last: frozenset[str], text: str) -> None:
        if _GOES_ON.search(normalise(text[:_MAX_CHARACTERS]).text):
            return
        left = min((self._topics[name].damps for name in last if self._topics[name].kind == "move"), default=1.0)
        for name in weights:
            if self._topics[name].kind == "matter" and (name not in last or left <= _CLOSES):
                weights[name] *= left

    def situation(self, conversation: Conversation) -> Situation:
        """The topics of a conversation, weighted by who spoke of them and how long ago."""
        last = self.in_text(conversation.last_customer_text)
        matters = {name for name in last if self._topics[name].kind == "matter"}
        weights = {name: self._topics[name].weight for name in last}
        earlier = _EARLIER if matters else _STILL
        seen_last = False
        for turn in conversation.turns[::-1][:_MAX_TURNS]:
            if turn.role == "customer" and not seen_last:
                seen_last = True
                continue
            share = earlier if turn.role == "customer" else min(earlier, _BY_AGENT)
            for name in self.in_text(turn.text):
                topic = self._topics[name]
                if topic.kind == "matter" or (topic.kind == "emergency" and turn.role == "customer"):
                    weights[name] = max(weights.get(name, 0.0), share * topic.weight)
            if turn.role == "customer":
                earlier *= _FADE
        self._damp(weights, last, conversation.last_customer_text)
        return Situation(
            weights=weights,
            now=last,
            moves=frozenset(name for name in last if self._topics[name].kind == "move"),
            emergencies=frozenset(name for name in last if self._topics[name].kind == "emergency"),
            trouble=any(self._topics[name].trouble for name in weights if name in last or weights[name] > _BY_AGENT),
        )
