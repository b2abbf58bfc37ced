"""A process that tells what is due and is killed on the way: `python -m fakes.doomed_telling DATABASE API TOKEN WHEN NOW`.

WHEN names the moment of the SIGKILL, in DEATHS: around the word that opens a reminder, the card that takes its place, or
the mark that it was told. Its clock stands at NOW.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from copilot.desk import Desk, Duty
from copilot.settings import Settings
from copilot.store import Store
from copilot.telegram import TelegramBot
from copilot.telegram.screen import Screen
from fakes.plain_copilot import PlainCopilot

DEATHS: dict[str, tuple[type[Any], str, bool]] = {  # class, method, whether it is carried out before the end
    "before the word is sent": (Screen, "_send", False),
    "after the word is sent": (Screen, "_send", True),
    "before the card takes its place": (Screen, "_edit", False),
    "after the card takes its place": (Screen, "_edit", True),
    "after it is marked": (Desk, "told", True),
}
TOO_LONG_S = 30.0


def doom(owner: type[Any], method: str, carried_out: bool) -> None:
    """From now on the process dies in this method."""
    original: Callable[..., Any] = getattr(owner, method)

    async def die(*arguments: Any, **named: Any) -> None:
        if carried_out:
            await original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, method, die)


def telling_bot(store: Store, api: str, token: str, now: datetime) -> TelegramBot:
    """A bot whose desk has its clock at `now`; 900 is the supervisor's chat."""
    duty = Duty.of_chats(("900",), 5)
    desk = Desk(PlainCopilot(), store, lambda: now, customer_voice=lambda _text: 0.5, duty=duty)  # type: ignore[arg-type]
    settings = Settings(
        telegram_bot_token=token, telegram_api=api, telegram_users=("4711",), supervisor_chat=("900",)  # type: ignore[arg-type]
    )
    return TelegramBot(settings, desk, store)


async def main(database: str, api: str, token: str, when: str, now: str) -> None:
    store = await Store.open(database)
    doom(*DEATHS[when])
    async with telling_bot(store, api, token, datetime.fromisoformat(now)):
        await asyncio.sleep(TOO_LONG_S)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
