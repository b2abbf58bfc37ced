"""A whole case whose process is killed at every commit: `python -m fakes.killed_walk DATABASE`.

Every step is worked on by three processes: one is killed before its commit, one after it, and the third gets the same
delivery once more. Prints what stood on the screen after each step as JSON. Processes are forked, not started, so that
hundreds of deaths take seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from copilot.desk import Event
from copilot.store import Store, Work
from fakes.dialogue import Dialogue
from fakes.whole_case import AGENT, NOW, WHOLE_CASE, event_of, screen_of

_commit = Work.commit


async def _dies_before(work: Work) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _dies_after(work: Work) -> None:
    await _commit(work)
    os.kill(os.getpid(), signal.SIGKILL)


def forked(run: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Run in a process of its own; returns its status, -9 where it was killed."""
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(run())
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


async def _handled(database: str, event: Event, commit: Callable[[Work], Coroutine[Any, Any, None]]) -> None:
    store = await Store.open(database)
    chat = Dialogue(store, agent=AGENT)
    chat.at = NOW
    Work.commit = commit  # type: ignore[method-assign]
    await chat.desk.handle(AGENT, event)
    await store.close()


async def _screen(database: str) -> list[str]:
    store = await Store.open(database)
    seen = await screen_of(Dialogue(store, agent=AGENT))
    await store.close()
    return seen


async def _event(database: str, number: int) -> Event:
    store = await Store.open(database)
    event = await event_of(WHOLE_CASE[number], Dialogue(store, agent=AGENT))
    await store.close()
    return replace(event, key=f"tg:{number}")


def main(database: str) -> None:
    screens = []
    for number in range(len(WHOLE_CASE)):
        event = asyncio.run(_event(database, number))
        deaths = [forked(partial(_handled, database, event, commit)) for commit in (_dies_before, _dies_after, _commit)]
        assert deaths == [-signal.SIGKILL, -signal.SIGKILL, 0], (number, deaths)
        screens.append(asyncio.run(_screen(database)))
    print(json.dumps(screens, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
