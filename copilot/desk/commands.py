"""The commands: start, help, new, ask, review, guide, record, practice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from copilot.desk.cards import Card, Line
from copilot.desk.clocks import answered, open_channels
from copilot.desk.finding import find_records
from copilot.desk.guide import open_guide
from copilot.desk.handing_over import open_handover
from copilot.desk.own_phrases import open_phrases
from copilot.desk.polishing import polish, summarise, translate
from copilot.desk.practising import open_practice
from copilot.desk.promises import list_promises
from copilot.desk.questions import ask
from copilot.desk.recording import fill, open_record, put_aside
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
    "/polish 润色草稿　/translate 译成英文　/summary 对话小结",
    "/promises 答应客户的事　/channel 按哪个渠道计时",
    "/find 找以前的服务记录　/phrase 常用话术　/handover 转给同事",
)


async def start(session: Session, _argument: str = "") -> None:
    """Welcome the agent; a conversation that goes on goes on."""
    await _show_help(session, "您好，我是您的客服助手")


async def show_help(session: Session, _argument: str = "") -> None:
    """What to send, and the commands."""
    await _show_help(session, "怎么用")


async def _show_help(session: Session, title: str) -> None:
    lines = [*(Line("text", line) for line in _HELP), muted("\n".join(_COMMANDS))]
    close = f"shut:{session.token(HELP_SLOT)}"
    session.show(Card(HELP_SLOT, title, tuple(lines), fresh=True, close=close))


async def close_help(session: Session) -> None:
    """Put the help away."""
    session.state = session.state.without_card(HELP_SLOT)
    session.tell("已关闭。")


async def new(session: Session, _argument: str = "") -> None:
    """Close the conversation and begin another with the next message."""
    await settle_draft(session)
    await answered(session)  # nobody is left waiting at this desk
    await put_aside(session)
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
    "record": open_record, "find": find_records, "phrase": open_phrases, "fill": fill, "handover": open_handover, "practice": open_practice, "promises": list_promises, "polish": polish, "translate": translate, "summary": summarise, "channel": open_channels,
}  # fmt: skip
