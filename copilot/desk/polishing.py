"""/polish, /translate and /summary: better words for what the agent has, offline where rules can, better with a model."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef, Conversation
from copilot.desk.cards import Button, Card, Line
from copilot.desk.english import needs_english, no_english_news
from copilot.desk.rhythm import LONGEST_TEXT, clean
from copilot.desk.session import Session, action, copy
from copilot.desk.state import DeskState, DraftInHand, WritingInHand
from copilot.desk.talk import reply_sent, show_draft
from copilot.desk.turn_cards import SLOT as TURN_SLOT
from copilot.desk.words import BY_MODEL, muted, shortened
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.summaries import Summary

SLOT = "answer"
_CANNOT = "这句不好直接润色：请写明办不了什么、为什么、接下来怎么办，再试一次。"
_WAITING = "语言模型正在写，几秒就好。"
_UNWRITTEN = "语言模型这次没有写成。"
_UNWRITTEN_DRAFT = "语言模型这次没有写成，可以再点“润色这句”，或按上面的提醒改。"
_NO_ENGLISH = "离线时不能翻译。管理员设置 COPILOT_MODEL 之后，就能给出英文。"
_TITLES = {"polish": "润色", "english": "英文"}
logger = logging.getLogger(__name__)


async def polish(session: Session, argument: str = "") -> None:
    """Turn a rough draft into a proper reply; without one, the draft in hand."""
    draft = _given(session, argument, "请把草稿写在命令后面，例如：/polish 退不了 过7天了", "润色")
    if not draft:
        return
    conversation = await session.conversation()
    polished = session.copilot.polish(draft, conversation)
    token = session.token(SLOT)
    text, cites = (polished.text, polished.cites) if polished is not None else ("", ())
    card = _polish_card(session, draft, text, cites, token)
    if news := no_english_news(session, draft, conversation):
        card = replace(card, lines=(*card.lines, muted(news)))
    session.show(card)
    session.update(written=text or None, writing=_pending(session, "polish", draft, SLOT, token))


async def polish_draft(session: Session) -> None:
    """The button under a draft that was flagged without a rewrite: what comes of it is the rewrite."""
    draft = session.state.draft
    if draft is None:
        return
    polished = session.copilot.polish(draft.text, await session.conversation())
    if polished is not None:
        session.update(draft=replace(draft, rewrite=polished.text, by_model=False))
        show_draft(session)
    session.update(writing=_pending(session, "polish", draft.text, TURN_SLOT, session.state.tokens[TURN_SLOT]))
    if polished is None:
        session.tell(_WAITING if session.state.writing is not None else _CANNOT)


async def translate(session: Session, argument: str = "") -> None:
    """Put a reply into English; without one, the draft in hand."""
    draft = _given(session, argument, "请把要翻译的回复写在命令后面，例如：/translate 您好，我马上为您核实。", "翻译")
    if not draft:
        return
    if session.copilot.model is None:
        session.tell(_NO_ENGLISH)
        return
    writing = WritingInHand("english", draft, SLOT, session.token(SLOT))
    session.show(replace(_waiting_card(writing), fresh=True))
    session.update(written=None, writing=writing)


async def try_again(session: Session) -> None:
    """What the language model did not manage, once more, on the same card."""
    failed = session.state.unwritten
    if failed is None or session.copilot.model is None:
        return
    writing = replace(failed, token=session.token(SLOT))
    session.show(_waiting_card(writing))
    session.update(written=None, unwritten=None, writing=writing)


async def summarise(session: Session, _argument: str = "") -> None:
    """The conversation in three lines."""
    conversation = await session.conversation()
    if not conversation.turns:
        session.tell("还没有对话内容，先把客户的话发给我。")
        return
    token = session.token(SLOT)
    session.show(_summary_card(session.copilot.summary(conversation), token, fresh=True))
    session.update(written=None, writing=_pending(session, "summary", "", SLOT, token))


async def written_sent(session: Session) -> None:
    """The reply on the card was sent to the customer."""
    if session.state.written is not None:
        text = session.state.written
        session.update(written=None)
        session.state = session.state.without_card(SLOT)
        await reply_sent(session, text, "rewrite")


def english_awaited(state: DeskState, conversation: Conversation) -> WritingInHand | None:
    """A proper Chinese draft for a customer who writes English, whose English is not there yet."""
    draft = state.draft
    if draft is None or not draft.fine or draft.english or TURN_SLOT not in state.tokens:
        return None
    if not needs_english(draft.text, conversation):
        return None
    return WritingInHand("english", draft.text, TURN_SLOT, state.tokens[TURN_SLOT])


def english_of_polished(state: DeskState, conversation: Conversation, polished: WritingInHand) -> WritingInHand | None:
    """The polished reply on the card, where the customer writes English and it is not English yet."""
    if polished.kind != "polish" or polished.slot != SLOT or state.tokens.get(SLOT) != polished.token:
        return None
    if state.written is None or not needs_english(state.written, conversation):
        return None
    return WritingInHand("english", state.written, SLOT, polished.token)


async def better_writing(copilot: Copilot, writing: WritingInHand, conversation: Conversation) -> str | Summary | None:
    """What the language model wrote; None where it gave nothing usable."""
    assistant = copilot.assistant
    if assistant is None:
        return None
    try:
        if writing.kind == "summary":
            return await assistant.summarise(conversation, copilot.summary(conversation))
        if writing.kind == "english":
            return await assistant.translate(writing.text, conversation)
        return await assistant.polish(writing.text, copilot.polisher.cites(), conversation)
    except CopilotError as error:  # what there is offline stands: one quiet line for the trainer
        logger.warning("no %s from the language model: %s", writing.kind, error)
        return None


def show_better_writing(session: Session, writing: WritingInHand, written: str | Summary) -> bool:
    """Put it on the card that waits for it; False when that card is gone."""
    if session.state.tokens.get(writing.slot) != writing.token:
        return False
    if not isinstance(written, str):
        session.show(_summary_card(written, writing.token))
        return True
    if writing.slot == TURN_SLOT:
        return _on_draft(session, writing, written)
    session.update(written=written if writing.kind == "polish" else f"{written}\n（{writing.text}）")
    if writing.kind == "polish":
        session.show(_polish_card(session, writing.text, written, (), writing.token, by_model=True))
    else:
        session.show(_english_card(writing, written))
    return True


def show_unwritten(session: Session, writing: WritingInHand) -> bool:
    """Where the card waits for nothing else, say that the model wrote nothing; False where it may stay as it is."""
    if session.state.tokens.get(writing.slot) != writing.token or writing.kind == "summary":
        return False
    if writing.slot == SLOT:
        if session.state.written is not None:  # the offline words
            return False
        session.update(unwritten=writing)
        session.show(_unwritten_card(writing))
        return True
    draft = session.state.draft
    if writing.kind != "polish" or draft is None or draft.text != writing.text or draft.rewrite is not None:
        return False
    show_draft(session, _UNWRITTEN_DRAFT)
    return True


def _on_draft(session: Session, writing: WritingInHand, written: str) -> bool:
    draft: DraftInHand | None = session.state.draft
    if draft is None or draft.text != writing.text:
        return False
    better = {"english": written} if writing.kind == "english" else {"rewrite": written, "by_model": True}
    session.update(draft=replace(draft, **better))
    show_draft(session)
    return True


def _given(session: Session, argument: str, usage: str, verb: str) -> str:
    """What was written after a command, or the draft in hand; empty where there is none or too much of it, and why is told."""
    draft = session.state.draft
    text = clean(argument) or (draft.text if draft is not None else "")
    if not text:
        session.tell(usage)
    elif len(text) > LONGEST_TEXT:
        session.tell(f"这段草稿有 {len(text)} 字，一次最多{verb} {LONGEST_TEXT} 字，请分段再发。")
        return ""
    return text


def _pending(session: Session, kind: str, text: str, slot: str, token: str) -> WritingInHand | None:
    return WritingInHand(kind, text, slot, token) if session.copilot.model is not None else None  # type: ignore[arg-type]


def _polish_card(
    session: Session, draft: str, text: str, cites: tuple[ClauseRef, ...], token: str, *, by_model: bool = False
) -> Card:
    if not text and session.copilot.model is not None:
        return replace(_waiting_card(WritingInHand("polish", draft, SLOT, token)), fresh=True)
    lines = [Line("quote", shortened(draft))]
    if not text:
        return Card(SLOT, "润色", (*lines, muted(_CANNOT)), fresh=True, close=f"close:{token}")
    lines.append(Line("suggestion", text))
    if by_model:
        lines.append(muted(BY_MODEL))
    elif cites:
        lines.append(Line("cite", session.cite(*cites)))
    row = (copy("复制", text, token, "sentthis"), action("不用", token, "close"))
    return Card(SLOT, "润色", tuple(lines), (row,), fresh=not by_model, close=f"close:{token}")


def _waiting_card(writing: WritingInHand) -> Card:
    lines = (Line("quote", shortened(writing.text)), muted(_WAITING))
    return Card(SLOT, _TITLES[writing.kind], lines, close=f"close:{writing.token}")


def _unwritten_card(writing: WritingInHand) -> Card:
    lines = (Line("quote", shortened(writing.text)), muted(_UNWRITTEN))
    row = (action("再试一次", writing.token, "again"), action("不用", writing.token, "close"))
    return Card(SLOT, _TITLES[writing.kind], lines, (row,), close=f"close:{writing.token}")


def _english_card(writing: WritingInHand, english: str) -> Card:
    lines = (Line("suggestion", english), Line("quote", shortened(writing.text)), muted(BY_MODEL))
    row = (copy("复制", english, writing.token, "sentthis"), action("不用", writing.token, "close"))
    return Card(SLOT, "英文", lines, (row,), close=f"close:{writing.token}")


def _summary_card(summary: Summary, token: str, *, fresh: bool = False) -> Card:
    lines = [Line("text", line) for line in summary.lines()]
    if summary.source == "llm":
        lines.append(muted("由模型所写，请核对。"))
    row = (Button("复制", "", "copy", "\n".join(summary.lines())), action("关闭", token, "close"))
    return Card(SLOT, "对话小结", tuple(lines), (row,), fresh=fresh, close=f"close:{token}")
