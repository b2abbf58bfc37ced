"""One event on one desk: the state being changed, the unit of work it is kept in, and the cards to answer with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef, Conversation, Role
from copilot.desk.cards import Button, Card
from copilot.desk.duty import Duty
from copilot.desk.state import DeskState
from copilot.desk.words import cite, notice
from copilot.records.sealing import Safe

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.store import Origin, Work


class Session:
    """What the handlers of one event share. `state` is replaced, never changed in place."""

    def __init__(
        self, copilot: Copilot, work: Work, agent: str, state: DeskState, now: datetime,
        customer_voice: Callable[[str], float], duty: Duty | None = None, safe: Safe | None = None,
    ) -> None:  # fmt: skip
        self.copilot = copilot
        self.work = work
        self.agent = agent
        self.state = state
        self.now = now
        self.customer_voice = customer_voice
        self.duty = duty or Duty()
        self.safe = safe or Safe()
        self.cards: list[Card] = []

    async def conversation(self) -> Conversation:
        """The turns so far; empty where no conversation is open."""
        if self.state.conversation is None:
            return Conversation()
        return Conversation.of(turn.plain() for turn in await self.work.turns(self.state.conversation))

    async def conversation_number(self) -> int:
        """The number of the open conversation; one is opened where there is none."""
        if self.state.conversation is None:
            self.update(conversation=await self.work.open_conversation(self.agent, self.now))
        assert self.state.conversation is not None
        return self.state.conversation

    async def add_turn(self, role: Role, text: str, origin: Origin) -> int:
        """Keep a turn at the end of the conversation; returns its number. Afterwards the other side speaks."""
        number = await self.work.add_turn(await self.conversation_number(), role, text, origin, self.now)
        self.update(expects="agent" if role == "customer" else "customer")
        return number

    def update(self, **changes: object) -> None:
        """Replace fields of the state."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]

    def token(self, slot: str) -> str:
        """A new token for the slot; buttons with an older one count no more."""
        self.state, token = self.state.with_token(slot)
        return token

    def show(self, card: Card) -> None:
        """Answer with this card and keep it on the screen."""
        # What is kept is edited in place after a restart, so it is never fresh.
        self.state = self.state.with_card(replace(card, fresh=False))
        self.cards = [each for each in self.cards if each.slot != card.slot] + [card]

    def tell(self, text: str) -> None:
        """Answer with one passing line."""
        self.cards.append(notice(text))

    def cite(self, *references: ClauseRef) -> str:
        return cite(self.copilot, references)


def action(label: str, token: str, *words: str) -> Button:
    """A button whose action is the words and the token of its card: "use:1:k3f"."""
    return Button(label, ":".join((*words, token)))


def copy(label: str, text: str, token: str, *words: str) -> Button:
    """A copy button; its action says that the text was used."""
    return Button(label, ":".join((*words, token)), "copy", text)
