"""What the last customer message means in view of the conversation: earlier messages fill in what it leaves unsaid.

"嗯？" after a complaint still complains; "挂机，去年买的" answers a question and wants what was wanted before; "哦，看见了"
after a refund was made has nothing left to complain about; "好的" after an emergency is no emergency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from copilot.conversation import URGENCIES, Act, Conversation, Mood, Turn
from copilot.language import compile_pattern
from copilot.reading.judgement import NOTHING, Judgement

_EARLIER = 3  # customer messages before the last one that still count as context
_SHORT = 8  # letters and characters; a shorter message borrows its meaning from the ones before
_KEPT_INTENTS = 3
_PRESSING: tuple[Mood, ...] = ("anxious", "distressed", "angry")
_EMPTY_INTENTS = ("other", "greeting", "closing")
_ASKING = frozenset({"ask_detail", "verify_identity", "seek_consent", "propose", "offer_alternative"})
_SETTLING = frozenset({"report_back", "carry_out", "confirm_satisfaction"})
_STANDING_FOR_ITSELF = frozenset({"ask", "complain", "request", "reject", "reopen", "urge", "threaten", "insult"})
_STILL = compile_pattern(
    "还在|仍在|又开始|越来越|更(大|浓|烫|疼|严重)|止不住|停不下|没(停|灭|散|醒|反应|动)|不(醒|应|动)"
)

ActsOf = Callable[[Turn, Conversation], frozenset[Act]]


def judge_in_view(
    judge_text: Callable[[str], Judgement], conversation: Conversation, acts_of: ActsOf | None = None
) -> Judgement:
    """The meaning of the last customer message; `judge_text` judges one message by itself."""
    texts = conversation.customer_texts
    if not texts:
        return NOTHING
    judgement = judge_text(texts[-1])
    if len(texts) == 1:
        return judgement
    said, heard = _last_exchange(conversation, acts_of) if acts_of is not None else (frozenset(), frozenset())
    if _is_settled(judgement, said, heard):
        return _about(judgement, [judge_text(text) for text in reversed(texts[-1 - _EARLIER : -1])])
    answers = bool(heard & _ASKING) and not said & _STANDING_FOR_ITSELF and judgement.mood in ("calm", "happy")
    in_one_breath = _customer_turns_at_the_end(conversation)
    for back, earlier in enumerate(reversed(texts[-1 - _EARLIER : -1]), start=2):
        judgement = _in_view_of(judgement, texts[-1], judge_text(earlier), back <= in_one_breath, answers)
    return judgement


def _last_exchange(conversation: Conversation, acts_of: ActsOf) -> tuple[frozenset[Act], frozenset[Act]]:
    """What the customer does in the last message, and what the agent had done just before it."""
    last = max(place for place, turn in enumerate(conversation.turns) if turn.role == "customer")
    said = acts_of(conversation.turns[last], Conversation(conversation.turns[max(0, last - 4) : last]))
    heard: set[Act] = set()
    for turn in reversed(conversation.turns[:last]):
        if turn.role == "customer":
            break
        heard |= acts_of(turn, Conversation())
    return said, frozenset(heard)


def _is_settled(judgement: Judgement, said: frozenset[Act], heard: frozenset[Act]) -> bool:
    """Whether the agent has done what was wanted and the customer takes it calmly."""
    content = judgement.mood in ("calm", "happy") and not judgement.complaint and judgement.urgency == "normal"
    return content and bool(heard & _SETTLING) and not said & _STANDING_FOR_ITSELF


def _about(judgement: Judgement, earlier: Sequence[Judgement]) -> Judgement:
    """The same, about what was talked of before where it names no matter of its own."""
    intents = judgement.intents
    if intents[0] in _EMPTY_INTENTS[:2]:
        before = next((each.intents for each in earlier if each.intents[0] not in _EMPTY_INTENTS), ())
        intents = tuple(dict.fromkeys((*before, *intents)))[:_KEPT_INTENTS]
    return replace(judgement, intents=intents, vip=judgement.vip or any(each.vip for each in earlier))


def _in_view_of(judgement: Judgement, text: str, earlier: Judgement, in_one_breath: bool, answers: bool) -> Judgement:
    closed = judgement.intents[0] == "closing" and not text.rstrip().endswith(("?", "？"))
    if judgement.mood == "happy" or judgement.intents[0] == "praise" or closed:
        return replace(judgement, vip=judgement.vip or earlier.vip)
    short = sum(character.isalnum() for character in text) < _SHORT
    # An agreement or a thank-you after the agent's answer is no emergency any more; "快点啊" and "还在冒" still are.
    goes_on = in_one_breath or (short and judgement.mood in _PRESSING) or bool(_STILL.search(text))
    intents = judgement.intents
    if (answers or intents[0] in _EMPTY_INTENTS) and earlier.intents[0] not in _EMPTY_INTENTS:
        intents = tuple(dict.fromkeys((*earlier.intents, *intents)))[:_KEPT_INTENTS]
    return Judgement(
        mood=earlier.mood if short and judgement.mood == "calm" and earlier.mood != "happy" else judgement.mood,
        complaint=judgement.complaint or earlier.complaint,
        urgency=max(judgement.urgency, earlier.urgency if goes_on else "normal", key=URGENCIES.index),
        intents=intents,
        vip=judgement.vip or earlier.vip,
    )


def _customer_turns_at_the_end(conversation: Conversation) -> int:
    count = 0
    for turn in reversed(conversation.turns):
        if turn.role != "customer":
            break
        count += 1
    return count
