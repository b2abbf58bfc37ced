"""Reminders at a desk: which are due, how each reads now, and what a tap on one does.

Telling must bear a sudden end at any point: a reminder is claimed, told in a place of its own (told twice, it is edited
into the same words) and then marked. Taps name the reminder's number, which comes from outside: it must be this agent's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from copilot.desk import alerts, clocks, handing_over, promises
from copilot.desk.cards import Card
from copilot.desk.resuming import resume_conversation
from copilot.desk.session import Session

if TYPE_CHECKING:
    from copilot.store import Reminder

LEASE = timedelta(seconds=20)  # longer than a door takes to tell; what was not marked by then is told again
_CLOSED = "这条提醒已经处理过了。"
_MAX_DIGITS = 9
Tap = Callable[[Session, "Reminder"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Claim:
    """A reminder that this process may tell now, for some seconds."""

    reminder: int
    stage: int
    agent: str
    recipient: str
    at: datetime  # what is told, and when the next comes, is settled by this moment, however long telling takes


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell: a card, and the words that open it in a chat where it has no place yet (none: only edit)."""

    card: Card
    opening: str


async def notice_of(session: Session, claim: Claim) -> Notice | None:
    """What the reminder says at this moment; None when it is settled, or there is nothing to say."""
    reminder = await session.work.reminder(claim.reminder)
    if reminder is None or reminder.status != "open" or reminder.stage != claim.stage:
        return None
    if reminder.kind == "wait":
        told = clocks.wait_card(session, reminder, claim.at)
    elif reminder.kind == "promise":
        told = await promises.promise_card(session, reminder, claim.at)
    elif reminder.kind == "handover":
        told = await handing_over.notice_card(session, reminder)
    else:
        told = await alerts.alert_card(session, reminder)
    return None if told is None else Notice(*told)


async def mark_told(session: Session, claim: Claim, *, reached: bool = True) -> None:
    """Set the next telling; what is marked already stays as it is. Who cannot be reached is not waited for."""
    reminder = await session.work.reminder(claim.reminder)
    if reminder is None or reminder.status != "open":
        return
    if reminder.kind == "alert":
        await alerts.told(session, reminder, claim.stage, claim.at, reached=reached)
        return
    if reminder.kind == "handover":
        await handing_over.told(session, reminder, reached=reached)
        return
    following: Callable[[Reminder, datetime], datetime | None] = (
        clocks.next_telling if reminder.kind == "wait" else promises.next_telling
    )
    await session.work.reminder_told(reminder.id, claim.stage, next_at=following(reminder, claim.at))


async def tell_due(session: Session) -> bool:
    """Show this agent what is due, where the desk's own cards are the screen; whether anything was due."""
    found = await session.work.claim_due_reminders(session.now, LEASE, session.agent)
    due = [each for each in found if each.recipient == session.agent]
    for reminder in due:
        claim = Claim(reminder.id, reminder.stage, reminder.agent, reminder.recipient, session.now)
        notice = None if reminder.kind == "wait" else await notice_of(session, claim)  # a wait is counted on the screen
        if notice is not None:
            for slot in [card.slot for card in session.state.cards if _same_reminder(card.slot, notice.card.slot)]:
                session.state = session.state.without_card(slot)
            if notice.card.buttons:
                session.show(notice.card)
            else:
                session.cards.append(notice.card)
        await mark_told(session, claim)
    return bool(due)


def _same_reminder(slot: str, other: str) -> bool:
    """Whether the slots show tellings of the same reminder: "promise-7-0" and "promise-7-1"."""
    return slot.count("-") == 2 and slot.rpartition("-")[0] == other.rpartition("-")[0]


async def tap(session: Session, verb: str, number: str) -> bool:
    """Do what a reminder's button stands for; False for one that is no reminder's, or not this agent's."""
    known = TAPS.get(verb)
    if known is None or not (number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS):
        return False
    reminder = await session.work.reminder(int(number))
    if reminder is None or reminder.kind != known[0] or not _may(session, reminder, verb):
        return False
    if reminder.kind == "handover" and reminder.status != "open":
        session.state = session.state.without_card(handing_over.slot_of(reminder, 0))
        session.tell(handing_over.closed_words(session, reminder))
        return True
    if reminder.status in ("done", "dropped") and verb != "resume":
        session.tell(alerts.taken_by(session, reminder) if reminder.kind == "alert" else _CLOSED)
        return True
    await known[1](session, reminder)
    return True


def _may(session: Session, reminder: Reminder, verb: str) -> bool:
    if reminder.kind == "handover":
        return handing_over.may_tap(session, reminder, verb)
    if reminder.kind == "alert":
        return alerts.may_acknowledge(session, reminder)
    return reminder.agent == session.agent


async def _resume(session: Session, reminder: Reminder) -> None:
    if reminder.conversation is not None:
        await resume_conversation(session, reminder.conversation)


TAPS: dict[str, tuple[str, Tap]] = {
    "remind": ("promise", promises.confirm),
    "noremind": ("promise", promises.decline),
    "kept": ("promise", promises.kept),
    "resume": ("promise", _resume),
    "answered": ("wait", clocks.tell_answered),
    "ack": ("alert", alerts.acknowledge),
    "take": ("handover", handing_over.take),
    "refuse": ("handover", handing_over.refuse),
    "takeback": ("handover", handing_over.take_back),
}
