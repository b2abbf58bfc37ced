"""The desk: one agent's working session. Events in, cards out; what happened is kept before the answer goes out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from copilot.conversation import Conversation, Turn
from copilot.desk.alerts import console_cards
from copilot.desk.cards import Card, Reply
from copilot.desk.clocks import waiting_of
from copilot.desk.commands import COMMANDS
from copilot.desk.duty import Duty
from copilot.desk.events import CommandGiven, Event, Pressed, TextWritten
from copilot.desk.improving import improvements
from copilot.desk.own_phrases import TeamHabits
from copilot.desk.reminding import LEASE, Claim, Notice, mark_told, notice_of, tell_due
from copilot.desk.rhythm import no_voice
from copilot.desk.session import Session
from copilot.desk.state import DeskState, state_from_json, state_to_json
from copilot.desk.taps import handle_tap
from copilot.desk.texts import handle_text
from copilot.desk.view import DeskView
from copilot.errors import CopilotError
from copilot.records.sealing import Safe

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.store import Store, Work

logger = logging.getLogger(__name__)


class Desk:
    """All agents' desks over one copilot and one store. Agents work at the same time, each one event after another."""

    def __init__(
        self,
        copilot: Copilot,
        store: Store,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        customer_voice: Callable[[str], float] | None = None,
        duty: Duty | None = None,
        safe: Safe | None = None,
    ) -> None:
        """`customer_voice` says how likely a text is the customer's, in [0, 1]; by default learnt from the workspace.

        `duty` names who is alerted in an emergency; by default nobody but the console. `safe` seals
        service records; by default none is encrypted.
        """
        self._copilot = copilot
        self._store = store
        self._clock = clock
        self._voice = customer_voice
        self._duty = duty or Duty()
        self._safe = safe or Safe()
        self._habits = TeamHabits()
        self._learning = asyncio.Lock()
        # A lock lives as long as somebody holds or awaits it, so agents who left take no memory.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(self, agent: str, event: Event) -> Reply:
        """The cards that answer an event ("tg:4711" wrote, commanded, tapped); everything is kept before.

        An event whose key was handled before changes nothing: the reply is marked as a duplicate and carries what is on
        the screen if that event was the last one. Raises StoreError when nothing could be kept: deliver it again then.
        """
        if isinstance(event, TextWritten) and event.role is None and not event.forwarded and self._voice is None:
            await self.warm()
        lock = self._lock(agent)
        async with lock, self._store.unit_of_work() as work:
            now = self._clock()
            state = await _load(work, agent)
            if event.key is not None and not await work.claim_event(agent, event.key, now):
                return Reply(state.cards[-1:] if state.last_key == event.key else (), duplicate=True)
            session = Session(self._copilot, work, agent, replace(state, last_key=event.key), now, self._voice or no_voice, self._duty, self._safe)
            await self._habits.refresh(self._copilot, work, now)
            await _dispatch(session, event)
            await work.save_desk_state(agent, state_to_json(session.state), now)
            await work.commit()
            return Reply(tuple(session.cards))

    async def improvements(self, agent: str) -> AsyncGenerator[Reply]:
        """The card of the newest question, text or customer message, anew with each thing that the language model adds.

        Waits for the model, at most as long as the settings say, without keeping the agent from going on; nothing where
        there is no model, it gave nothing usable, or the agent has acted meanwhile.
        """
        async with aclosing(improvements(self._copilot, partial(self._session, agent))) as better:
            async for cards in better:
                yield Reply(cards)

    async def improve(self, agent: str) -> Reply:
        """The last of `improvements`; no cards where there was none."""
        return [Reply(), *[reply async for reply in self.improvements(agent)]][-1]

    async def view(self, agent: str) -> DeskView:
        """Everything a door with a whole screen shows; the same after a restart."""
        async with self._lock(agent), self._store.unit_of_work() as work:
            state = await _load(work, agent)
            turns = await work.turns(state.conversation) if state.conversation is not None else ()
            tries_again = state.draft is not None and not state.draft.fine
            now = self._clock()
            alerts = await console_cards(work, now, state.conversation)
            return DeskView(
                tuple(turn.plain() for turn in turns), "agent" if tries_again else state.expects, state.cards,
                state.practice is not None, tuple(Turn(role, text) for role, text in state.practice_said),
                *((state.draft.text, state.draft.fine) if state.draft is not None else ("", False)),
                waiting=await waiting_of(work, self._copilot, agent, state.conversation), now=now, alerts=alerts,
            )  # fmt: skip

    # What is due although nobody did anything: a door asks, tells, and reports that it told.

    async def claim_due(self, prefix: str) -> tuple[Claim, ...]:
        """Reminders due for recipients whose name begins so ("tg:"), each for this caller alone for some seconds."""
        now = self._clock()
        async with self._store.unit_of_work() as work:
            found = await work.claim_due_reminders(now, LEASE, prefix)
            await work.commit()
        return tuple(Claim(each.id, each.stage, each.agent, each.recipient, now) for each in found)

    async def notice(self, claim: Claim) -> Notice | None:
        """What the claimed reminder says now; None when there is nothing to say any more."""
        async with self._session(claim.agent) as session:
            return await notice_of(session, claim)

    async def told(self, claim: Claim, *, reached: bool = True) -> None:
        """The recipient can read it, or need not, or could not be `reached` at all: the next telling is set."""
        async with self._session(claim.agent) as session:
            await mark_told(session, claim, reached=reached)
            await session.work.commit()

    async def tell_here(self, agent: str) -> tuple[Card, ...]:
        """Put what is due for this agent on their screen, for a door that draws the desk's own cards; the new cards."""
        async with self._session(agent) as session:
            if not await tell_due(session):
                return ()
            await session.work.save_desk_state(agent, state_to_json(session.state), session.now)
            await session.work.commit()
            return tuple(session.cards)

    @asynccontextmanager
    async def _session(self, agent: str) -> AsyncIterator[Session]:
        """The agent's desk without an event; whoever changes something commits."""
        async with self._lock(agent), self._store.unit_of_work() as work:
            state = await _load(work, agent)
            yield Session(self._copilot, work, agent, state, self._clock(), self._voice or no_voice, self._duty, self._safe)

    async def arrive(self, agent: str) -> None:
        """The agent is at the desk, before any event: colleagues can hand cases over to them from now on."""
        async with self._session(agent) as session:
            await session.work.save_desk_state(agent, state_to_json(session.state), session.now)
            await session.work.commit()

    async def conversation(self, agent: str) -> Conversation:
        """The agent's open conversation; an empty one for none."""
        return Conversation((await self.view(agent)).turns)

    async def warm(self) -> None:
        """Learn the two sides' voices, seconds the first time and milliseconds later, so that no message waits for it."""
        async with self._learning:
            if self._voice is None:
                self._voice = await asyncio.to_thread(self._learnt_voice)

    def _learnt_voice(self) -> Callable[[str], float]:
        from copilot.desk.voices import Voices  # with the trade behind it, which a door with marks never needs

        try:
            return Voices(self._copilot.workspace, self._copilot.home / "models").customer
        except (CopilotError, OSError, ValueError):  # a guess less; the rhythm and the marks go on
            logger.exception("the voices could not be learnt; the rhythm alone tells whose a text is")
            return no_voice

    def _lock(self, agent: str) -> asyncio.Lock:
        lock = self._locks.get(agent)
        if lock is None:
            lock = self._locks[agent] = asyncio.Lock()
        return lock


async def _load(work: Work, agent: str) -> DeskState:
    values = await work.desk_state(agent)
    try:
        return state_from_json(values)
    except ValueError:  # written by a version that we cannot read: the conversation itself is in its own tables
        # Without the cause: it would quote what customers wrote.
        logger.error("the desk state of an agent cannot be read; the desk starts afresh")
        return DeskState()


async def _dispatch(session: Session, event: Event) -> None:
    if isinstance(event, TextWritten):
        await handle_text(session, event)
    elif isinstance(event, Pressed):
        await handle_tap(session, event.action)
    elif isinstance(event, CommandGiven):
        command = COMMANDS.get(event.name.lower())
        if command is None:
            session.tell("没有这个命令。发 /help 看看可以做什么。")
        else:
            if session.state.awaits != "talk":  # the agent turned to something else
                session.update(awaits="talk")
                session.state = session.state.without_card("answer")
            await command(session, event.argument)
