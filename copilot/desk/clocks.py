"""Response clocks: how long the customer has waited, on the card and as reminders (agreement 2.1).

A clock starts with the customer's first message that nobody answered, and stops with the agent's reply; a draft that
may be sent as it stands counts as one, for an agent who copies it need not say so. It is kept as a reminder, so it goes
on after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import Session, action
from copilot.desk.turn_cards import SLOT as TURN_SLOT
from copilot.desk.words import muted

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.procedures import ChannelRecord
    from copilot.store import Reminder, Work

SLOT = "clock"
CHANNEL_SLOT = "channel"
_PER_ROW = 3
NO_CLOCK = "off"  # the channel of an agent who wants no clock


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer who waits for an answer, on the channel's clock; all times aware."""

    since: datetime
    nudge_at: datetime
    limit_at: datetime
    channel: str
    said: str


async def customer_waits(session: Session, turn: int, since: datetime | None = None) -> None:
    """Start the clock at this customer message, unless an earlier one still waits."""
    channel = session.copilot.casebook.clocks.channel(session.state.channel)
    conversation = session.state.conversation
    if channel is None or conversation is None or await _open(session.work, session.agent, conversation):
        return
    at = since or session.now
    await session.work.add_reminder(
        "wait", session.agent, "", at, channel.limit_at(at), due_at=channel.nudge_at(at), conversation=conversation,
        turn=turn, details={"channel": channel.id},
    )  # fmt: skip


async def answered(session: Session) -> None:
    """Stop the clock; a reminder in the chat says how long it took."""
    for waiting in await session.work.reminders("wait", agent=session.agent):
        if await session.work.close_reminder(waiting.id, "done", session.agent, session.now) and waiting.stage > 1:
            took = time_said((session.now - waiting.opened_at).total_seconds())
            session.cards.append(Card(SLOT, f"✅ 已回复，客户等了 {took}"))


async def waits_again(session: Session) -> None:
    """The reply was not sent after all: the customer's last message still waits, since it came."""
    conversation = session.state.conversation
    turns = await session.work.turns(conversation) if conversation is not None else ()
    waiting = []
    for turn in reversed(turns):
        if turn.role != "customer":
            break
        waiting.append(turn)
    if waiting:
        await customer_waits(session, waiting[-1].id, waiting[-1].at)


async def never_waited(session: Session, turn: int) -> None:
    """What was taken for the customer's message was none: its clock never ran."""
    for waiting in await session.work.reminders("wait", agent=session.agent):
        if waiting.turn == turn:
            await session.work.close_reminder(waiting.id, "dropped", session.agent, session.now)


async def waiting_of(work: Work, copilot: Copilot, agent: str, conversation: int | None) -> Waiting | None:
    """Who waits at this agent's desk, for a door that counts; None when nobody does."""
    found = await _open(work, agent, conversation) if conversation is not None else ()
    if not found:
        return None
    channel = _channel_of(copilot, found[0])
    return Waiting(
        found[0].opened_at, channel.nudge_at(found[0].opened_at), found[0].limit_at, channel.title, channel.said
    )


async def _open(work: Work, agent: str, conversation: int) -> tuple[Reminder, ...]:
    return await work.reminders("wait", agent=agent, conversation=conversation)


def _channel_of(copilot: Copilot, reminder: Reminder) -> ChannelRecord:
    clocks = copilot.casebook.clocks
    return clocks.channel(str(reminder.details.get("channel", ""))) or clocks.channels[0]


# -- what is told, and when ------------------------------------------------------------------------------------------


def next_telling(reminder: Reminder, now: datetime) -> datetime | None:
    """After the nudge comes the alert at the limit, after the alert nothing."""
    return reminder.limit_at if reminder.stage == 0 and now < reminder.limit_at else None


def wait_card(session: Session, reminder: Reminder, at: datetime) -> tuple[Card, str] | None:
    """At a moment before the limit the nudge on the customer's own card, later an alert; and what opens it."""
    channel = _channel_of(session.copilot, reminder)
    waited = time_said((session.now - reminder.opened_at).total_seconds())
    rule = session.cite(channel.clause.ref)
    if at < reminder.limit_at:
        return _nudged(session, f"⏳ 客户已等 {waited}，{channel.title}请在 {channel.said}回应。{rule}")
    lines = (Line("warning", f"{channel.title}应在 {channel.said}回应，请先回一句“正在为您查”。"), Line("cite", rule))
    row = (Button("已经回复了", f"answered:{reminder.id}"),)
    return Card(SLOT, f"⏰ 客户已等 {waited}，还没有回复", lines, (row,), fresh=True), "⏰ 有客户在等回复……"


def _nudged(session: Session, text: str) -> tuple[Card, str] | None:
    turn, shown = session.state.turn, session.state.draft is None and session.state.sent is None
    if turn is None or not shown or session.state.tokens.get(TURN_SLOT) != turn.token:
        return None  # the agent is at work on a draft: no need to hurry them
    return replace(turn.card, lines=(Line("warning", text), *turn.card.lines), fresh=False), ""


async def tell_answered(session: Session, reminder: Reminder) -> None:
    """The agent answered somewhere else."""
    await answered(session)
    if not session.cards:
        session.cards.append(Card(SLOT, "✅ 已回复"))


# -- the channel -----------------------------------------------------------------------------------------------------


async def open_channels(session: Session, argument: str = "") -> None:
    """Choose the channel of this desk, by name or by a tap."""
    clocks = session.copilot.casebook.clocks
    named = clocks.channel(argument) if argument.strip() else None
    if named is not None:
        await _choose(session, named.id)
        return
    token = session.token(CHANNEL_SLOT)
    buttons = [action(each.title, token, "channel", str(n)) for n, each in enumerate(clocks.channels, 1)]
    buttons.append(action("不计时", token, "channel", "0"))
    rows = tuple(tuple(buttons[start : start + _PER_ROW]) for start in range(0, len(buttons), _PER_ROW))
    now = clocks.channel(session.state.channel)
    limits = "；".join(f"{each.title} {each.said}" for each in clocks.channels)
    lines = (Line("text", limits), muted(f"现在是：{now.title if now else '不计时'}"))
    card = Card(CHANNEL_SLOT, "客户从哪里来？计时按各渠道的时限", lines, rows, fresh=True, close=f"unchannel:{token}")
    session.show(card)


async def close_channels(session: Session) -> None:
    """The channel stays as it is."""
    session.state = session.state.without_card(CHANNEL_SLOT)
    session.tell("已收起。")


async def choose_channel(session: Session, number: int) -> None:
    """The channel with this number on the card; 0 for no clock."""
    channels = session.copilot.casebook.clocks.channels
    if number <= len(channels):
        await _choose(session, channels[number - 1].id if number else NO_CLOCK)


async def _choose(session: Session, channel: str) -> None:
    """The clock of a customer who waits already starts anew on the other channel, from when they wrote."""
    session.update(channel=channel)
    for waiting in await session.work.reminders("wait", agent=session.agent):
        await session.work.close_reminder(waiting.id, "dropped", session.agent, session.now)
    if session.state.expects == "agent":
        await waits_again(session)
    session.state = session.state.without_card(CHANNEL_SLOT)
    record = session.copilot.casebook.clocks.channel(channel)
    title = f"好的，按{record.title}计时：{record.said}回应" if record else "好的，不再计时"
    session.cards.append(Card(CHANNEL_SLOT, title))


def time_said(seconds: float) -> str:
    """“45 秒”, “12 分钟”, “3 小时 20 分钟”, “2 天”."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} 秒"
    minutes = whole // 60
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
    return f"{hours // 24} 天"
