"""What is told in chats although nobody asked: the clock looks once a second for what is due and tells it.

A reminder is claimed, told and marked. Should the process die in between, it is claimed again when the claim is over and
told in the same place, which changes nothing where it stands already.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from telegram.error import BadRequest, Forbidden, TelegramError

from copilot.desk.reminding import Claim, Notice
from copilot.errors import CopilotError

logger = logging.getLogger(__name__)

PREFIX = "tg:"
LOOK_EVERY_S = 1.0
TELLING_TIMEOUT_S = 15.0  # less than the claim lasts, so that nobody else tells meanwhile
Tell = Callable[[int, Claim], Awaitable[None]]


class DueDesk(Protocol):
    """The desk's calls about what is due."""

    async def claim_due(self, prefix: str) -> tuple[Claim, ...]: ...

    async def notice(self, claim: Claim) -> Notice | None: ...

    async def told(self, claim: Claim, *, reached: bool = True) -> None: ...


class Reminding:
    """Tells what is due until it is stopped."""

    def __init__(self, desk: DueDesk, tell: Tell, look_every_s: float = LOOK_EVERY_S) -> None:
        """`tell` shows a claimed reminder in a chat."""
        self._desk, self._tell, self._look_every_s = desk, tell, look_every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; what became due while the program was off is told first."""
        self._task = asyncio.create_task(self._run(), name="reminding")

    async def stop(self) -> None:
        """Stop looking. A telling that is cut off is told again after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self.tell_all()
            except CopilotError as error:  # the database is busy: the next look will find the same
                logger.warning("reminders could not be looked up: %s", error)
            except Exception:
                logger.exception("reminders could not be told")
            await asyncio.sleep(self._look_every_s)

    async def tell_all(self) -> None:
        """Tell everything that is due now."""
        await asyncio.gather(*(self._tell_one(claim) for claim in await self._desk.claim_due(PREFIX)))

    async def _tell_one(self, claim: Claim) -> None:
        reached = True
        try:
            async with asyncio.timeout(TELLING_TIMEOUT_S):
                await self._tell(int(claim.recipient.removeprefix(PREFIX)), claim)
        except (Forbidden, BadRequest, ValueError) as error:  # blocked, no such chat: waiting would not help
            logger.warning("reminder %d could not be told: %s", claim.reminder, type(error).__name__)
            reached = False
        except (TelegramError, TimeoutError) as error:
            logger.info("reminder %d is told later: %s", claim.reminder, type(error).__name__)
            return
        await self._desk.told(claim, reached=reached)
