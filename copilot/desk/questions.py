"""/ask: a question about the rules, answered from the documents or honestly not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef
from copilot.desk.cards import Card, Line
from copilot.desk.session import Session, action
from copilot.desk.words import muted, readable, shortened

if TYPE_CHECKING:
    from copilot.answering import Answer, Citation

SLOT = "answer"
LONGEST_QUESTION = 500  # characters
_SAME_BEGINNING = 12  # characters: a quotation that begins like a part of the answer is that part


async def ask(session: Session, argument: str = "") -> None:
    """Answer the question; without one, take the next text for it."""
    question = argument.strip()
    if not question:
        session.update(awaits="question")
        row = (action("取消", session.token(SLOT), "unask"),)
        session.show(Card(SLOT, "请发来您的问题，例如：退款几天能到账？", buttons=(row,), fresh=True))
        return
    session.update(awaits="talk")
    if len(question) > LONGEST_QUESTION:
        session.tell(f"问题有 {len(question)} 字，请缩短到 {LONGEST_QUESTION} 字以内再问。")
        return
    answer = await asyncio.to_thread(session.copilot.ask, question, session.state.last_question)
    session.update(last_question=question)
    if not answer.answered:
        nearest = [{"document": each.document, "clause": each.clause, "score": each.score} for each in answer.nearest]
        await session.work.add_unanswered_question(session.agent, question, nearest, session.now)
    session.state = session.state.without_card(SLOT)
    session.show(_answer_card(session, answer))


def _answer_card(session: Session, answer: Answer) -> Card:
    lines = [Line("text", answer.answer)]
    if answer.answered:
        lines += _sources(session, answer.cites[:3], answer.answer)
    else:
        if answer.nearest:
            lines += [muted("最接近的条款："), *_sources(session, answer.nearest[:2], answer.answer)]
        lines.append(muted("问题已记下，会转给知识库负责人。"))
    return Card(SLOT, f"问：{shortened(answer.question, 60)}", tuple(lines), fresh=True)


def _sources(session: Session, cites: Sequence[Citation], answer: str) -> list[Line]:
    """Each clause with its title, and its words unless the answer says them already."""
    lines = []
    for each in cites:
        source = session.cite(ClauseRef(each.document, each.clause))
        lines.append(Line("cite", f"{source} {each.title}".strip()))
        if each.quote and each.quote[:_SAME_BEGINNING] not in answer:
            lines.append(Line("quote", shortened(readable(session.copilot, each.quote), 120)))
    return lines


async def cancel(session: Session) -> None:
    """The next text is no question (or draft to review) after all."""
    session.update(awaits="talk")
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "好的，已取消。"))
