"""How well a phrase fits: a sum of few plain reasons, each of which can be read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.conversation import STAGES, ClauseRef
from copilot.phrasing.records import Phrase
from copilot.phrasing.topics import Situation

ABOUT, MOVE, WHEN, NARROWER, INTENT, SECOND_INTENT = 9.0, 10.0, 5.0, 4.0, 4.0, 2.0
STAGE, STEP, MOOD, COMPLAINT, URGENCY, VIP, OVERLAP = 1.5, 2.5, 1.5, 1.0, 1.5, 2.0, 3.0
DANGER = 15.0  # safety comes first, whatever else fits
ANSWERS = 13.5  # for a clause that answers for certain
FIRST, SURELY = 4.0, 0.7  # for the likeliest clause, where it is likely enough
LIKELY, CLOSE = 0.5, 0.15  # probability from which a clause counts at all, and how far it may be behind the best
OPENS = 0.5  # weight of a topic from which the first words may speak of it
PERHAPS_DANGER = 3.0  # ... and is asked about where only half of the signs speak for it
_LEAST = -1.0  # what stage and step may take from a phrase that answers what the customer just did
_STEPS_OF_STAGE = {"greet": (1,), "understand": (1, 2), "solve": (3, 4), "confirm": (4, 5), "close": (6,)}


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything about this moment of the conversation that a score may depend on."""

    text: str
    """The last customer text, normalised."""
    recent: str
    """The last four turns, normalised, so that a condition also sees what a short answer refers to."""
    situation: Situation
    intents: tuple[str, ...]
    mood: str
    complaint: bool
    urgency: str
    danger: Literal["sure", "kind", "unknown", "none"]
    """"kind": the words name a danger, the reading does not; "unknown": the reading does, of a kind nobody names."""
    vip: bool
    stage: str
    step: int | None
    first_reply: bool
    likely: Mapping[ClauseRef, float] = field(default_factory=dict)
    """Policy clauses that may answer the message, with how likely they do, in [0, 1]."""


def reasons(phrase: Phrase, moment: Moment, matched: frozenset[str]) -> dict[str, float] | None:
    """The reasons for and against a phrase, or None where it must not be used.

    `matched` are the ids of phrases whose own `when` patterns match. The caller adds OVERLAP times the share of the
    customer's telling character pairs that the phrase takes up.
    """
    topics = [name for name in phrase.about if name in moment.situation.weights]
    if not (_is_about_it(phrase, moment, topics, matched) and _suits_the_danger(phrase, moment, topics)):
        return None
    if not _has_its_place(phrase, moment, topics):
        return None
    found: dict[str, float] = {}
    if phrase.when:
        found["when"] = NARROWER if phrase.about or phrase.answers else WHEN
    if topics:
        best = max(topics, key=lambda name: moment.situation.weights[name])
        found["about"] = (MOVE if best in moment.situation.moves else ABOUT) * moment.situation.weights[best]
        found["also"] = 1.5 * (len(topics) - 1)
    if phrase.answers:
        likely = _likely(phrase, moment)
        first = likely >= max(SURELY, max(moment.likely.values()) - 0.02)
        found["answers"] = ANSWERS * likely + (FIRST if first else 0.0)
    if shared := _shared_intents(phrase, moment):
        found["intent"] = INTENT if shared[0] == moment.intents[0] else SECOND_INTENT
    found.update(_circumstances(phrase, moment, topics))
    return found


def _likely(phrase: Phrase, moment: Moment) -> float:
    """How likely a clause that the phrase answers from is the one that the message asks for."""
    return max(moment.likely.get(ref, 0.0) for ref in phrase.answers)


def _shared_intents(phrase: Phrase, moment: Moment) -> list[str]:
    return [intent for intent in moment.intents if intent in phrase.intents]


def _is_about_it(phrase: Phrase, moment: Moment, topics: Sequence[str], matched: frozenset[str]) -> bool:
    """Whether what the phrase is for is what the customer wrote about."""
    if phrase.when and phrase.id not in matched:
        return False
    if phrase.about and not topics:
        return False
    if phrase.answers and _likely(phrase, moment) < max(LIKELY, max(moment.likely.values(), default=0.0) - CLOSE):
        return False
    return not phrase.intents or bool(topics or _shared_intents(phrase, moment))


def _suits_the_danger(phrase: Phrase, moment: Moment, topics: Sequence[str]) -> bool:
    """Whether the phrase may be said in this danger, or where there is none."""
    emergency = phrase.urgency == "emergency"
    if moment.danger == "sure" and not emergency:
        return False  # a danger that was recognised by its kind leaves no room for anything else
    if moment.danger == "kind" and emergency and not topics:
        return False
    if emergency and moment.urgency != "emergency":
        return False
    return not phrase.answers or moment.danger in ("none", "kind")


def _has_its_place(phrase: Phrase, moment: Moment, topics: Sequence[str]) -> bool:
    """Whether the phrase is meant for this customer and this place in the conversation."""
    if phrase.vip and not moment.vip:
        return False
    if moment.first_reply and phrase.opening is False:
        return False
    if not moment.first_reply and (phrase.stage == "greet" or phrase.opening):
        return False
    if phrase.part != "opener":
        return True
    if phrase.moods and moment.mood not in phrase.moods:
        return False
    return not topics or max(moment.situation.weights[name] for name in topics) >= OPENS


def _circumstances(phrase: Phrase, moment: Moment, topics: Sequence[str]) -> dict[str, float]:
    found = {"stage": STAGE * (1 - 0.6 * abs(STAGES.index(phrase.stage) - STAGES.index(moment.stage)))}
    if phrase.moods:
        found["mood"] = MOOD if moment.mood in phrase.moods else -2 * MOOD
    if phrase.complaint is not None:
        found["complaint"] = COMPLAINT if phrase.complaint == moment.complaint else -2 * COMPLAINT
    if phrase.urgency is not None:
        match = URGENCY
        if phrase.urgency == "emergency":  # where the kind is not known, one word about safety leads, the rest follows
            match = DANGER if topics or phrase.style == "act" else DANGER / 3
            if moment.danger == "unknown" and topics:
                match = DANGER / 3
            if moment.danger == "kind":
                match = PERHAPS_DANGER if phrase.style == "act" else -PERHAPS_DANGER
        found["urgency"] = match if phrase.urgency == moment.urgency else -URGENCY
    if phrase.vip and moment.vip:
        found["vip"] = VIP
    if moment.step is not None:
        steps = phrase.steps or _STEPS_OF_STAGE[phrase.stage]
        found["step"] = STEP if moment.step in steps else -STEP * 0.5 * min(abs(moment.step - s) for s in steps)
    if topics or phrase.answers:
        for name in found.keys() & {"stage", "step", "complaint"}:
            found[name] = max(_LEAST, found[name])
    return found
