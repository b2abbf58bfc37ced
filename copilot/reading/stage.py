"""Where a conversation stands among the five service stages, judged from the acts of its newest turns."""

from __future__ import annotations

from collections.abc import Callable

from copilot.conversation import Act, Conversation, ServiceStage, Turn

_LOOKED_AT = 12  # turns; what lies further back no longer says where the conversation stands
_SOLVING = frozenset({"propose", "carry_out", "offer_alternative", "seek_consent", "promise_time", "refuse"})
_CONFIRMING = frozenset({"report_back", "confirm_satisfaction"})
_REOPENING = frozenset({"reopen", "complain", "reject", "request", "ask", "urge"})


def stage_of(conversation: Conversation, acts: Callable[[Turn, Conversation], frozenset[Act]]) -> ServiceStage:
    """The stage that the agent's next reply belongs to."""
    turns = conversation.turns[-_LOOKED_AT:]
    stage: ServiceStage = "greet"
    for place, turn in enumerate(turns):
        stage = _after(stage, turn, acts(turn, Conversation(turns[max(0, place - 4) : place])))
    return stage


def _after(stage: ServiceStage, turn: Turn, done: frozenset[Act]) -> ServiceStage:
    if turn.role == "customer":
        if done <= {"greet", "other"}:
            return stage
        if "reopen" in done and stage in ("confirm", "close"):
            return "understand"
        if done & {"confirm_satisfied", "close"} and not done & {"reject", "reopen"}:
            return "close" if stage in ("confirm", "close", "solve") or "close" in done else stage
        if "thank" in done and stage in ("confirm", "close") and not done & _REOPENING:
            return "close"
        if stage == "close" and done & _REOPENING:
            return "understand"
        return "understand" if stage == "greet" else stage
    if done & _CONFIRMING and stage != "greet":
        return "confirm"
    if done & _SOLVING and stage in ("understand", "solve"):
        return "solve"
    return stage
