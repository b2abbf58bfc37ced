"""A driver that makes a dialogue with the desk readable: `await chat.customer("…")`, `await chat.tap("复制 1")`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copilot.conversation import Conversation
from copilot.desk import Card, CommandGiven, Desk, Duty, Pressed, Reply, TextWritten
from copilot.store import Store
from fakes.plain_copilot import PlainCopilot


class Dialogue:
    """One agent at a desk. `card` is the card shown last; `restart` makes a new desk on the same database."""

    def __init__(
        self, store: Store, copilot: PlainCopilot | None = None, agent: str = "web:test", duty: Duty | None = None
    ) -> None:
        self.store, self.agent, self.duty = store, agent, duty
        self.at: datetime | None = None  # a clock that stands still until `later`; None: the real one
        self.copilot = copilot or PlainCopilot()
        self.restart()
        self.reply = Reply()

    @property
    def card(self) -> Card:
        return self.reply.cards[-1]

    def restart(self) -> None:
        """A new desk, as another process would make it; no voice speaks louder than the rhythm."""
        self.desk = Desk(
            self.copilot, self.store, self._clock, customer_voice=lambda _text: 0.5, duty=self.duty  # type: ignore[arg-type]
        )

    def _clock(self) -> datetime:
        return self.at or datetime.now(UTC)

    def later(self, **time: float) -> None:
        """The clock goes on: `chat.later(seconds=20)`."""
        assert self.at is not None
        self.at += timedelta(**time)

    async def say(self, text: str, **marks: object) -> Card:
        """A plain text, as an agent pastes or types it."""
        return await self._send(TextWritten(text, **marks))  # type: ignore[arg-type]

    async def customer(self, text: str) -> Card:
        return await self.say(text, role="customer")

    async def draft(self, text: str) -> Card:
        return await self.say(text, role="agent")

    async def command(self, name: str, argument: str = "") -> Card:
        return await self._send(CommandGiven(name, argument))

    async def tap(self, label: str) -> Card:
        """Tap the button of the card shown last whose label contains `label`."""
        return await self.press(self.card.button(label).action)

    async def press(self, action: str) -> Card:
        return await self._send(Pressed(action))

    async def turns(self) -> list[tuple[str, str]]:
        conversation: Conversation = await self.desk.conversation(self.agent)
        return [(turn.role, turn.text) for turn in conversation.turns]

    async def _send(self, event: TextWritten | CommandGiven | Pressed) -> Card:
        self.reply = await self.desk.handle(self.agent, event)
        return self.card
