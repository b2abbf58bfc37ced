"""Waits for what is asynchronous, in one event loop for the whole command."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def wait_for(work: Coroutine[Any, Any, ResultT]) -> ResultT:
    """What `work` returns or raises.

    A language model's client keeps its connections, and they belong to a loop: with a loop for every line of input, the
    second line would find them dead.
    """
    return _runner().run(work)


@cache
def _runner() -> asyncio.Runner:
    runner = asyncio.Runner()
    atexit.register(runner.close)
    return runner
