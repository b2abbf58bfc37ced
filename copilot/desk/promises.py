"""Promised times: noticed in a reply that was sent, confirmed with one tap, and told again in time, with the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import Session
from copilot.desk.words import muted, shortened

if TYPE_CHECKING:
    from copilot.store import Reminder

LIST_SLOT = "promises"
MOST_LISTED = 10
LAST_CALL = timedelta(minutes=15)  # standards 1.7: a call promised for a time is made within a quarter of an hour
_LONGEST_WORDS = 60
_PROMISED = "⏰ 答应了："
_SHORT_WORDS = 30  # beside the reply itself
_WEEKDAYS = "一二三四五六日"


async def notice_promises(session: Session, turn: int, text: str) -> None:
    """Keep what a reply promises, to be confirmed by the agent; nothing is reminded of before that."""
    reader = session.copilot.casebook.promises
    for promise in reader.promises(text, session.now.astimezone()):
        await session.work.add_reminder(
            "promise", session.agent, shortened(promise.words, _LONGEST_WORDS), session.now, promise.due_at,
            due_at=None, conversation=session.state.conversation, turn=turn, status="offered",
        )  # fmt: skip


async def forget_promises(session: Session, turn: int) -> None:
    """The reply was taken back, and with it what it promised."""
    for kept in await _of(session, ("offered", "open"), session.state.conversation):
        if kept.turn == turn:
            await session.work.close_reminder(kept.id, "dropped", session.agent, session.now)


async def promise_rows(session: Session) -> tuple[list[Line], list[tuple[Button, ...]]]:
    """Lines and buttons for a card of the conversation: a promise to confirm, else what is overdue here."""
    conversation = session.state.conversation
    if conversation is None:
        return [], []
    said = [turn.id for turn in await session.work.turns(conversation) if turn.role == "agent"]
    newest = [each for each in await _of(session, ("offered",), conversation) if said and each.turn == said[-1]]
    offered = [each for each in newest if each.limit_at > session.now]  # asked about once; later they stand in /promises
    lines = [
        Line("text", f"{_PROMISED}{when(each.limit_at, session.now)}（“{shortened(each.words, _SHORT_WORDS)}”）") for each in offered
    ]
    rows: list[tuple[Button, ...]] = [
        (Button(f"{when(each.limit_at, session.now)} 前提醒我", f"remind:{each.id}"), Button("不用提醒", f"noremind:{each.id}"))
        for each in offered
    ]
    for late in await _of(session, ("open",), conversation):
        if late.limit_at <= session.now:
            lines.append(Line("warning", f"⏰ 已过答应的时间（{when(late.limit_at, session.now)}）：“{late.words}”"))
            rows.append((Button("已经办到", f"kept:{late.id}"),))
    return lines[:2], rows[:2]


async def confirm(session: Session, reminder: Reminder) -> None:
    """Remind of this promise."""
    early = session.copilot.casebook.promises.early(reminder.opened_at, reminder.limit_at)
    await session.work.open_reminder(reminder.id, early)
    _settle(session, reminder)
    session.tell(f"记下了，{when(early, session.now)} 提醒您。全部承诺：/promises")


async def decline(session: Session, reminder: Reminder) -> None:
    """No reminder is wanted."""
    await session.work.close_reminder(reminder.id, "dropped", session.agent, session.now)
    _settle(session, reminder)
    session.tell("好的，不提醒。")


def _settle(session: Session, reminder: Reminder) -> None:
    """Take the question about this promise off the card that asked it."""
    asked = {f"remind:{reminder.id}", f"noremind:{reminder.id}"}
    for card in session.state.cards:
        rows = tuple(row for row in card.buttons if not any(button.action in asked for button in row))
        if rows != card.buttons:
            said = f"{_PROMISED}{when(reminder.limit_at, session.now)}（"
            lines = tuple(line for line in card.lines if not line.text.startswith(said))
            session.show(replace(card, lines=lines, buttons=rows))


async def kept(session: Session, reminder: Reminder) -> None:
    """What was promised is done."""
    await session.work.close_reminder(reminder.id, "done", session.agent, session.now)
    session.state = session.state.without_card(slot_of(reminder, reminder.stage - 1))
    session.cards.append(Card(slot_of(reminder, max(0, reminder.stage - 1)), f"✅ 已办到：{reminder.words}"))


async def list_promises(session: Session, _argument: str = "") -> None:
    """What this agent has promised and not done yet, the next first."""
    found = await _of(session, ("open", "offered"), None)
    lines: list[Line] = []
    rows: list[tuple[Button, ...]] = []
    for number, each in enumerate(found[:MOST_LISTED], 1):
        late = each.limit_at <= session.now
        mark = "‼️ 已过" if late else "⏰" if each.status == "open" else "○ 未设提醒"
        lines.append(Line("warning" if late else "text", f"{number}. {mark} {when(each.limit_at, session.now)}：“{each.words}”"))
        rows.append((Button(f"办到 {number}", f"kept:{each.id}"), Button(f"打开 {number}", f"resume:{each.id}")))
    if not found:
        lines.append(muted("没有未办的承诺。您答应客户的时间，发送后我会问要不要提醒。"))
    close = f"fold:{session.token(LIST_SLOT)}"
    session.show(Card(LIST_SLOT, f"答应客户的事（{len(found)}）", tuple(lines), tuple(rows), fresh=True, close=close))


async def fold_list(session: Session) -> None:
    """Put the list away."""
    session.state = session.state.without_card(LIST_SLOT)
    session.tell("已收起。")


def next_telling(reminder: Reminder, now: datetime) -> datetime | None:
    """Before the time, at the time, and a last time when the quarter of an hour is over."""
    for at in (reminder.limit_at, reminder.limit_at + LAST_CALL):
        if now < at:
            return at
    return None


async def promise_card(session: Session, reminder: Reminder, at: datetime) -> tuple[Card, str]:
    """The reminder with its case as told at this moment, and what opens it."""
    late = at >= reminder.limit_at
    title = f"⏰ {'到点了' if late else '快到时间了'}：{when(reminder.limit_at, session.now)}"
    lines = [Line("warning" if late else "text", f"您答应过：“{reminder.words}”"), *await _case_lines(session, reminder)]
    lines.append(Line("cite", session.cite(session.copilot.casebook.clocks.promises.clause.ref)))
    row = (Button("已经办到", f"kept:{reminder.id}"), Button("打开这位客户的对话", f"resume:{reminder.id}"))
    card = Card(slot_of(reminder, reminder.stage), title, tuple(lines), (row,), fresh=True)
    return card, "⏰ 答应客户的时间快到了……" if not late else "⏰ 答应客户的时间到了……"


def slot_of(reminder: Reminder, stage: int) -> str:
    """Each telling has a place of its own, so that telling twice edits and never repeats."""
    return f"promise-{reminder.id}-{max(0, stage)}"


async def _case_lines(session: Session, reminder: Reminder) -> list[Line]:
    turns = await session.work.turns(reminder.conversation) if reminder.conversation is not None else ()
    said: Sequence[str] = [turn.text for turn in turns if turn.role == "customer"]
    return [Line("quote", f"客户：{shortened(said[-1], 80)}")] if said else []


async def _of(session: Session, status: tuple[str, ...], conversation: int | None) -> tuple[Reminder, ...]:
    return await session.work.reminders(
        "promise", agent=session.agent, conversation=conversation, status=status  # type: ignore[arg-type]
    )


def when(at: datetime, now: datetime) -> str:
    """“今天 15:30”, “明天 09:00”, “周五 18:00”, “12月3日 18:00”, on the clock of this machine."""
    local, today = at.astimezone(), now.astimezone().date()
    days = (local.date() - today).days
    names = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}
    week = f"周{_WEEKDAYS[local.weekday()]}"
    day = names.get(days) or (week if 0 < days < 7 else f"{local.month}月{local.day}日")
    return f"{day} {local:%H:%M}"
