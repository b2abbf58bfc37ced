"""The complaint's steps on one card, led by the conversation and corrected by the agent's ticks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import Session, action
from copilot.desk.talk import ticked
from copilot.desk.turn_cards import MARKS
from copilot.desk.turn_cards import SLOT as TURN_SLOT
from copilot.desk.words import muted

if TYPE_CHECKING:
    from copilot.procedures import Progress

SLOT = "guide"
_BUTTONS_PER_ROW = 3


async def open_guide(session: Session, _argument: str = "") -> None:
    """Lead this conversation as a complaint from now on, and show the steps."""
    session.update(guided=True)
    await show_guide(session, fresh=True)


async def show_guide(session: Session, fresh: bool = False) -> None:
    """Show the steps as they stand."""
    conversation = await session.conversation()
    progress = ticked(session, session.copilot.guide(conversation.turns))
    assert progress is not None
    session.show(_guide_card(session, progress, session.token(SLOT), fresh))


async def tick(session: Session, number: int) -> None:
    """Turn a step into done, or back into open."""
    conversation = await session.conversation()
    progress = ticked(session, session.copilot.guide(conversation.turns))
    assert progress is not None
    step = next((step for step in progress.steps if step.number == number), None)
    if step is None:
        session.tell("没有这一步，请看最新的卡片。")
        return
    session.update(ticks={**session.state.ticks, number: step.status != "done"})
    await show_guide(session)


async def close_guide(session: Session) -> None:
    """Fold the steps away and go back to the conversation."""
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "投诉六步已收起，需要时再点 /guide。"))
    turn = next((card for card in session.state.cards if card.slot == TURN_SLOT), None)
    if turn is not None:
        session.show(turn)


def _guide_card(session: Session, progress: Progress, token: str, fresh: bool) -> Card:
    lines = []
    for step in progress.steps:
        lines.append(Line("step", f"{MARKS[step.status]} {step.number} {step.title}"))
        if step.status == "current":
            lines += [Line("text", step.hint), Line("cite", session.cite(step.clause))]
    if progress.finished:
        lines.append(muted("各步都已完成。可以打开服务记录（/record）整理归档。"))
    buttons = [
        action(f"{'取消' if step.status == 'done' else '完成'} {step.number}", token, "tick", str(step.number))
        for step in progress.steps
    ]
    rows: list[tuple[Button, ...]] = [
        tuple(buttons[start : start + _BUTTONS_PER_ROW]) for start in range(0, len(buttons), _BUTTONS_PER_ROW)
    ]
    rows.append((action("返回对话", token, "back"),))
    title = "投诉处理 · 已完成" if progress.finished else f"投诉处理 · 第{progress.step}/{len(progress.steps)}步"
    return replace(Card(SLOT, title, tuple(lines), tuple(rows)), fresh=fresh)
