"""A plain text arrives: where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.desk.events import TextWritten
from copilot.desk.finding import find_records
from copilot.desk.practising import trainee_wrote
from copilot.desk.questions import ask
from copilot.desk.recording import answer_written
from copilot.desk.rhythm import LONGEST_TEXT, DraftWaiting, Said, clean, split_dialogue, split_prefix, whose
from copilot.desk.session import Session
from copilot.desk.state import Awaits
from copilot.desk.talk import customer_wrote, draft_written

if TYPE_CHECKING:
    from copilot.store import Origin


async def handle_text(session: Session, event: TextWritten) -> None:
    """Take the text for what it is: a question, a line of practice, the customer's words or a draft."""
    text = clean(event.text)
    if not text:
        session.tell("没有收到文字。请发客户的话，或您准备发送的回复。")
        return
    if len(text) > LONGEST_TEXT:
        session.tell(f"这段文字有 {len(text)} 字，一次最多处理 {LONGEST_TEXT} 字。请分成几段再发，原来的内容都还在。")
        return
    unmarked = event.role is None and not event.forwarded
    said = split_dialogue(text) if unmarked else []
    awaits = session.state.awaits
    if awaits != "talk":
        session.update(awaits="talk")
        session.state = session.state.without_card("answer")
        if unmarked and not said and await _answered(session, awaits, text):
            return
    if session.state.practice is not None and event.role != "customer" and not event.forwarded:
        await trainee_wrote(session, said[-1].text if said else text)
        return
    if unmarked and not said and _only_prefix(text):
        session.tell("冒号后面还没有内容，请把原话写在后面再发。")
        return
    await _talk(session, event, text, said)


async def _answered(session: Session, awaits: Awaits, text: str) -> bool:
    """Take the text for what the desk asked for; False where it hardly is that, and belongs to the conversation."""
    if awaits == "record":
        return await answer_written(session, text)
    if awaits == "find":
        await find_records(session, text)
    elif awaits == "question":
        await ask(session, text)
    else:
        await draft_written(session, text)
    return True


async def _talk(session: Session, event: TextWritten, text: str, said: list[Said]) -> None:
    if said:
        for earlier in said[:-1]:  # a pasted dialogue: what was said before the last turn only needs keeping
            await session.add_turn(earlier.role, earlier.text, "typed")
        role, text = said[-1].role, said[-1].text
    elif event.role is not None:
        role = event.role
    elif event.forwarded:
        role = "customer"
    else:
        role = whose(text, session.state.expects, _draft(session), session.customer_voice)
    if role == "agent":
        await draft_written(session, text)
        return
    origin: Origin = "forwarded" if event.forwarded else "typed"
    await customer_wrote(session, text, origin)


def _draft(session: Session) -> DraftWaiting:
    draft = session.state.draft
    if draft is None or draft.verdict is None:  # one that could not be checked may have been sent or not
        return "none"
    return "fine" if draft.fine else "flagged"


def _only_prefix(text: str) -> bool:
    role, rest = split_prefix(text)
    return role is not None and not rest
