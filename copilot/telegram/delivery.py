"""Calls to Telegram that bear bad days: what is worth another try gets one, "not modified" counts as done.

Floods (RetryAfter) are waited out by the rate limiter inside the bot; here are the network's own troubles.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import BadRequest, NetworkError, TelegramError

logger = logging.getLogger(__name__)

T = TypeVar("T")
RETRY_DELAYS_S: tuple[float, ...] = (0.3, 1.5)
_NOT_MODIFIED = "message is not modified"


async def with_retries(call: Callable[[], Awaitable[T]], delays_s: tuple[float, ...] = RETRY_DELAYS_S) -> T:
    """The call's result; a network failure is tried again after each delay (seconds), then raised.

    A message whose confirmation was lost may so be sent twice: better than not at all.
    """
    for delay_s in delays_s:
        try:
            return await call()
        except TelegramError as error:
            if not _is_worth_another_try(error):
                raise
            logger.info("Telegram did not answer (%s), next try in %.1f s", type(error).__name__, delay_s)
            await asyncio.sleep(delay_s)
    return await call()


def _is_worth_another_try(error: TelegramError) -> bool:
    """Network troubles and garbled answers; not refusals, which PTB counts among the network errors."""
    garbled = type(error) is TelegramError  # "Invalid server response" has no class of its own
    return garbled or (isinstance(error, NetworkError) and not isinstance(error, BadRequest))


async def edited(call: Callable[[], Awaitable[object]]) -> bool:
    """Whether the message now shows what it should; False when it cannot be edited any more (too old, deleted)."""
    try:
        await with_retries(call)
    except BadRequest as error:
        if _NOT_MODIFIED in error.message.lower():
            return True
        logger.info("a card could not be edited and is sent anew: %s", error.message)
        return False
    return True
