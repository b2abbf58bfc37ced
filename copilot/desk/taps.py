"""Taps: an action comes from outside, so its card, verb and number are checked before anything happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from copilot.desk import commands, guide, practising, questions, recording, talk
from copilot.desk.session import Session
from copilot.desk.turn_cards import SLOT as TURN_SLOT

STALE = "这张卡片已经过时了，请看最新的一张。"
Tap = Callable[[Session, int], Awaitable[None]]


async def handle_tap(session: Session, action: str) -> None:
    """Do what the button stands for; a tap on an old or unknown one gets one polite line."""
    verb, _, rest = action.partition(":")
    number, _, token = rest.rpartition(":")
    known = _TAPS.get(verb)
    if known is None or (number and not (number.isascii() and number.isdigit() and len(number) <= 3)):
        session.tell(STALE)
        return
    slot, tap = known
    if not token or session.state.tokens.get(slot) != token:
        session.tell(STALE)
        return
    await tap(session, int(number or 0))
    if not session.cards:  # the button of a card that is no longer what it was
        session.tell(STALE)


async def _use(session: Session, number: int) -> None:
    offered = talk.offered(session)
    if 1 <= number <= len(offered):
        await talk.reply_sent(session, offered[number - 1].text, "suggestion", used=number)


async def _send(session: Session, _number: int) -> None:
    draft = session.state.draft
    if draft is not None and draft.verdict in ("pass", None):
        await talk.reply_sent(session, draft.text, "draft", "sent")


async def _override(session: Session, _number: int) -> None:
    draft = session.state.draft
    if draft is not None:
        await talk.reply_sent(session, draft.text, "draft", "overridden")


async def _rewrite(session: Session, _number: int) -> None:
    draft = session.state.draft
    if draft is not None and draft.rewrite is not None:
        await talk.reply_sent(session, draft.rewrite, "rewrite", "rewritten")


async def _next(session: Session, _number: int) -> None:
    draft = session.state.draft
    if draft is not None and draft.findings:
        session.update(draft=replace(draft, shown=(draft.shown + 1) % len(draft.findings)))
        talk.show_draft(session)


async def _copied(session: Session, _number: int) -> None:
    """Copying the record changes nothing; keeping it is another button."""
    session.tell("已复制。要存下来，请点“确认保存”。")


def _plain(handler: Callable[[Session], Awaitable[None]]) -> Tap:
    async def tap(session: Session, _number: int) -> None:
        await handler(session)

    return tap


_TAPS: dict[str, tuple[str, Tap]] = {
    "use": (TURN_SLOT, _use),
    "mine": (TURN_SLOT, _plain(talk.it_was_mine)),
    "unsend": (TURN_SLOT, _plain(talk.reply_taken_back)),
    "send": (TURN_SLOT, _send),
    "drop": (TURN_SLOT, _plain(talk.draft_dropped)),
    "rewrite": (TURN_SLOT, _rewrite),
    "override": (TURN_SLOT, _override),
    "next": (TURN_SLOT, _next),
    "theirs": (TURN_SLOT, _plain(talk.it_was_theirs)),
    "tick": (guide.SLOT, guide.tick),
    "back": (guide.SLOT, _plain(guide.close_guide)),
    "unask": (questions.SLOT, _plain(questions.cancel)),
    "close": (questions.SLOT, _plain(questions.close)),
    "shut": (commands.HELP_SLOT, _plain(commands.close_help)),
    "keep": (recording.SLOT, _plain(recording.keep_record)),
    "unkeep": (recording.SLOT, _plain(recording.drop_record)),
    "copied": (recording.SLOT, _copied),
    "play": (practising.SLOT, practising.start_run),
    "unplay": (practising.SLOT, _plain(practising.leave_menu)),
    "stop": (practising.SLOT, _plain(practising.finish_run)),
}
