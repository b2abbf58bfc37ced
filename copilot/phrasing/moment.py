"""Reading the moment: the situation in the words, agreed with what the reader makes of the whole conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import NEGATIVE_MOODS, Conversation
from copilot.language import normalise
from copilot.phrasing.records import Phrase
from copilot.phrasing.scoring import Moment
from copilot.phrasing.topics import Situation, TopicFinder

if TYPE_CHECKING:
    from copilot.reading import Reading

_AGREES, _DISAGREES = 1.1, 0.93  # a topic whose phrases serve the first intent, or none of the intents


class MomentReader:
    """Makes the moment of a conversation."""

    def __init__(self, finder: TopicFinder, phrases: Sequence[Phrase]) -> None:
        self._finder = finder
        intents: dict[str, set[str]] = {}
        for phrase in phrases:
            for topic in phrase.about:
                intents.setdefault(topic, set()).update(phrase.intents)
        self._intents: Mapping[str, frozenset[str]] = {name: frozenset(found) for name, found in intents.items()}

    def read(self, conversation: Conversation, reading: Reading, step: int | None) -> Moment:
        """The moment; `step` is the complaint step to work on next."""
        situation = self._agreed(self._finder.situation(conversation), reading)
        emergency = reading.urgency == "emergency"
        if emergency and not situation.emergencies:
            kind, clearly = self._finder.danger_like(conversation.last_customer_text)
            if kind is not None:
                weights = {**situation.weights, kind: 1.0}
                found = frozenset({kind} if clearly else ())
                situation = replace(situation, weights=weights, emergencies=found)
        known = bool(situation.emergencies)
        return Moment(
            text=normalise(conversation.last_customer_text[:2_000]).text,
            recent=normalise("\n".join(turn.text[:500] for turn in conversation.turns[-4:])).text,
            situation=situation,
            intents=reading.intents,
            mood=reading.mood,
            complaint=reading.complaint or (step is not None and reading.mood in NEGATIVE_MOODS),
            urgency="emergency" if emergency or known else reading.urgency,
            danger="sure" if emergency and known else "unknown" if emergency else "kind" if known else "none",
            vip=reading.vip,
            stage=reading.stage,
            step=step,
            first_reply=not conversation.agent_texts,
        )

    def _agreed(self, situation: Situation, reading: Reading) -> Situation:
        """The situation with topics raised or lowered by whether their phrases serve what the customer wants."""
        weights = {}
        for name, weight in situation.weights.items():
            served = self._intents.get(name)
            if served and name not in situation.moves and name not in situation.emergencies:
                if reading.intents[0] in served:
                    weight *= _AGREES
                elif served.isdisjoint(reading.intents):
                    weight *= _DISAGREES
            weights[name] = weight
        return replace(situation, weights=weights)
