"""The procedure card: the steps with their marks, what to do in the one in hand, what is missing, and how time runs.

The conversation leads it, the agent corrects it: tick, untick, go back, pause, one tap each. It stands for the complaint,
the emergency, or any procedure of the workspace that `/guide <name>` starts.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import Conversation, Turn
from copilot.desk.cards import Button, Card, Line
from copilot.desk.clocks import time_said
from copilot.desk.session import Session, action, copy
from copilot.desk.solution_lines import solution_lines
from copilot.desk.ticks import tick_step, ticked
from copilot.desk.turn_cards import MARKS
from copilot.desk.turn_cards import SLOT as TURN_SLOT
from copilot.desk.words import muted

if TYPE_CHECKING:
    from copilot.procedures import ProcedureRecord, Progress, StepRecord

SLOT = "guide"
COMPLAINT = "complaint"
_BUTTONS_PER_ROW = 4
MOST_OPTIONS = 4
logger = logging.getLogger(__name__)


async def open_guide(session: Session, argument: str = "") -> None:
    """Lead this conversation by a procedure from now on, the complaint's unless another is named, and show its steps."""
    casebook = session.copilot.casebook
    if argument.strip():
        record = casebook.procedure(argument)
        if record is None:
            names = "、".join(f"{each.title}（{each.id}）" for each in casebook.procedures.values())
            session.tell(f"没有“{argument.strip()[:20]}”这个流程。现有：{names}。")
            return
        if record.id != procedure_of(session):
            session.update(ticks={}, tick_turns={})
        session.update(procedure=record.id)
    session.update(guided=True, paused=False)
    await show_guide(session, fresh=True)


def procedure_of(session: Session) -> str:
    """The id of the procedure that leads this conversation by hand; the complaint's by default."""
    return session.state.procedure or COMPLAINT


async def show_guide(session: Session, fresh: bool = False) -> None:
    """Show the steps as they stand."""
    conversation = await session.conversation()
    progress = ticked(session, session.copilot.guide(conversation.turns, procedure_of(session)))
    assert progress is not None
    session.show(await _guide_card(session, conversation, progress, fresh))


async def follow(session: Session) -> None:
    """After a turn: the steps on the screen as they stand now, for a page shows them beside the conversation."""
    if not any(card.slot == SLOT for card in session.state.cards):
        return
    try:
        await show_guide(session)
    except Exception:  # the turn is what matters
        logger.exception("the steps on the screen could not follow the conversation")


async def tick(session: Session, number: int) -> None:
    """Turn a step into done, or back into open."""
    progress = await _progress(session)
    step = next((step for step in progress.steps if step.number == number), None)
    if step is None:
        session.tell("没有这一步，请看最新的卡片。")
        return
    tick_step(session, progress, number, step.status != "done")
    await show_guide(session)


async def go_back(session: Session) -> None:
    """The step before the one in hand is open again."""
    progress = await _progress(session)
    before = len(progress.steps) if progress.finished else progress.step - 1
    if before < 1:
        session.tell("已经是第一步了。")
        return
    for number in range(before, len(progress.steps) + 1):
        tick_step(session, progress, number, False)
    await show_guide(session)


async def pause(session: Session) -> None:
    """Stop showing steps on the cards of this conversation, or go on with them."""
    session.update(paused=not session.state.paused)
    await show_guide(session)


async def say_next(session: Session) -> None:
    """The question on the card was copied and sent."""
    from copilot.desk.talk import reply_sent  # which shows the steps after a reply, and so stands above

    card = next((card for card in session.state.cards if card.slot == SLOT), None)
    words = next((b.copy_text for row in card.buttons for b in row if b.kind == "copy"), "") if card else ""
    if words:
        await reply_sent(session, words, "suggestion")
        await show_guide(session)


async def close_guide(session: Session) -> None:
    """Fold the steps away and go back to the conversation."""
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "投诉六步已收起，需要时再点 /guide。" if procedure_of(session) == COMPLAINT else "流程已收起，需要时再点 /guide。"))
    turn = next((card for card in session.state.cards if card.slot == TURN_SLOT), None)
    if turn is not None:
        session.show(turn)


async def _progress(session: Session) -> Progress:
    conversation = await session.conversation()
    progress = ticked(session, session.copilot.guide(conversation.turns, procedure_of(session)))
    assert progress is not None
    return progress


