"""The language model's suggestions join the card that is on the screen already, if that card still matters by then."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import Conversation
from copilot.desk.session import Session
from copilot.desk.state import DeskState, OfferedReply
from copilot.desk.turn_cards import SLOT, turn_card
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.engine import Copilot, Suggestions
    from copilot.phrasing import Suggestion

logger = logging.getLogger(__name__)


async def better_suggestions(copilot: Copilot, conversation: Conversation) -> Suggestions | None:
    """What the model makes of the conversation; None where there is no model or it gave nothing usable."""
    if copilot.model is None or not conversation.turns:
        return None
    try:
        return await copilot.improve(conversation, copilot.suggest(conversation))
    except CopilotError as error:  # the offline suggestions are on the screen: one quiet line for the trainer
        logger.warning("no suggestions from the language model: %s", error)
        return None


def awaits_reply(state: DeskState) -> bool:
    """Whether the customer's newest message is on the screen and nothing was done about it yet."""
    return state.turn is not None and state.draft is None and state.sent is None


async def show_better(session: Session, found: Suggestions, token: str) -> bool:
    """Put the better suggestions on the card with this token; False when the agent has gone on meanwhile."""
    turn = session.state.turn
    if turn is None or turn.token != token or not awaits_reply(session.state):
        return False
    replies = offered_replies(found.suggestions)
    renewed = session.token(SLOT)
    card = replace(turn_card(session.copilot, found.reading, found.progress, replies, renewed), fresh=False)
    offer = await session.work.add_offer(
        await session.conversation_number(), turn.turn, found.suggestions[:3], session.now
    )
    session.update(turn=replace(turn, token=renewed, card=card, offer=offer, offered=replies))
    session.show(card)
    return True


def offered_replies(suggestions: tuple[Suggestion, ...]) -> tuple[OfferedReply, ...]:
    """The suggestions as the desk keeps them, three at most."""
    return tuple(
        OfferedReply(each.text, tuple((cite.document, cite.clause) for cite in each.cites), each.style, each.source)
        for each in suggestions[:3]
    )
