"""Emergencies reach somebody: the supervisor on duty is alerted and must acknowledge, or the next in line is alerted.

An alert is a reminder whose recipient changes: the first chat of the line at once, the next one some minutes after the
one before, and when nobody was left to ask, the agent, who must telephone then. It stays open until somebody taps
“我来接手”; the agent is told who did. Contact data is masked before it leaves the case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from copilot.desk.cards import Button, Card, Line
from copilot.desk.clocks import time_said
from copilot.desk.colleagues import named, names
from copilot.desk.promises import when
from copilot.desk.session import Session
from copilot.desk.turn_cards import SPECIAL_CASES
from copilot.desk.words import muted, shortened

if TYPE_CHECKING:
    from copilot.store import Reminder, Work

WEB = "web:"  # everybody at the console of this machine may take over
OWN_ALERT = "alert-own"  # the console's card for the alert of the conversation in hand
_LONGEST_WORDS = 120


async def raise_alert(session: Session, turn: int, text: str, title: str) -> None:
    """Alert the first in line of this emergency; once for a conversation, however often the customer cries out."""
    conversation, duty = session.state.conversation, session.duty
    known = await session.work.reminders("alert", conversation=conversation, status=("open", "done"))
    if conversation is None or known:
        return
    wait = timedelta(minutes=duty.minutes)
    words = shortened(session.copilot.mask(" ".join(text.split())).masked, _LONGEST_WORDS)
    await session.work.add_reminder(
        "alert", session.agent, words, session.now, session.now + wait,
        due_at=session.now if duty.chain else session.now + wait, conversation=conversation, turn=turn,
        recipient=duty.chain[0] if duty.chain else session.agent,
        details={"title": title, "chain": list(duty.chain), "minutes": duty.minutes},
    )  # fmt: skip


async def drop_alert(session: Session, turn: int) -> None:
    """What was taken for a customer's cry was none."""
    for alert in await session.work.reminders("alert", conversation=session.state.conversation):
        if alert.turn == turn:
            await session.work.close_reminder(alert.id, "dropped", session.agent, session.now)


async def alert_lines(session: Session) -> list[Line]:
    """For the case's own card: whom it went to, and whether somebody has taken over."""
    found = await session.work.reminders("alert", conversation=session.state.conversation, status=("open", "done"))
    alerts = [each for each in found if "taken" not in each.details]
    if not alerts:
        return []
    alert = alerts[-1]
    if alert.status == "done" and alert.closed_at is not None:
        return [Line("ok", f"✅ 主管 {when(alert.closed_at, session.now)} 已接手")]
    if not alert.details["chain"]:
        return [Line("text", "📣 没有设置值班主管的会话，请马上打电话上报。")]
    return [Line("text", f"📣 已自动上报值班主管，{alert.details['minutes']:g} 分钟内没人确认就报下一位。")]


async def alert_card(session: Session, alert: Reminder) -> tuple[Card, str]:
    """What the one in line reads, or what the agent is told in the end; and what opens it."""
    slot = slot_of(alert)
    quote = Line("quote", f"客户：“{alert.words}”")
    if "taken" in alert.details:
        return Card(slot, "✅ 主管已接手紧急情况", (quote, muted("请继续陪着客户，直到主管联系上。"))), "✅ 主管已接手紧急情况"
    ago = time_said((session.now - alert.opened_at).total_seconds())
    if alert.stage >= len(alert.details["chain"]):
        warning = Line("danger", "还没有主管确认接手。请马上打电话上报，不要等消息。")
        title = f"🚨 {alert.details['title']}：上报 {ago} 没人接手"
        return Card(slot, title, (warning, quote, Line("cite", session.cite(SPECIAL_CASES))), fresh=True), "🚨 紧急情况还没人接手……"
    lines = (
        quote, Line("text", f"客服 {await named(session, alert.agent)} 正在接待，{ago}前收到。"),
        Line("danger", f"请在 {alert.details['minutes']:g} 分钟内确认接手，否则报下一位。"),
        Line("cite", session.cite(SPECIAL_CASES)),
    )  # fmt: skip
    row = (Button("我来接手", f"ack:{alert.id}"),)
    return Card(slot, f"🚨 紧急情况：{alert.details['title']}", lines, (row,), fresh=True), "🚨 有紧急情况需要您接手……"