async def _guide_card(session: Session, conversation: Conversation, progress: Progress, fresh: bool) -> Card:
    from copilot.procedures.facts import case_texts

    token = session.token(SLOT)
    record = session.copilot.casebook.procedure(progress.procedure)
    lines = [*await _time_lines(session, record, progress, conversation.turns), *_earlier_lines(progress)]
    say = ""
    for step in progress.steps:
        lines.append(Line("warning" if step.status == "skipped" else "step", f"{MARKS[step.status]} {step.number} {step.title}{' · 漏了，请补上' if step.status == 'skipped' else ''}"))
        if step.status == "current":
            lines += [Line("text", step.hint), Line("cite", session.cite(step.clause))]
            if record is not None and step.number <= len(record.steps):
                lines += solution_lines(session.copilot, progress, case_texts(progress, conversation.turns), MOST_OPTIONS)
                more, say = _step_lines(session, record.steps[step.number - 1], conversation, progress)
                lines += more
    if progress.finished:
        lines.append(muted("各步都已完成。可以打开服务记录（/record）整理归档。"))
    title = _title(session, record, progress)
    back = action("返回对话", token, "back")
    rows = [(copy("复制这句", say, token, "said"), back) if say else (back,), *_rows(session, progress, token)]
    return replace(Card(SLOT, title, tuple(lines), tuple(rows)), fresh=fresh)


def _title(session: Session, record: ProcedureRecord | None, progress: Progress) -> str:
    name = "投诉处理" if progress.procedure == COMPLAINT or record is None else record.title
    nth = f" · 第{progress.case}件" if progress.case > 1 else ""
    where = "已完成" if progress.finished else f"第{progress.step}/{len(progress.steps)}步"
    return f"{name}{nth} · {where}{' · 已暂停' if session.state.paused else ''}"


def _rows(session: Session, progress: Progress, token: str) -> list[tuple[Button, ...]]:
    buttons = [
        action(f"{'取消' if step.status == 'done' else '完成'} {step.number}", token, "tick", str(step.number))
        for step in progress.steps
    ]
    paused = "继续" if session.state.paused else "暂停"
    buttons += [action("退回上一步", token, "prev"), action(paused, token, "pause")]
    return [tuple(buttons[start : start + _BUTTONS_PER_ROW]) for start in range(0, len(buttons), _BUTTONS_PER_ROW)]


async def _time_lines(
    session: Session, record: ProcedureRecord | None, progress: Progress, turns: Sequence[Turn]
) -> list[Line]:
    """The case's number, how long it has run, and the limit that comes next."""
    from copilot.procedures.facts import case_time
    from copilot.records.record import case_number

    if record is None or session.state.conversation is None:
        return []
    times = case_time(record, progress, turns, session.copilot.casebook.calendar)
    if times is None:
        return []
    begun = times.since.astimezone()
    number = case_number(session.state.conversation, begun) + (f"-{progress.case}" if progress.case > 1 else "")
    said = f"投诉单号 {number} · " if progress.procedure == COMPLAINT else ""
    lines = [muted(f"{said}已 {time_said((session.now - times.since).total_seconds())}")]
    for limit in times.limits[:1] if not progress.finished else ():
        left = (limit.due_at - session.now).total_seconds()
        text = f"还剩 {time_said(left)}" if left > 0 else f"已超 {time_said(-left)}"
        lines.append(Line("text" if left > 0 else "warning", f"⏱ {limit.title}：{text}。{session.cite(limit.clause)}"))
    return lines


def _earlier_lines(progress: Progress) -> list[Line]:
    """Complaints of this conversation before the one in hand that nobody finished."""
    earlier = getattr(progress, "earlier", ())
    open_ones = [str(number) for number, finished in enumerate(earlier, 1) if not finished]
    return [Line("warning", f"前面第 {'、'.join(open_ones)} 件还没确认满意，别忘了回访。")] if open_ones else []


def _step_lines(
    session: Session, step: StepRecord, conversation: Conversation, progress: Progress
) -> tuple[list[Line], str]:
    """What is still missing in this step, and the sentence to say next, if it may be said."""
    from copilot.procedures.facts import case_texts, missing_fields

    missing = missing_fields(step, case_texts(progress, conversation.turns)) if progress.turns else step.fields
    lines = [Line("text", f"还缺：{'、'.join(field.title for field in missing)}")] if missing else []
    say = missing[0].ask if missing else step.say
    if not say or session.copilot.review(say, conversation).verdict != "pass":
        return lines, ""
    return [*lines, Line("suggestion", say)], say
