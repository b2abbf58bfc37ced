"""The rhythm of a conversation: a customer's message, a draft, what was sent, and corrections of each."""

from __future__ import annotations

import logging
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from copilot.conversation import Conversation
from copilot.desk.alerts import drop_alert
from copilot.desk.case_cards import ShownReply, customer_card, sent_additions
from copilot.desk.clocks import answered, customer_waits, never_waited, waits_again
from copilot.desk.disputing import decision_news, findings_in_hand, with_news
from copilot.desk.english import no_english_news
from copilot.desk.guide import follow
from copilot.desk.offers import offered_replies
from copilot.desk.promises import forget_promises, notice_promises
from copilot.desk.review_cards import draft_card
from copilot.desk.session import Session
from copilot.desk.solution_lines import BEYOND_AUTHORITY, authority_lines
from copilot.desk.state import DraftInHand, OfferedReply, SentReply, TurnInHand
from copilot.desk.ticks import led_progress
from copilot.desk.turn_cards import SLOT, discarded_card, sent_card, unread_card
from copilot.desk.words import muted

if TYPE_CHECKING:
    from copilot.procedures import Progress
    from copilot.store import Origin, ReviewOutcome

logger = logging.getLogger(__name__)

EDITED_FROM = 0.6  # a reply this similar to a suggestion (difflib ratio, 0 to 1) counts as that suggestion, edited


async def customer_wrote(session: Session, text: str, origin: Origin) -> None:
    """Keep the customer's message and show its card. A fine draft that was waiting has been sent, then."""
    review = session.state.draft.review if session.state.draft is not None else None
    implied = await settle_draft(session)
    await _ignore_offer(session)
    for passed in ("help", "answer"):  # read by now; the screen shows what matters for this message
        session.state = session.state.without_card(passed)
    turn = await session.add_turn("customer", text, origin)
    await customer_waits(session, turn)
    await follow(session)
    await show_turn(session, turn, text, None if implied is None else (implied, review))


async def draft_written(session: Session, text: str) -> None:
    """Review the agent's draft and show the verdict, in the place of the customer message's card."""
    await _decide_draft(session, "superseded")
    await _review(session, text)


async def _review(session: Session, text: str) -> None:
    number = await session.conversation_number()
    conversation = await session.conversation()
    try:
        review = session.copilot.review(text, conversation)
    except Exception:  # whatever went wrong: "not checked" is said, never "fine"
        logger.exception("a draft could not be reviewed")
        session.update(draft=DraftInHand(text, None), sent=None)
        await waits_again(session)
    else:
        kept = await session.work.add_review(
            number, text, review.verdict, review.findings, review.rewrite, session.now
        )
        findings = await findings_in_hand(session, text, review.findings)
        told = (await decision_news(session), no_english_news(session, text, conversation)) if review.verdict == "pass" else ()
        news = "\n".join(filter(None, told))
        session.update(draft=DraftInHand(text, review.verdict, kept, findings, review.rewrite, news=news), sent=None)
        if review.verdict == "pass":  # an agent who copies it need not say so
            await answered(session)
        else:  # the one before it may have been fine, and was not sent
            await waits_again(session)
    show_draft(session)


def show_draft(session: Session, remark: str = "") -> None:
    """Show the card of the draft in hand; `remark`: with a passing remark at its end."""
    draft = session.state.draft
    if draft is not None:
        card = draft_card(session.copilot, draft, offered(session), session.token(SLOT))
        beyond = authority_lines(session.copilot, draft.text)
        title = BEYOND_AUTHORITY if beyond and draft.fine else card.title
        remarks = (muted(remark),) if remark else ()
        session.show(replace(card, title=title, lines=(*beyond, *card.lines, *remarks)))


def offered(session: Session) -> tuple[OfferedReply, ...]:
    """The suggestions for the customer message in hand."""
    return session.state.turn.offered if session.state.turn is not None else ()


