"""Fetching updates so that none is lost: Telegram forgets an update only after the desk has saved it.

Telegram drops what lies below the `offset` of the next `getUpdates`. PTB asks again as soon as it has put a batch into its
queue, which would confirm updates that nobody has worked on yet. This bot asks again when every update of the batch
is settled: saved by the desk, declined, or failed with the agent told. After a crash in between Telegram delivers the
batch again, and the desk, which knows each update's key, counts it once. Waiting is short, for it ends at the save:
sending the answers goes on beside the next poll.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from telegram import Update
from telegram.ext import AIORateLimiter, BaseUpdateProcessor, ExtBot

MAX_CONCURRENT_UPDATES = 256


class Unsettled:
    """The updates that were fetched and are not settled yet."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._news = asyncio.Event()

    def fetched(self, update_ids: Iterable[int]) -> None:
        self._ids.update(update_ids)

    def settled(self, update_id: int) -> None:
        self._ids.discard(update_id)
        self._news.set()

    async def none_below(self, offset: int) -> None:
        """Wait until every fetched update with a smaller id is settled."""
        while any(update_id < offset for update_id in self._ids):
            self._news.clear()
            await self._news.wait()


class CarefulBot(ExtBot[AIORateLimiter]):
    """A bot whose `get_updates` confirms only what is settled. `on_fetched` is called after each that worked."""

    def __init__(self, *args: Any, unsettled: Unsettled, on_fetched: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unsettled, self._on_fetched = unsettled, on_fetched

    async def get_updates(self, offset: int | None = None, **kwargs: Any) -> tuple[Update, ...]:  # type: ignore[override]
        await self._unsettled.none_below(offset or 0)
        updates = await super().get_updates(offset=offset, **kwargs)
        self._on_fetched()
        self._unsettled.fetched(update.update_id for update in updates)
        return updates


class SettlingProcessor(BaseUpdateProcessor):
    """Works on many updates at once; whatever becomes of one, it is settled when its handlers are through."""

    def __init__(self, unsettled: Unsettled) -> None:
        super().__init__(MAX_CONCURRENT_UPDATES)
        self._unsettled = unsettled

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        try:
            await coroutine
        finally:
            if isinstance(update, Update):
                self._unsettled.settled(update.update_id)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to put away."""
