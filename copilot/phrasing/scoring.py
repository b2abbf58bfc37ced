"""How well a phrase fits: a sum of few plain reasons, each of which can be read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copilot.conversation import STAGES
from copilot.phrasing.records import Phrase
from copilot.phrasing.topics import Situation

ABOUT, MOVE, WHEN, INTENT, SECOND_INTENT = 8.0, 9.0, 5.0, 4.0, 2.0
STAGE, STEP, MOOD, COMPLAINT, URGENCY, VIP, OVERLAP = 1.5, 1.5, 1.5, 1.0, 1.5, 2.0, 3.0
_STEPS_OF_STAGE = {"greet": (1,), "understand": (1, 2), "solve": (3, 4), "confirm": (4, 5), "close": (6,)}


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything about this moment of the conversation that a score may depend on."""

    text: str
    situation: Situation
    intents: tuple[str, ...]
    mood: str
    complaint: bool
    urgency: str
    vip: bool
    stage: str
    step: int | None
    first_reply: bool


def reasons(phrase: Phrase, moment: Moment, matched: frozenset[str], overlap: float) -> Mapping[str, float] | None:
    """The reasons for and against a phrase, or None where it must not be used.

    `matched` are the ids of phrases whose own `when` patterns match; `overlap` in [0, 1] is the share of telling
    character pairs of the customer's text that the phrase takes up.
    """
    found: dict[str, float] = {}
    topics = [name for name in phrase.about if name in moment.situation.weights]
    if phrase.when and phrase.id in matched:
        found["when"] = WHEN
    if phrase.about and topics:
        best = max(topics, key=lambda name: moment.situation.weights[name])
        found["about"] = (MOVE if best in moment.situation.moves else ABOUT) * moment.situation.weights[best]
        found["also"] = 1.5 * (len(topics) - 1)
    if (phrase.about or phrase.when) and not found:
        return None
    if phrase.intents:
        shared = [intent for intent in moment.intents if intent in phrase.intents]
        if not shared and not found:
            return None
        if shared:
            found["intent"] = INTENT if shared[0] == moment.intents[0] else SECOND_INTENT
    if (phrase.vip and not moment.vip) or (phrase.urgency == "emergency" and moment.urgency != "emergency"):
        return None
    if phrase.stage == "greet" and not moment.first_reply:
        return None
    found.update(_circumstances(phrase, moment))
    found["overlap"] = OVERLAP * overlap
    return found


def _circumstances(phrase: Phrase, moment: Moment) -> dict[str, float]:
    found = {"stage": STAGE * (1 - 0.6 * abs(STAGES.index(phrase.stage) - STAGES.index(moment.stage)))}
    if phrase.moods:
        found["mood"] = MOOD if moment.mood in phrase.moods else -2 * MOOD
    if phrase.complaint is not None:
        found["complaint"] = COMPLAINT if phrase.complaint == moment.complaint else -2 * COMPLAINT
    if phrase.urgency is not None:
        found["urgency"] = URGENCY if phrase.urgency == moment.urgency else -URGENCY
    if phrase.vip and moment.vip:
        found["vip"] = VIP
    if moment.step is not None:
        steps = phrase.steps or _STEPS_OF_STAGE[phrase.stage]
        found["step"] = STEP if moment.step in steps else -STEP * 0.5 * min(abs(moment.step - s) for s in steps)
    return found
