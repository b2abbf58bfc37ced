"""A process that handles one event and may be killed on the way: `python -m fakes.one_event URL AGENT KEY TEXT WHEN`.

WHEN is "before" or "after" (killed with SIGKILL before or after the commit) or "never" (prints the number of cards).
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from copilot.desk import Desk, TextWritten
from copilot.store import Store, Work
from fakes.plain_copilot import PlainCopilot


class DoomedWork(Work):
    """A unit of work whose process dies at its commit."""

    when = "never"

    async def commit(self) -> None:
        if self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await super().commit()
        if self.when == "after":
            os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, agent: str, key: str, text: str, when: str) -> None:
    store = await Store.open(url)
    DoomedWork.when = when
    sys.modules["copilot.store.store"].Work = DoomedWork  # type: ignore[attr-defined]
    desk = Desk(PlainCopilot(), store)  # type: ignore[arg-type]
    reply = await desk.handle(agent, TextWritten(text, role="customer", key=key))
    print(len(reply.cards), reply.duplicate)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
