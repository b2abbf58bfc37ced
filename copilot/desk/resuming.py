"""Back to an earlier customer: their conversation becomes the one in hand again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copilot.desk.cards import Card, Line
from copilot.desk.clocks import answered
from copilot.desk.recording import put_aside
from copilot.desk.session import Session
from copilot.desk.talk import settle_draft, show_turn
from copilot.desk.ticks import led_progress
from copilot.desk.turn_cards import SLOT, step_text
from copilot.desk.words import muted, shortened


async def resume_conversation(session: Session, conversation: int, case: Mapping[str, Any] | None = None) -> None:
    """Go on with this conversation where it stopped; the one in hand is kept as it stands.

    `case` are fields of the desk's state that belong to it: ticks, the procedure that was started, its channel.
    """
    if session.state.conversation != conversation:
        await put_aside(session)
        await settle_draft(session)
        await answered(session)
        session.state = session.state.without_case()
        session.state = session.state.without_card(SLOT)
        await session.work.reopen_conversation(conversation)
        session.update(conversation=conversation, **(case or {}))
    turns = await session.work.turns(conversation)
    if turns and turns[-1].role == "customer":
        session.update(expects="agent")
        await show_turn(session, turns[-1].id, turns[-1].text, None)
        return
    lines = [Line("quote", f"{'客户' if turn.role == 'customer' else '客服'}：{shortened(turn.text, 80)}") for turn in turns[-2:]]
    heard = await session.conversation()
    progress = led_progress(session, heard, session.copilot.progress(heard, session.copilot.read(heard))) if heard.turns else None
    if progress is not None:
        lines.append(Line("step", f"进行到：{step_text(progress)}"))
    lines.append(muted("接着发客户的话，或写好回复发给我。"))
    session.show(Card(SLOT, "已回到这位客户的对话", tuple(lines), fresh=True))
