"""Which updates a poll may confirm."""

from __future__ import annotations

import asyncio

from copilot.telegram.polling import Unsettled


async def test_a_poll_waits_for_what_its_offset_would_confirm() -> None:
    unsettled = Unsettled()
    unsettled.fetched([5, 6])
    poll = asyncio.create_task(unsettled.none_below(7))
    await asyncio.sleep(0)
    unsettled.settled(5)
    await asyncio.sleep(0)
    assert not poll.done()
    unsettled.settled(6)
    await asyncio.wait_for(poll, 1)


async def test_a_poll_does_not_wait_for_what_it_would_not_confirm() -> None:
    unsettled = Unsettled()
    unsettled.fetched([7])
    await asyncio.wait_for(unsettled.none_below(7), 1)
    await asyncio.wait_for(unsettled.none_below(0), 1)
