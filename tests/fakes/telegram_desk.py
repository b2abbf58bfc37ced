"""A desk and a store small enough to see through, for tests of the Telegram door alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from copilot.desk.cards import Button, Card, Reply
from copilot.desk.events import CommandGiven, Event, TextWritten
from copilot.desk.reminding import Claim, Notice


class Answers(Protocol):
    """How a test answers an event: cards, or an error."""

    def __call__(self, event: Event) -> tuple[Card, ...]: ...


def echo(event: Event) -> tuple[Card, ...]:
    """A fresh card for a text or command; a tap changes it."""
    taps = ((Button("一键改写", "rewrite:k1"),),)
    if isinstance(event, TextWritten):
        return (Card("turn", f"{'客户' if event.forwarded else '草稿'}：{event.text}", buttons=taps, fresh=True),)
    if isinstance(event, CommandGiven):
        return (Card(event.name, f"命令 {event.name}：{event.argument}", buttons=taps, fresh=True),)
    return (Card("turn", f"按了 {event.action}", buttons=taps),)


class RecordingDesk:
    """Keeps the real desk's protocol: an event whose key was handled before is a duplicate. `events` is what it saw."""

    def __init__(self, answer: Answers = echo) -> None:
        self.answer = answer
        self.events: list[tuple[str, Event]] = []
        self.hold: asyncio.Event | None = None
        self.better: tuple[Card, ...] = ()
        self._keys: set[str] = set()
        self.due: list[Claim] = []
        self.notices: dict[int, Notice] = {}
        self.told_claims: list[tuple[Claim, bool]] = []

    async def handle(self, agent: str, event: Event) -> Reply:
        if self.hold is not None:
            await self.hold.wait()
        if event.key is not None and event.key in self._keys:
            return Reply((), duplicate=True)
        cards = self.answer(event)
        self._keys.add(event.key or "")
        self.events.append((agent, event))
        return Reply(cards)

    async def improvements(self, agent: str) -> AsyncIterator[Reply]:
        for card in self.better:
            yield Reply((card,))

    async def claim_due(self, prefix: str) -> tuple[Claim, ...]:
        claims, self.due = tuple(self.due), []
        return claims

    async def notice(self, claim: Claim) -> Notice | None:
        return self.notices.get(claim.reminder)

    async def told(self, claim: Claim, *, reached: bool = True) -> None:
        self.told_claims.append((claim, reached))


class MemoryStore:
    """Allowed users and counters in memory. `broken` makes every call fail with that error."""

    def __init__(self) -> None:
        self.allowed: dict[int, str] = {}
        self.counters: dict[str, int] = {}
        self.broken: Callable[[], Exception] | None = None

    async def allow_telegram_user(self, user_id: int, name: str = "") -> None:
        self._check()
        self.allowed[user_id] = name

    async def is_telegram_user_allowed(self, user_id: int) -> bool:
        self._check()
        return user_id in self.allowed

    async def counter(self, name: str) -> int | None:
        self._check()
        return self.counters.get(name)

    async def set_counter(self, name: str, value: int) -> None:
        self._check()
        self.counters[name] = value

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken()
