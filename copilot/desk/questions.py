"""/ask: a question about the rules, answered from the documents or honestly not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef
from copilot.desk.cards import Card, Line
from copilot.desk.session import Session, action
from copilot.desk.state import AskedInHand
from copilot.desk.words import muted, readable, shortened
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.answering import Answer, Citation
    from copilot.engine import Copilot
    from copilot.store import QuestionSource

SLOT = "answer"
LONGEST_QUESTION = 500  # characters
_LONGEST_QUOTE = 160  # characters
_LONGEST_NEAREST = 60  # characters of a clause that probably does not answer
_WEB = "web:"  # how the agents of the console are named
logger = logging.getLogger(__name__)


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
    previous = session.state.last_question
    answer = await asyncio.to_thread(session.copilot.ask, question, previous)
    session.update(last_question=answer.understood or question)
    if not answer.answered:
        await _keep(session, answer)
    session.state = session.state.without_card(SLOT)
    session.show(_answer_card(session, answer))
    improvable = answer.answered and session.copilot.model is not None
    session.update(asked=AskedInHand(question, previous, session.state.tokens[SLOT]) if improvable else None)


async def _keep(session: Session, answer: Answer) -> None:
    """Keep the question for whoever looks after the documents, without personal data."""
    from copilot.answering.gaps import is_gap, kept_form, nearest_of  # with the trade behind it

    if not is_gap(answer):
        return
    source: QuestionSource = "web" if session.agent.startswith(_WEB) else "desk"
    masked = session.copilot.mask(kept_form(answer)).masked
    await session.work.add_unanswered_question(session.agent, masked, nearest_of(answer), session.now, source)


async def better_answer(copilot: Copilot, asked: AskedInHand) -> Answer | None:
    """The answer in the language model's words; None where it gave nothing that the clauses support."""
    try:
        offline = await asyncio.to_thread(copilot.ask, asked.question, asked.previous)
        return await copilot.improve_answer(offline)
    except CopilotError as error:  # the offline answer is on the screen: one quiet line for the trainer
        logger.warning("no answer from the language model: %s", error)
        return None


def show_better_answer(session: Session, answer: Answer, token: str) -> bool:
    """Put the better answer on the card with this token; False when that card is gone."""
    if session.state.tokens.get(SLOT) != token:
        return False
    session.show(replace(_answer_card(session, answer), fresh=False))
    return True


def _answer_card(session: Session, answer: Answer) -> Card:
    from copilot.answering import without_source
    from copilot.answering.gaps import is_gap  # with the trade behind it

    said = without_source(answer.answer)
    lines = [muted(f"接着上一问，查的是：{shortened(answer.understood, 80)}")] if answer.understood else []
    lines.append(Line("text", said))
    if answer.source == "llm":
        lines.append(muted("由模型根据下面的条款写成，请以条款为准。"))
    if answer.answered:
        lines += _sources(session, answer, said)
    else:
        if answer.nearest:
            lines += [muted("最接近的条款（未必相关）："), *_nearest(session, answer.nearest[:2])]
        noted = "问题已记下，会转给知识库负责人。" if is_gap(answer) else "请写出要问的内容，例如：退款几天能到账？"
        lines.append(muted(noted))
    close = f"close:{session.token(SLOT)}"
    return Card(SLOT, f"问：{shortened(answer.question, 60)}", tuple(lines), fresh=True, close=close)


def _sources(session: Session, answer: Answer, said: str) -> list[Line]:
    """The clauses that were told, with their words where the answer does not say them already; others by title only."""
    from copilot.answering import says

    lines = []
    for place, each in enumerate(answer.cites[:3]):
        source = f"{session.cite(ClauseRef(each.document, each.clause))} {each.title}".strip()
        if place > 0 and f"》{each.clause}" not in answer.answer:
            lines.append(Line("cite", source.replace("依据：", "另见：", 1)))
            continue
        lines.append(Line("cite", source))
        quote = readable(session.copilot, each.quote)
        if quote and not says(said, quote):
            lines.append(Line("quote", f"“{shortened(quote, _LONGEST_QUOTE)}”"))
    return lines


def _nearest(session: Session, nearest: Sequence[Citation]) -> list[Line]:
    lines = []
    for each in nearest:
        source = session.cite(ClauseRef(each.document, each.clause)).removeprefix("依据：")
        lines.append(Line("cite", f"{source} {each.title}".strip()))
        if each.quote:
            lines.append(Line("quote", f"“{shortened(readable(session.copilot, each.quote), _LONGEST_NEAREST)}”"))
    return lines


async def close(session: Session) -> None:
    """Put the answer away; the next question may still lean on it."""
    session.update(asked=None)
    session.state = session.state.without_card(SLOT)
    session.tell("已关闭。")


async def cancel(session: Session) -> None:
    """The next text is no question (or draft to review) after all."""
    session.update(awaits="talk")
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "好的，已取消。"))
