"""An emergency takes the card over: first what to say, then whom to call, what not to do and what to record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.desk.cards import Card, Line
from copilot.desk.state import OfferedReply
from copilot.desk.turn_cards import SPECIAL_CASES, offer_buttons, offer_lines
from copilot.desk.words import cite

if TYPE_CHECKING:
    from copilot.conversation import Conversation
    from copilot.engine import Copilot
    from copilot.procedures import EmergencyRecord, Progress

SPARE_REPLIES = 1  # beside the one from the plan: in an emergency nobody reads three


def kind_of(copilot: Copilot, conversation: Conversation) -> EmergencyRecord:
    """Which emergency the customer tells of."""
    return copilot.casebook.special_cases.emergency(conversation.customer_texts[-3:])


def first_words(copilot: Copilot, kind: EmergencyRecord) -> OfferedReply:
    """What to say first: the policy's own words, where its clause has some."""
    clause = copilot.index.clause(kind.clause.ref)
    said = getattr(clause, "say", ())
    text = said[0] if said and not kind.own_words else kind.say
    return OfferedReply(text, ((kind.clause.document, kind.clause.clause),), "safety")


def is_said(copilot: Copilot, kind: EmergencyRecord, conversation: Conversation, progress: Progress | None) -> bool:
    """Whether the agent has said already what comes first in this kind of emergency, in the plan's words or their own."""
    first = first_words(copilot, kind).text
    if any(turn.text == first for turn in conversation.turns if turn.role == "agent"):
        return True
    before = conversation.customer_texts[-4:-1]  # another danger than before needs its own first words
    same = bool(before) and copilot.casebook.special_cases.emergency(before).id == kind.id
    return same and progress is not None and progress.procedure == "emergency" and progress.steps[0].status == "done"


def with_first_words(
    copilot: Copilot, kind: EmergencyRecord, offered: tuple[OfferedReply, ...], *, said: bool
) -> tuple[OfferedReply, ...]:
    """The plan's words before the other suggestions; once they were `said` the others alone, where there are any."""
    first = first_words(copilot, kind)
    others = [each for each in offered if each.text != first.text]
    return tuple(others[: SPARE_REPLIES + 1]) if said and others else (first, *others[:SPARE_REPLIES])


def emergency_card(
    copilot: Copilot, card: Card, kind: EmergencyRecord, offered: tuple[OfferedReply, ...], token: str, *, said: bool
) -> Card:
    """The card of a customer message, taken over by the emergency; `offered` begins with what to say first.

    Once that was `said`, the card tells to stay with the customer until the supervisor has taken over.
    """
    task = "陪着客户，盯到主管接手" if said else "先保安全，立即报主管，先说下面这句"
    lines = [
        Line("danger", f"🚨 {kind.title}：{task}。{cite(copilot, [SPECIAL_CASES])}"),
        *offer_lines(copilot, offered[:1]),
        Line("text", f"📞 {'；'.join(kind.call)}"),
        Line("text", f"⛔ {'；'.join(kind.never)}"),
        Line("text", f"📝 记下：{'；'.join(kind.record)}"),
    ]
    lines += offer_lines(copilot, offered[1:], first=2)
    return replace(card, lines=tuple(lines), buttons=(offer_buttons(offered, token), *card.buttons[-1:]))
