"""/handover: a case goes to a colleague or supervisor, who is offered it, not forced, and continues it where it stopped.

An offer is a reminder for the taker (kind "handover"), so that it is told once, wherever the process may die: first the
taker, after some minutes without an answer the giver. Who closes the reminder first decides; later taps are told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from copilot.desk.cards import Button, Card, Line
from copilot.desk.colleagues import Colleague, colleagues, named
from copilot.desk.promises import when
from copilot.desk.resuming import resume_conversation
from copilot.desk.session import Session, action
from copilot.desk.state import DeskState, state_from_json, state_to_json
from copilot.desk.ticks import led_progress
from copilot.desk.turn_cards import SLOT as TURN_SLOT
from copilot.desk.turn_cards import step_text
from copilot.desk.words import muted, shortened

if TYPE_CHECKING:
    from copilot.conversation import Conversation
    from copilot.store import Reminder

SLOT = "handover"
ANSWER_WITHIN = timedelta(minutes=10)
_LONGEST_NOTE = 200
_CASE = ("guided", "ticks", "tick_turns", "ticked_case", "procedure", "paused", "channel")
_IN_HAND = (*_CASE, "record_draft")  # a record holds contact data: it goes from desk to desk, not into the offer
_OPENING = "🤝 有同事想转一位客户给您……"


async def open_handover(session: Session, argument: str = "") -> None:
    """Show to whom the case in hand can go, with what will be told; words after the command go along as a note."""
    conversation = await session.conversation()
    if session.state.conversation is None or not conversation.turns:
        session.tell("手上没有正在进行的对话，不用转交。")
        return
    waiting = await session.work.reminders("handover", agent=session.agent, conversation=session.state.conversation)
    offered = [each for each in waiting if "to" in each.details]
    if offered:
        await _show_waiting(session, offered[0])
        return
    known = await colleagues(session)
    if not known:
        session.tell("还没有别的同事用过这个助手，没有人可以转交。请同事先打开一次（/start）。")
        return
    note = shortened(argument.strip(), _LONGEST_NOTE)
    session.update(handover_to=tuple(each.agent for each in known), handover_note=note)
    session.show(_choice_card(session, known, await _case_lines(session, conversation, note)))


def _choice_card(session: Session, known: tuple[Colleague, ...], lines: list[Line]) -> Card:
    token = session.token(SLOT)
    rows = [(action(each.label, token, "give", str(number)),) for number, each in enumerate(known, 1)]
    rows.append((action("不转了", token, "nogive"),))
    lines = [*lines, muted("对方接手前，这位客户还由您接待。要附一句话，请发 /handover 加上内容。")]
    return Card(SLOT, "转给谁？对方会看到：", tuple(lines), tuple(rows), fresh=True)


async def _case_lines(session: Session, conversation: Conversation, note: str) -> list[Line]:
    """Summary, open step, promises and clock as the taker reads them; nobody is named in them."""
    copilot, number = session.copilot, session.state.conversation
    reading = copilot.read(conversation)
    progress = led_progress(session, conversation, copilot.progress(conversation, reading))
    # The line below knows what the agent ticked; the step is not said twice.
    summary = copilot.summary(conversation, with_step=progress is None)
    lines = [Line("text", line) for line in summary.lines()]
    if progress is not None:
        lines.append(Line("step", f"进行到：{step_text(progress)}"))
    for promise in await session.work.reminders("promise", conversation=number):
        words = copilot.mask(promise.words).masked
        lines.append(Line("warning", f"答应过：“{words}”（{when(promise.limit_at, session.now)} 前）"))
    for wait in await session.work.reminders("wait", conversation=number):
        since, limit = (f"{each.astimezone():%H:%M:%S}" for each in (wait.opened_at, wait.limit_at))
        lines.append(Line("warning", f"客户从 {since} 起在等回复，应在 {limit} 前回应"))
    if note:
        lines.append(Line("quote", f"同事留言：{note}"))
    return lines


async def close_choice(session: Session) -> None:
    """The case stays."""
    session.update(handover_to=(), handover_note="")
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "好的，这位客户还由您接待。"))


async def give(session: Session, number: int) -> None:
    """Offer the case to the colleague with this number on the list."""
    listed, conversation = session.state.handover_to, session.state.conversation
    if conversation is None or not 1 <= number <= len(listed):
        return
    lines = await _case_lines(session, await session.conversation(), session.state.handover_note)
    state = state_to_json(session.state)
    offer = await session.work.add_reminder(
        "handover", session.agent, session.state.handover_note, session.now, session.now + ANSWER_WITHIN,
        due_at=session.now, conversation=conversation, recipient=listed[number - 1],
        details={
            "to": listed[number - 1], "lines": [[line.role, line.text] for line in lines],
            "case": {name: state[name] for name in _CASE},
        },
    )  # fmt: skip
    session.update(handover_to=(), handover_note="")
    reminder = await session.work.reminder(offer)
    assert reminder is not None
    await _show_waiting(session, reminder)


async def _show_waiting(session: Session, offer: Reminder) -> None:
    name = await named(session, str(offer.details["to"]))
    line = Line("text", f"{when(offer.limit_at, session.now)} 前没人接，我会告诉您。")
    row = (Button("收回", f"takeback:{offer.id}"),)
    session.show(Card(SLOT, f"已请 {name} 接手，等对方确认", (line, muted("接手前请继续接待。")), (row,)))


# What is told


async def notice_card(session: Session, reminder: Reminder) -> tuple[Card, str]:
    """The offer as the taker reads it, or what became of it as the giver does; and what opens it."""
    details = reminder.details
    if "told" in details:  # what became of an offer
        return Card(str(details.get("slot", slot_of(reminder))), str(details["told"])), str(details.get("opening", ""))
    if reminder.stage:
        name = await named(session, str(details["to"]))
        line = muted("这位客户还由您接待；可以换一位同事，再发 /handover。")
        return Card(slot_of(reminder), f"⌛ {name} 没有接手，转交已取消", (line,)), "⌛ 转交没有人接手……"
    name = await named(session, reminder.agent)
    lines = tuple(Line(role, text) for role, text in details["lines"])
    row = (Button("接手", f"take:{reminder.id}"), Button("暂时接不了", f"refuse:{reminder.id}"))
    return Card(slot_of(reminder), f"🤝 {name} 想请您接手一位客户", lines, (row,), fresh=True), _OPENING


async def told(session: Session, reminder: Reminder, *, reached: bool) -> None:
    """After the taker, when the time is over, the giver; then the offer is over. Who cannot be reached is not waited for."""
    if "told" in reminder.details:
        await session.work.close_reminder(reminder.id, "done", session.agent, session.now)
    elif reminder.stage == 0:
        following = reminder.limit_at if reached else session.now
        await session.work.reminder_told(reminder.id, 0, next_at=following, recipient=reminder.agent)
    else:
        await session.work.close_reminder(reminder.id, "dropped", reminder.agent, session.now)
        await _take_card_off(session, reminder.agent, SLOT, only_for=reminder.conversation)
        await _edit_offer(session, reminder, "这次转交已过时间，不用处理了。")


async def _tell(session: Session, agent: str, text: str, **details: Any) -> None:
    await session.work.add_reminder(
        "handover", agent, "", session.now, session.now, due_at=session.now, details={"told": text, **details}
    )


async def _edit_offer(session: Session, offer: Reminder, text: str) -> None:
    """What the taker's offer says from now on, where it was told."""
    await _tell(session, str(offer.details["to"]), text, slot=slot_of(offer, 0))


