"""What the language model makes better joins the card that is on the screen already, if that card still matters by then.

The model is awaited without keeping the agent from going on: the desk is entered anew for each card, and a card whose
token counts no more is let go. What fails is one quiet line for the trainer.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import Conversation
from copilot.desk.cards import Card
from copilot.desk.case_cards import ShownReply, customer_card
from copilot.desk.events import CommandGiven, Event, Pressed, TextWritten
from copilot.desk.offers import all_shown, offered_replies
from copilot.desk.polishing import (
    better_writing,
    english_awaited,
    english_of_polished,
    show_better_writing,
    show_unwritten,
)
from copilot.desk.questions import better_answer, show_better_answer
from copilot.desk.second_look import draft_to_look_at, second_look, show_second_look
from copilot.desk.session import Session
from copilot.desk.state import AskedInHand, DeskState, DraftInHand, WritingInHand, state_to_json
from copilot.desk.ticks import ticked
from copilot.desk.turn_cards import SLOT
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.engine import Copilot, Suggestions

SessionOf = Callable[[], AbstractAsyncContextManager[Session]]
_COMMANDS = frozenset({"ask", "polish", "translate", "summary"})
_TAPS = ("polish:", "again:")
logger = logging.getLogger(__name__)


def may_improve(event: Event | None) -> bool:
    """Whether a language model may have more to say after this event, so that a door asks for `improvements`."""
    if isinstance(event, CommandGiven):
        return event.name.lower() in _COMMANDS
    return isinstance(event, TextWritten) or (isinstance(event, Pressed) and event.action.startswith(_TAPS))


async def improvements(copilot: Copilot, session_of: SessionOf) -> AsyncGenerator[tuple[Card, ...]]:
    """The cards of the newest question, text or customer message as the model betters them, one after the other."""
    if copilot.model is None:
        return
    async with session_of() as session:
        state, conversation = session.state, await session.conversation()
        asks = state.asked is not None or state.writing is not None
        draft = None if asks else draft_to_look_at(state)
        if asks or draft is not None:  # taken, so that no other call asks the model again
            looked_at = replace(draft, looked_at=True) if draft is not None else state.draft
            session.update(asked=None, writing=None, draft=looked_at)
            await _kept(session, True)
    # No card is given away inside a session: whoever gets it may want to go on at the desk.
    if state.asked is not None:
        cards = await _answer(copilot, session_of, state.asked)
    elif state.writing is not None:
        cards = await _writing(copilot, session_of, state.writing, conversation)
    elif draft is not None:
        cards = await _second_look(copilot, session_of, draft, conversation)
    else:
        cards = ()
    if cards:
        yield cards
    if state.writing is not None:
        async with session_of() as session:
            english = english_of_polished(session.state, conversation, state.writing)
        if english is not None and (cards := await _writing(copilot, session_of, english, conversation)):
            yield cards
    if asks:
        return
    if awaits_reply(state) and state.turn is not None:
        async for shown in _suggestions(copilot, conversation, session_of, state.turn.token):
            yield shown
        return
    async with session_of() as session:
        writing = english_awaited(session.state, conversation)
    if writing is not None and (cards := await _writing(copilot, session_of, writing, conversation)):
        yield cards


async def _answer(copilot: Copilot, session_of: SessionOf, asked: AskedInHand) -> tuple[Card, ...]:
    if (answer := await better_answer(copilot, asked)) is None:
        return ()
    async with session_of() as session:
        return await _kept(session, show_better_answer(session, answer, asked.token))


async def _writing(
    copilot: Copilot, session_of: SessionOf, writing: WritingInHand, conversation: Conversation
) -> tuple[Card, ...]:
    written = await better_writing(copilot, writing, conversation)
    async with session_of() as session:
        if written is None:
            return await _kept(session, show_unwritten(session, writing))
        return await _kept(session, show_better_writing(session, writing, written))


async def _second_look(
    copilot: Copilot, session_of: SessionOf, draft: DraftInHand, conversation: Conversation
) -> tuple[Card, ...]:
    if not (decided := await second_look(copilot, draft, conversation)):
        return ()
    async with session_of() as session:
        return await _kept(session, show_second_look(session, draft, decided))


async def _suggestions(
    copilot: Copilot, conversation: Conversation, session_of: SessionOf, token: str
) -> AsyncGenerator[tuple[Card, ...]]:
    try:
        async with aclosing(copilot.improvements(conversation, copilot.suggest(conversation))) as better:
            async for found in better:
                async with session_of() as session:
                    shown = await show_better(session, found, token)
                    cards = await _kept(session, shown)
                if not shown:
                    return
                yield cards
    except CopilotError as error:  # the offline suggestions are on the screen
        logger.warning("no suggestions from the language model: %s", error)


async def _kept(session: Session, shown: bool) -> tuple[Card, ...]:
    """The session's cards, kept with its state; none where nothing was shown."""
    if not shown:
        return ()
    await session.work.save_desk_state(session.agent, state_to_json(session.state), session.now)
    await session.work.commit()
    return tuple(session.cards)


def awaits_reply(state: DeskState) -> bool:
    """Whether the customer's newest message is on the screen and nothing was done about it yet."""
    return state.turn is not None and state.draft is None and state.sent is None


async def show_better(session: Session, found: Suggestions, token: str) -> bool:
    """Put the better suggestions on the card with this token; False when the agent has gone on.

    The token stays, and each suggestion its number: a tap that comes while another joins means what the agent saw.
    """
    turn = session.state.turn
    if turn is None or turn.token != token or session.state.tokens.get(SLOT) != token or not awaits_reply(session.state):
        return False
    conversation = await session.conversation()
    card, replies = await customer_card(
        session, turn.turn, conversation, found.reading, ticked(session, found.progress),
        offered_replies(found.suggestions), token, turn.ever_offered,
    )  # fmt: skip
    card, shown = replace(card, fresh=False), all_shown(replies, turn.ever_offered)
    kept = [ShownReply.of(reply) for reply in shown]
    offer = await session.work.add_offer(await session.conversation_number(), turn.turn, kept, session.now)
    session.update(turn=replace(turn, card=card, offer=offer, offered=replies, shown=shown))
    session.show(card)
    return True
