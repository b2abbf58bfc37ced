"""A database for one test, closed behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from copilot.store import Store


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """The store at this URL, made where there is none; closed whatever happens to its user."""
    store = await Store.open(url)
    try:
        yield store
    finally:
        await store.close()