def slot_of(reminder: Reminder, stage: int | None = None) -> str:
    """Each telling has a place of its own, so that telling twice edits and never repeats."""
    return f"handover-{reminder.id}-{reminder.stage if stage is None else stage}"


# What is tapped


def may_tap(session: Session, reminder: Reminder, verb: str) -> bool:
    """The offer is answered by whom it was made to, and taken back by who made it."""
    if "to" not in reminder.details:
        return False
    return session.agent == (reminder.agent if verb == "takeback" else reminder.details["to"])


def closed_words(session: Session, reminder: Reminder) -> str:
    """What became of an offer, for whoever taps too late."""
    if reminder.status == "done":
        return "您已经接手了。" if reminder.closed_by == session.agent else "对方已经接手了。"
    return "这次转交已经取消了。"


async def take(session: Session, reminder: Reminder) -> None:
    """The case becomes this agent's: what is in hand is kept aside, and the giver's desk is cleared and told."""
    conversation, giver = reminder.conversation, reminder.agent
    if conversation is None or not await session.work.close_reminder(reminder.id, "done", session.agent, session.now):
        session.tell(closed_words(session, reminder))
        return
    session.state = session.state.without_card(slot_of(reminder, 0))
    if await session.work.conversation_agent(conversation) != giver:
        session.tell("这位客户的对话已经不在对方那里了。")
        return
    aside = session.state.conversation
    case = await _clear_giver(session, giver, conversation) or reminder.details["case"]
    await resume_conversation(session, conversation, _case_fields(case))
    await session.work.give_conversation(conversation, giver, session.agent)  # after: resuming stops this desk's clocks
    await session.work.add_audit(session.agent, "handed_over", session.now, details={"conversation": conversation})
    name = await named(session, session.agent)
    await _tell(session, giver, f"✅ {name} 已接手这位客户，您可以接待下一位了。", opening="✅ 转交的客户已有人接手……")
    lines, rows = [muted("对话、步骤和答应客户的事都已转过来。")], ()
    if aside is not None and aside != conversation:
        lines.append(muted("您刚才的对话还在。"))
        session.update(set_aside=aside)
        rows = ((action("回到刚才的对话", session.token(SLOT), "goback"),),)  # type: ignore[assignment]
    session.cards.insert(0, Card(slot_of(reminder, 0), "✅ 您已接手", ()))
    session.show(Card(SLOT, "✅ 您已接手这位客户", tuple(lines), rows))


