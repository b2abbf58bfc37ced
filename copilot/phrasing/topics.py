"""Recognising what the customer is talking about, over the whole conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from copilot.conversation import Conversation
from copilot.errors import WorkspaceError
from copilot.language import PatternSet, normalise
from copilot.phrasing.english import MixedIn
from copilot.phrasing.likeness import Likeness
from copilot.phrasing.question import answers_agent
from copilot.phrasing.records import Said, Topic

NO_ENGLISH: Mapping[str, str] = MappingProxyType({})
_EARLIER = 0.4  # what an earlier message was about, when the last one brings a matter of its own
_STILL = 0.9  # ... and when it does not: a short answer, a nod, "so what now?"
_BY_AGENT = 0.35  # what only the agent has spoken of
_FADE = 0.8
_CLOSES = 0.25  # a move that leaves no more than this closes even the matter that the same message names
_LIKE, _CLEARLY_LIKE, _LIKE_MOVE = 0.24, 0.35, 0.42  # likeness from which a topic counts at all, counts clearly
_LIKE_DANGER, _CLEARLY_DANGER = 0.18, 0.32
_LIKE_WEIGHT, _LIKE_SLOPE, _LIKE_MOST = 0.42, 1.2, 0.85  # weight of a topic that is only alike
_CONFIRMED = 0.35  # what full likeness adds to a topic that a pattern found
_AT_MOST_LIKE = 3
_FOREMOST = 0.88  # share of the weightiest topic's weight from which another one is as important
_NOT_GOODS = 0.45  # what is left of a topic about goods where the message is about a service and names no goods
_SHORT = 24  # characters; only in a short message can a move be known by likeness
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
    alike: Mapping[str, float] = field(default_factory=dict)
    """How much the last message is like each topic, in (0, 1]."""


class TopicFinder:
    """Finds topics in conversations. Raises WorkspaceError when a pattern cannot be used."""

    def __init__(
        self, topics: Sequence[Topic], said: Sequence[Said] = (), english: Mapping[str, str] = NO_ENGLISH
    ) -> None:
        """`english` puts English words that customers mix into their Chinese."""
        self._mixed = MixedIn(english)
        self._topics = {topic.id: topic for topic in topics}
        unknown = [record.topic for record in said if record.topic not in self._topics]
        if unknown:
            raise WorkspaceError(
                f"knowledge/phrases/said：主题 {unknown[0]!r} 不存在，请在 knowledge/phrases/topics 里补上，或更正拼写。"
            )
        examples = [(topic.id, text) for topic in topics for text in topic.examples]
        examples += [(record.topic, text) for record in said for text in record.texts]
        dangers = {topic.id for topic in topics if topic.kind == "emergency"}
        self._plain_examples = [pair for pair in examples if pair[0] not in dangers]
        self._danger_examples = [pair for pair in examples if pair[0] in dangers]
        try:
            self._patterns = PatternSet((topic.id, pattern) for topic in topics for pattern in topic.patterns)
            self._unless = PatternSet((topic.id, pattern) for topic in topics for pattern in topic.unless)
        except ValueError as error:
            raise WorkspaceError(f"knowledge/phrases/topics：{error}。请更正这个模式。") from error

    def in_text(self, text: str) -> frozenset[str]:
        """Ids of the topics of one text."""
        normal = self._mixed.in_chinese(normalise(text[:_MAX_CHARACTERS]).text)
        return frozenset(self._patterns.keys_in(normal)) - frozenset(self._unless.keys_in(normal))

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self._plain_examples)

    @cached_property
    def _dangers(self) -> Likeness:
        return Likeness(self._danger_examples)

    def kind(self, name: str) -> str:
        """The kind of a topic: matter, move, emergency or trade."""
        return self._topics[name].kind

    def danger_like(self, text: str) -> tuple[str | None, bool]:
        """The kind of emergency that a text is most like, None when it is like none; and whether clearly so."""
        found = self._dangers.topics(text)
        kind = max(sorted(found), key=lambda name: found[name], default=None)
        if kind is None or found[kind] < _LIKE_DANGER:
            return None, False
        return kind, found[kind] >= _CLEARLY_DANGER

    def _last(self, text: str) -> tuple[dict[str, float], dict[str, float]]:
        """The topics of the newest message with their weights (what patterns find, what it is like), and the likeness."""
        normal = self._mixed.in_chinese(normalise(text[:_MAX_CHARACTERS]).text)
        excluded = frozenset(self._unless.keys_in(normal))
        weights = {name: self._topics[name].weight for name in self._patterns.keys_in(normal) if name not in excluded}
        alike = {name: like for name, like in self._likeness.topics(normal).items() if name not in excluded}
        for name in weights.keys() & alike.keys():
            weights[name] *= 1 + _CONFIRMED * alike[name]
        matters = any(self._topics[name].kind == "matter" for name in weights)
        taken = 0
        for name in sorted(alike.keys() - weights.keys(), key=lambda name: (-alike[name], name)):
            like, topic = alike[name], self._topics[name]
            if topic.kind == "move":
                enough = like >= _LIKE_MOVE and len(normal) <= _SHORT
            else:
                enough = like >= (_CLEARLY_LIKE if matters or taken else _LIKE)
            if enough and taken < _AT_MOST_LIKE:
                taken += 1
                weights[name] = topic.weight * min(_LIKE_MOST, _LIKE_WEIGHT + _LIKE_SLOPE * (like - _LIKE))
        return weights, alike

    def _without_goods(self, weights: dict[str, float], named: frozenset[str]) -> None:
        """Lower topics about goods where a service is talked about (a lesson, a room, a ride) and no goods are named."""
        fields = {self._topics[name].field for name in named if self._topics[name].kind == "trade"}
        fields |= {"service" for name in named if self._topics[name].field == "service"}
        if "service" not in fields or "goods" in fields:
            return
        for name in weights:
            if self._topics[name].field == "goods":
                weights[name] *= _NOT_GOODS

    def _damp(self, weights: dict[str, float], last: frozenset[str], text: str) -> None:
        if _GOES_ON.search(normalise(text[:_MAX_CHARACTERS]).text):
            return
        left = min((self._topics[name].damps for name in last if self._topics[name].kind == "move"), default=1.0)
        for name in weights:
            if self._topics[name].kind == "matter" and (name not in last or left <= _CLOSES):
                weights[name] *= left

    def _trouble(self, weights: Mapping[str, float], last: frozenset[str]) -> bool:
        """Whether the customer has had trouble: a topic that tells so is among the foremost ones."""
        foremost = max((weights[name] for name in last if self._topics[name].kind != "trade"), default=0.0)
        limit = max(_BY_AGENT, _FOREMOST * foremost)
        return any(
            self._topics[name].trouble and (weight > limit or (name in last and self._topics[name].kind == "move"))
            for name, weight in weights.items()
        )

    def situation(self, conversation: Conversation) -> Situation:
        """The topics of a conversation, weighted by who spoke of them and how long ago."""
        weights, alike = self._last(conversation.last_customer_text)
        last = frozenset(weights)
        matters = any(self._topics[name].kind == "matter" for name in last)
        earlier = _STILL if not matters or answers_agent(conversation) else _EARLIER
        named = self.in_text(conversation.last_customer_text) | self._carry(weights, conversation, earlier)
        self._without_goods(weights, named)
        self._damp(weights, last, conversation.last_customer_text)
        return Situation(
            weights=weights,
            now=last,
            moves=frozenset(name for name in last if self._topics[name].kind == "move"),
            emergencies=frozenset(name for name in last if self._topics[name].kind == "emergency"),
            trouble=self._trouble(weights, last),
            alike=alike,
        )

    def _carry(self, weights: dict[str, float], conversation: Conversation, earlier: float) -> frozenset[str]:
        """Add what was spoken of before the customer's last message, `earlier` being its share; the customer's own topics."""
        named: frozenset[str] = frozenset()
        seen_last = False
        for turn in conversation.turns[::-1][:_MAX_TURNS]:
            if turn.role == "customer" and not seen_last:
                seen_last = True
                continue
            share = earlier if turn.role == "customer" else min(earlier, _BY_AGENT)
            found = self.in_text(turn.text)
            for name in found:
                topic = self._topics[name]
                if topic.kind in ("matter", "trade") or (topic.kind == "emergency" and turn.role == "customer"):
                    weights[name] = max(weights.get(name, 0.0), share * topic.carries * topic.weight)
            if turn.role == "customer":
                named |= found
                earlier *= _FADE
        return named
