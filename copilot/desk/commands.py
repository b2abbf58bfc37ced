"""The commands: start, help, new, ask, review, guide, record, practice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from copilot.desk.cards import Card, Line
from copilot.desk.guide import open_guide
from copilot.desk.practising import open_practice
from copilot.desk.questions import ask
from copilot.desk.recording import open_record
from copilot.desk.rhythm import LONGEST_TEXT, clean
from copilot.desk.session import Session, action
from copilot.desk.talk import draft_written, settle_draft
from copilot.desk.words import muted

Command = Callable[[Session, str], Awaitable[None]]
HELP_SLOT = "help"

_HELP = (
    "1. 把客户的话发给我（转发、粘贴都行），我给出情绪、步骤和建议回复。",
    "2. 把准备发的回复发给我，我先检查，再由您发送。",
    "3. 认错了人，点卡片上的“这是我说的”或“这是客户说的”；也可以在开头写“客：”或“我：”。",
)
_COMMANDS = (
    "/new 新对话　/ask 问规定　/review 检查一句回复",
    "/guide 投诉六步　/record 服务记录　/practice 练习",
)


async def start(session: Session, _argument: str = "") -> None:
    """Welcome the agent; a conversation that goes on goes on."""
    await _show_help(session, "您好，我是您的客服助手")


async def show_help(session: Session, _argument: str = "") -> None:
    """What to send, and the commands."""
    await _show_help(session, "怎么用")


async def _show_help(session: Session, title: str) -> None:
    lines = [*(Line("text", line) for line in _HELP), *(muted(line) for line in _COMMANDS)]
    close = f"shut:{session.token(HELP_SLOT)}"
    session.show(Card(HELP_SLOT, title, tuple(lines), fresh=True, close=close))


async def close_help(session: Session) -> None:
    """Put the help away."""
    session.state = session.state.without_card(HELP_SLOT)
    session.tell("已关闭。")


async def new(session: Session, _argument: str = "") -> None:
    """Close the conversation and begin another with the next message."""
    await settle_draft(session)
    had_turns = session.state.conversation is not None
    if session.state.conversation is not None:
        await session.work.close_conversation(session.state.conversation, session.now)
    session.state = session.state.without_case()
    session.state = session.state.without_card("turn")
    if session.state.practice is not None:  # or the customer's first message would go to the simulated one
        session.update(practice=None, practice_said=())
        session.state = session.state.without_card("practice")
    title = "上一个对话已存好，新对话开始" if had_turns else "新对话开始"
    session.show(Card("turn", title, (muted("请把客户的第一句话发给我。"),), fresh=True))


async def review(session: Session, argument: str = "") -> None:
    """Review a draft; without one, take the next text for it."""
    draft = clean(argument)
    if len(draft) > LONGEST_TEXT:
        session.tell(f"这段回复有 {len(draft)} 字，一次最多检查 {LONGEST_TEXT} 字，请分段再发。")
    elif draft:
        session.update(awaits="talk")
        await draft_written(session, draft)
    else:
        session.update(awaits="draft")
        row = (action("取消", session.token("answer"), "unask"),)
        session.show(Card("answer", "请发来要检查的回复。", buttons=(row,), fresh=True))


COMMANDS: dict[str, Command] = {
    "start": start, "help": show_help, "new": new, "ask": ask, "review": review, "guide": open_guide,
    "record": open_record, "practice": open_practice,
}  # fmt: skip
