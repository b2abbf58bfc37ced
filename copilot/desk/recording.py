"""/record: the service record drafted from the conversation, and kept once the agent confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.conversation import AGREEMENT, ClauseRef
from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import Session, action
from copilot.desk.words import muted

if TYPE_CHECKING:
    from copilot.records import ServiceRecord

SLOT = "record"
RECORD_CLAUSE = ClauseRef(AGREEMENT, "2.4")


async def open_record(session: Session, _argument: str = "") -> None:
    """Show the record as far as the conversation gives it, with what is missing."""
    conversation = await session.conversation()
    if not conversation.turns:
        session.tell("还没有对话内容，先把客户的话发给我，再整理服务记录。")
        return
    # Agents read the time on their own clock; the store keeps an instant.
    record = session.copilot.record(conversation, session.now.astimezone())
    session.update(record=record.as_dict())
    session.show(_record_card(session, record, session.token(SLOT)))


async def keep_record(session: Session) -> None:
    """Keep the record that is on the screen."""
    state = session.state
    if state.record is None:
        session.tell("这份记录已经存过了。")
        return
    await session.work.add_record(session.agent, state.conversation, state.record, session.now)
    session.update(record=None)
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "✅ 服务记录已保存", (muted("接待下一位客户，请发 /new。"),)))


async def drop_record(session: Session) -> None:
    """Put the draft of the record away."""
    session.update(record=None)
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "记录没有保存，需要时再打开服务记录（/record）。"))


def _record_card(session: Session, record: ServiceRecord, token: str) -> Card:
    fields = [line for line in record.lines() if not line.startswith("依据条款")]  # the clauses come with their titles
    lines = [Line("text", line) for line in fields]
    if record.missing:
        lines.append(Line("warning", f"还缺：{'、'.join(record.missing)}。问到后再打开服务记录（/record），会一并补上。"))
        lines.append(muted(f"可以这样问：{record.questions[0].question}"))
    lines.append(Line("cite", session.cite(*(record.clauses or (RECORD_CLAUSE,)))))
    rows = (
        (action("确认保存", token, "keep"), Button("复制", "", "copy", "\n".join(fields))),
        (action("先不存", token, "unkeep"),),
    )
    return Card(SLOT, "服务记录（草稿）", tuple(lines), rows, fresh=True)