def shown_reply(session: Session, number: int) -> OfferedReply | None:
    """The suggestion that a button with this number stands for, on whichever edition of the card it was tapped."""
    replies = session.state.turn.ever_offered if session.state.turn is not None else ()
    return replies[number - 1] if 1 <= number <= len(replies) else None


def stood_there_first(session: Session, number: int) -> int | None:
    """The reply that stood at first where this one stands now: an agent in a chat may have copied that one.

    None where it is the same, or where this one is on the card no more: then the tap came from the card as it was.
    """
    turn = session.state.turn
    places = [each.number for each in turn.offered] if turn is not None else []
    place = places.index(number) + 1 if number in places else number
    return place if place != number and shown_reply(session, place) is not None else None


async def show_turn(
    session: Session, turn: int, text: str, implied: tuple[int, int | None] | None
) -> None:
    """Show the card of this customer message, and keep what a tap on it needs."""
    conversation = await session.conversation()
    token = session.token(SLOT)
    try:
        found = session.copilot.suggest(conversation)
        card, replies = await customer_card(
            session, turn, conversation, found.reading, led_progress(session, conversation, found.progress),
            offered_replies(found.suggestions), token,
        )  # fmt: skip
    except Exception:  # the message is kept all the same
        logger.exception("a customer message could not be read")
        session.update(turn=TurnInHand(turn, text, token, unread_card(token), implied=implied), draft=None, sent=None)
    else:
        shown = [ShownReply.of(reply) for reply in replies]
        offer = await session.work.add_offer(await session.conversation_number(), turn, shown, session.now)
        session.update(
            turn=TurnInHand(turn, text, token, card, offer, replies, replies, implied), draft=None, sent=None
        )
    assert session.state.turn is not None
    session.show(session.state.turn.card)


async def reply_sent(
    session: Session, text: str, origin: Origin, outcome: ReviewOutcome = "superseded", used: int | None = None,
    former: int | None = None,
) -> None:  # fmt: skip
    """Record the agent's reply with what became of the draft and of the suggestions, and confirm it shortly.

    `former` is the suggestion that the agent may have sent instead of the one `used`.
    """
    draft = session.state.draft
    review = draft.review if draft is not None and outcome != "superseded" else None
    await _decide_draft(session, outcome)
    offer = await _choose_offer(session, text, used)
    turn = await session.add_turn("agent", text, origin)
    session.update(sent=SentReply(turn, review, offer), draft=None)
    await answered(session)
    await notice_promises(session, turn, text)
    conversation = await session.conversation()
    progress = _progress_after(session, conversation)
    await follow(session)
    card = sent_card(text, progress, session.token(SLOT), former)
    session.show(await with_news(session, await sent_additions(session, card, progress)))


def _progress_after(session: Session, conversation: Conversation) -> Progress | None:
    """Where the case stands after a reply; None outside a complaint, or when it cannot be said."""
    try:
        reading = session.copilot.read(conversation) if conversation.last_customer_text else None
        read = session.copilot.guide(conversation.turns) if reading is not None and reading.complaint else None
        return led_progress(session, conversation, read)
    except Exception:
        logger.exception("the procedure could not be followed")
    return None


async def reply_taken_back(session: Session) -> None:
    """Withdraw the reply recorded last and show the customer's message again."""
    sent = session.state.sent
    if sent is None:
        return
    await session.work.withdraw_turn(sent.turn, session.now)
    if sent.review is not None:
        await session.work.decide_review(sent.review, "discarded", session.now)
    if sent.offer is not None:
        await session.work.decide_offer(sent.offer, "open", session.now)
    await forget_promises(session, sent.turn)
    session.update(sent=None, expects="agent")
    await waits_again(session)
    await follow(session)
    show_turn_again(session)


