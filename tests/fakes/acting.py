"""Readers for parts that build on acts: one without any act, one with the acts of the built-in rules, one scripted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copilot.conversation import Act, Conversation, PersonalDatum, Turn, Urgency


@dataclass(frozen=True)
class PlainUrgency:
    urgency: Urgency = "normal"
    complaint: bool = False


class NoActs:
    """Recognises nothing, and nothing is urgent."""

    def acts(self, turn: Turn, before: Conversation = Conversation()) -> frozenset[Act]:  # noqa: B008
        return frozenset()

    def read(self, conversation: Conversation) -> PlainUrgency:
        return PlainUrgency()

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]:
        return ()


class RuleActs(NoActs):
    """The acts of the built-in rules, without the trained classifiers."""

    def __init__(self) -> None:
        from copilot.reading.acts import ActReader
        from copilot.workspace import builtin_workspace

        self._acts = ActReader(builtin_workspace())

    def acts(self, turn: Turn, before: Conversation = Conversation()) -> frozenset[Act]:  # noqa: B008
        return self._acts.acts(turn, before)


class ScriptedActs(NoActs):
    """Acts by words that stand in the text; personal data by exact strings; counts how often acts were asked for."""

    def __init__(
        self, acts: Mapping[str, tuple[Act, ...]], data: Mapping[str, str] | None = None, urgency: Urgency = "normal"
    ) -> None:
        self._script, self._data, self._urgency = acts, data or {}, urgency
        self.asked: list[str] = []

    def acts(self, turn: Turn, before: Conversation = Conversation()) -> frozenset[Act]:  # noqa: B008
        self.asked.append(turn.text)
        return frozenset(act for word, acts in self._script.items() if word in turn.text for act in acts)

    def read(self, conversation: Conversation) -> PlainUrgency:
        return PlainUrgency(self._urgency)

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]:
        return tuple(
            PersonalDatum(kind, text.index(value), text.index(value) + len(value))  # type: ignore[arg-type]
            for value, kind in self._data.items()
            if value in text
        )