async def told(session: Session, alert: Reminder, stage: int, at: datetime, *, reached: bool = True) -> None:
    """Told as of `at`: the next in line comes next, at once when this one could not be reached; after the last the agent."""
    if "taken" in alert.details:
        await session.work.close_reminder(alert.id, "done", session.agent, session.now)
        return
    chain = list(alert.details["chain"])
    following: datetime | None = at + timedelta(minutes=float(alert.details["minutes"]) if reached else 0)
    recipient = chain[stage + 1] if stage + 1 < len(chain) else alert.agent
    if stage >= len(chain):
        following = None
    await session.work.reminder_told(alert.id, stage, next_at=following, recipient=recipient)


def may_acknowledge(session: Session, alert: Reminder) -> bool:
    """Those in line, asked yet or not, and the console; the agent of the case reports, but does not take over."""
    return session.agent in alert.details.get("chain", ()) or session.agent.startswith(WEB)


async def acknowledge(session: Session, alert: Reminder) -> None:
    """This supervisor takes over, and the agent is told."""
    if await session.work.close_reminder(alert.id, "done", session.agent, session.now) and alert.agent != session.agent:
        await session.work.add_reminder(
            "alert", alert.agent, alert.words, session.now, session.now, due_at=session.now,
            conversation=alert.conversation, details={"taken": session.agent, "chain": []},
        )  # fmt: skip
    lines = (Line("quote", f"客户：“{alert.words}”"), muted(f"请直接联系客服 {await named(session, alert.agent)}，并按应急预案处理。"))
    session.cards.append(Card(slot_of(alert, max(0, alert.stage - 1)), "✅ 您已接手，客服已收到通知", lines))


def taken_by(session: Session, alert: Reminder) -> str:
    """Who has taken over already, for whoever taps too late."""
    if alert.closed_by == session.agent:
        return "您已经接手了。"
    return "已有同事接手，谢谢。" if alert.status == "done" else "这条提醒已撤回。"


async def open_alerts(work: Work) -> tuple[Reminder, ...]:
    """All agents' alerts that nobody has taken over, for the console."""
    return tuple(each for each in await work.reminders("alert") if "taken" not in each.details)


async def console_cards(work: Work, now: datetime, conversation: int | None) -> tuple[Card, ...]:
    """All agents' open alerts as the console shows them."""
    found = await open_alerts(work)
    known = await names(work, now) if found else {}
    return tuple(_console_card(alert, now, conversation, known.get(alert.agent, alert.agent)) for alert in found)


def _console_card(alert: Reminder, now: datetime, conversation: int | None, agent: str) -> Card:
    """An open alert; short for the `conversation` in hand, whose own card says the rest. `agent` is what they are called."""
    ago = time_said((now - alert.opened_at).total_seconds())
    if conversation is not None and alert.conversation == conversation:
        title = f"🚨 {alert.details['title']}：{ago}前收到，还没有主管接手"
        return Card(OWN_ALERT, title, (), ((Button("我来接手", f"ack:{alert.id}"),),))
    lines = (Line("quote", f"客户：“{alert.words}”"), Line("text", f"客服 {agent}，{ago}前收到，还没有主管接手。"))
    return Card(f"alert-{alert.id}", f"🚨 紧急情况：{alert.details['title']}", lines, ((Button("我来接手", f"ack:{alert.id}"),),))


def slot_of(alert: Reminder, stage: int | None = None) -> str:
    """Each telling has a place of its own, so that telling twice edits and never repeats."""
    return f"alert-{alert.id}-{alert.stage if stage is None else stage}"