def show_turn_again(session: Session) -> None:
    """Show the card of the customer message in hand with its own buttons, or what can be done now."""
    turn = session.state.turn
    if turn is None:
        session.show(discarded_card(session.token(SLOT), (), session.copilot))
        return
    session.update(tokens={**session.state.tokens, SLOT: turn.token})
    session.show(replace(turn.card, fresh=False))


async def draft_dropped(session: Session) -> None:
    """The draft will not be sent."""
    await _decide_draft(session, "discarded")
    session.update(draft=None, expects="agent")
    await waits_again(session)
    session.show(discarded_card(session.token(SLOT), offered(session), session.copilot))


async def it_was_mine(session: Session) -> None:
    """What was taken for the customer's message is the agent's draft: take it out and review it."""
    turn = session.state.turn
    if turn is None:
        return
    await session.work.withdraw_turn(turn.turn, session.now)
    await never_waited(session, turn.turn)
    await drop_alert(session, turn.turn)
    if turn.implied is not None:  # the draft before it was not sent after all: this one replaces it
        agent_turn, review = turn.implied
        await session.work.withdraw_turn(agent_turn, session.now)
        if review is not None:
            await session.work.decide_review(review, "superseded", session.now)
    if turn.offer is not None:
        await session.work.decide_offer(turn.offer, "ignored", session.now)
    session.update(turn=None, draft=None, sent=None, expects="agent")
    await _restore_turn(session)
    await _review(session, turn.text)


async def _restore_turn(session: Session) -> None:
    """Put the customer message before the withdrawn one back in hand, with suggestions, without showing its card."""
    number = session.state.conversation
    turns = await session.work.turns(number) if number is not None else ()
    if not turns or turns[-1].role != "customer":
        return
    cards = list(session.cards)
    await show_turn(session, turns[-1].id, turns[-1].text, None)
    session.cards = cards


async def it_was_theirs(session: Session) -> None:
    """What was taken for a draft is the customer's message: keep it as such."""
    draft = session.state.draft
    if draft is None:
        return
    await _decide_draft(session, "discarded")
    session.update(draft=None)
    await waits_again(session)
    await customer_wrote(session, draft.text, "typed")


async def settle_draft(session: Session) -> int | None:
    """A fine draft counts as sent when the customer writes again; returns its turn. Another one is left behind."""
    draft = session.state.draft
    if draft is None:
        return None
    if not draft.fine:
        await _decide_draft(session, "superseded")
        return None
    await _choose_offer(session, draft.text, None)
    await _decide_draft(session, "sent")
    await answered(session)
    turn = await session.add_turn("agent", draft.text, "draft")
    await notice_promises(session, turn, draft.text)
    return turn


async def _decide_draft(session: Session, outcome: ReviewOutcome) -> None:
    draft = session.state.draft
    if draft is not None and draft.review is not None:
        await session.work.decide_review(draft.review, outcome, session.now)


async def _choose_offer(session: Session, text: str, used: int | None) -> int | None:
    """Keep what the reply made of the suggestions: used as they stand, edited, or not at all."""
    turn = session.state.turn
    if turn is None or turn.offer is None:
        return None
    if used is not None:
        await session.work.decide_offer(turn.offer, "accepted", session.now, used)
        return turn.offer
    likeness = [SequenceMatcher(None, reply.text, text[:2000]).ratio() for reply in turn.ever_offered]
    nearest = max(range(len(likeness)), key=likeness.__getitem__, default=None)
    if nearest is None or likeness[nearest] < EDITED_FROM:
        await session.work.decide_offer(turn.offer, "ignored", session.now)
    else:
        exact = turn.ever_offered[nearest].text == text
        await session.work.decide_offer(turn.offer, "accepted" if exact else "edited", session.now, nearest + 1)
    return turn.offer


async def _ignore_offer(session: Session) -> None:
    """Suggestions that were neither used nor followed by a reply of the agent were ignored."""
    turn = session.state.turn
    if turn is not None and turn.offer is not None and session.state.expects == "agent":
        await session.work.decide_offer(turn.offer, "ignored", session.now)
