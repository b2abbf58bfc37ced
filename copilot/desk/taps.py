"""Taps: an action comes from outside, so its card, verb and number are checked before anything happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from copilot.desk import (
    clocks,
    commands,
    disputing,
    finding,
    guide,
    handing_over,
    own_phrases,
    polishing,
    practising,
    promises,
    questions,
    recording,
    reminding,
    talk,
)  # fmt: skip
from copilot.desk.offers import as_sent
from copilot.desk.session import Session
from copilot.desk.turn_cards import FORMER
from copilot.desk.turn_cards import SLOT as TURN_SLOT

STALE = "这张卡片已经过时了，请看最新的一张。"
Tap = Callable[[Session, int], Awaitable[None]]


async def handle_tap(session: Session, action: str) -> None:
    """Do what the button stands for; a tap on an old or unknown one gets one polite line."""
    verb, _, rest = action.partition(":")
    if verb in reminding.TAPS:  # these name a reminder, whichever card they stand on
        if not await reminding.tap(session, verb, rest):
            session.tell(STALE)
        return
    number, _, token = rest.rpartition(":")
    known = _TAPS.get(verb)
    if known is None or (number and not (number.isascii() and number.isdigit() and len(number) <= 3)):
        session.tell(STALE)
        return
    slot, tap = known
    if not token or session.state.tokens.get(slot) != token:
        session.tell(STALE)
        return
    if slot != recording.SLOT and session.state.awaits == "record":  # the agent turned to something else
        session.update(awaits="talk")
    await tap(session, int(number or 0))
    if not session.cards:  # the button of a card that is no longer what it was
        session.tell(STALE)


async def _use(session: Session, number: int) -> None:
    reply = talk.shown_reply(session, number)
    if reply is not None:
        former = talk.stood_there_first(session, number)
        await talk.reply_sent(session, as_sent(reply.text, reply.beside), "suggestion", used=number, former=former)


async def _used_former(session: Session, number: int) -> None:
    """The card had changed between copying and telling: what was sent is the suggestion that stood there before."""
    reply = talk.shown_reply(session, number)
    if session.state.sent is not None and reply is not None:
        await talk.reply_taken_back(session)
        await talk.reply_sent(session, as_sent(reply.text, reply.beside), "suggestion", used=number)


async def _send(session: Session, _number: int) -> None:
    draft = session.state.draft
    if draft is not None and (draft.fine or draft.verdict is None):
        text = as_sent(draft.english, draft.text) if draft.english else draft.text
        await talk.reply_sent(session, text, "draft", "sent")


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
    if draft is not None and (left := draft.left_beside(draft.shown)):
        session.update(draft=replace(draft, shown=left[0]))
        talk.show_draft(session)


async def _dispute(session: Session, number: int) -> None:
    if await disputing.dispute(session, number):
        if session.state.draft is not None and session.state.draft.fine:  # as a draft that passed: nobody waits now
            await clocks.answered(session)
        talk.show_draft(session)


async def _undispute(session: Session, number: int) -> None:
    if await disputing.withdraw(session, number):
        if session.state.draft is not None and not session.state.draft.fine:
            await clocks.waits_again(session)
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
    FORMER: (TURN_SLOT, _used_former),
    "mine": (TURN_SLOT, _plain(talk.it_was_mine)),
    "unsend": (TURN_SLOT, _plain(talk.reply_taken_back)),
    "send": (TURN_SLOT, _send),
    "drop": (TURN_SLOT, _plain(talk.draft_dropped)),
    "rewrite": (TURN_SLOT, _rewrite),
    "override": (TURN_SLOT, _override),
    "next": (TURN_SLOT, _next),
    "polish": (TURN_SLOT, _plain(polishing.polish_draft)),
    "again": (polishing.SLOT, _plain(polishing.try_again)),
    "sentthis": (polishing.SLOT, _plain(polishing.written_sent)),
    "dispute": (TURN_SLOT, _dispute),
    "undispute": (TURN_SLOT, _undispute),
    "theirs": (TURN_SLOT, _plain(talk.it_was_theirs)),
    "tick": (guide.SLOT, guide.tick),
    "prev": (guide.SLOT, _plain(guide.go_back)),
    "pause": (guide.SLOT, _plain(guide.pause)),
    "said": (guide.SLOT, _plain(guide.say_next)),
    "steps": (TURN_SLOT, _plain(guide.open_guide)),
    "back": (guide.SLOT, _plain(guide.close_guide)),
    "unask": (questions.SLOT, _plain(questions.cancel)),
    "close": (questions.SLOT, _plain(questions.close)),
    "channel": (clocks.CHANNEL_SLOT, clocks.choose_channel),
    "unchannel": (clocks.CHANNEL_SLOT, _plain(clocks.close_channels)),
    "fold": (promises.LIST_SLOT, _plain(promises.fold_list)),
    "shut": (commands.HELP_SLOT, _plain(commands.close_help)),
    "keep": (recording.SLOT, _plain(recording.keep_record)),
    "unkeep": (recording.SLOT, _plain(recording.drop_record)),
    "fill": (recording.SLOT, recording.ask_field),
    "skip": (recording.SLOT, _plain(recording.skip_field)),
    "rate": (recording.SLOT, recording.rate),
    "notrec": (recording.SLOT, _plain(recording.was_talk)),
    "reopen": (recording.SLOT, _plain(recording.reopen_record)),
    "give": (handing_over.SLOT, handing_over.give),
    "nogive": (handing_over.SLOT, _plain(handing_over.close_choice)),
    "goback": (handing_over.SLOT, _plain(handing_over.go_back)),
    "read": (finding.SLOT, finding.read_record),
    "change": (finding.SLOT, finding.change_record),
    "shutfind": (finding.SLOT, _plain(finding.close)),
    "keepmine": (own_phrases.SLOT, _plain(own_phrases.keep_mine)),
    "keepteam": (own_phrases.SLOT, _plain(own_phrases.keep_team)),
    "sayphrase": (own_phrases.SLOT, own_phrases.say_phrase),
    "dropphrase": (own_phrases.SLOT, own_phrases.drop_phrase),
    "shutphrases": (own_phrases.SLOT, _plain(own_phrases.close_phrases)),
    "copied": (recording.SLOT, _copied),
    "play": (practising.SLOT, practising.start_run),
    "unplay": (practising.SLOT, _plain(practising.leave_menu)),
    "stop": (practising.SLOT, _plain(practising.finish_run)),
}
