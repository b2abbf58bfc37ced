"""What a running server does once a day: erase what has been kept long enough."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.records.retention import Keeping
    from copilot.store import Store

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1800.0
_DAY = timedelta(days=1)
_LAST = "records_purged_at"  # seconds since 1970: a restart does not begin the day anew
_WHO = "server"


async def keep_house(store: Store, keeping: Keeping, look_every_s: float = LOOK_EVERY_S) -> None:
    """Look again and again whether a day is over since the last purge, until cancelled; trouble is tried again later."""
    while True:
        try:
            await purge_daily(store, keeping, lambda: datetime.now(UTC))
        except CopilotError as error:
            logger.warning("old records could not be erased, next try later: %s", error)
        except Exception:
            logger.exception("old records could not be erased")
        await asyncio.sleep(look_every_s)


async def purge_daily(store: Store, keeping: Keeping, clock: Callable[[], datetime]) -> bool:
    """Erase what is due unless that was done within a day; whether it was done now. Raises StoreError."""
    from copilot.records.retention import purge

    now = clock()
    last = await store.counter(_LAST)
    if last is not None and timedelta() <= now - datetime.fromtimestamp(last, UTC) < _DAY:
        return False
    await purge(store, keeping, now, _WHO)
    await store.set_counter(_LAST, int(now.timestamp()))
    return True