async def go_back(session: Session) -> None:
    """To the conversation that was in hand before; the one in hand is kept for the way back."""
    aside, in_hand = session.state.set_aside, session.state.conversation
    if aside is None or await session.work.conversation_agent(aside) != session.agent:
        session.tell("刚才的对话已经不在您这里了。")
        return
    await resume_conversation(session, aside)
    session.update(set_aside=in_hand)
    if in_hand is not None:
        row = (action("回到另一位客户", session.token(SLOT), "goback"),)
        session.show(Card(SLOT, "另一位客户的对话还在", (), (row,)))


async def refuse(session: Session, reminder: Reminder) -> None:
    """Not now: the giver is told and goes on."""
    if not await session.work.close_reminder(reminder.id, "dropped", session.agent, session.now):
        session.tell(closed_words(session, reminder))
        return
    session.state = session.state.without_card(slot_of(reminder, 0))
    session.cards.append(Card(slot_of(reminder, 0), "好的，已告诉对方您暂时接不了。"))
    await _take_card_off(session, reminder.agent, SLOT, only_for=reminder.conversation)
    name = await named(session, session.agent)
    words = f"{name} 暂时接不了，这位客户还由您接待。可以换一位同事：/handover"
    await _tell(session, reminder.agent, words, opening="转交有了回音……")


async def take_back(session: Session, reminder: Reminder) -> None:
    """The giver keeps the case after all; the offer on the other desk says so."""
    if not await session.work.close_reminder(reminder.id, "dropped", session.agent, session.now):
        session.tell(closed_words(session, reminder))
        return
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "已收回，这位客户还由您接待。"))
    await _edit_offer(session, reminder, "对方已收回这次转交，不用处理了。")


# The other desk


async def _clear_giver(session: Session, giver: str, conversation: int) -> Mapping[str, Any] | None:
    """Take the case off the giver's desk; what it knew beyond the turns, or None where it was not in hand there."""
    state = await _state_of(session, giver)
    if state is None or state.conversation != conversation:
        return None
    values = state_to_json(state)
    cleared = state.without_case().without_card(TURN_SLOT).without_card(SLOT)
    await session.work.save_desk_state(giver, state_to_json(cleared), session.now)
    return {name: values[name] for name in _IN_HAND}


async def _take_card_off(session: Session, agent: str, slot: str, *, only_for: int | None) -> None:
    """Take a card off a desk, this session's own or another's, while that case is in hand there."""
    if agent == session.agent:
        session.state = session.state.without_card(slot)
        return
    state = await _state_of(session, agent)
    if state is not None and state.conversation == only_for:
        await session.work.save_desk_state(agent, state_to_json(state.without_card(slot)), session.now)


async def _state_of(session: Session, agent: str) -> DeskState | None:
    """Another agent's desk, held until this unit of work is over; None where it cannot be read."""
    try:
        return state_from_json(await session.work.desk_state(agent))
    except ValueError:
        return None


def _case_fields(case: Mapping[str, Any]) -> dict[str, Any]:
    """What a desk knows of a case beyond its turns, as fields of a state."""
    state = state_from_json({name: case[name] for name in _IN_HAND if name in case})
    return {name: getattr(state, name) for name in _IN_HAND}
