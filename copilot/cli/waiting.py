"""Waits for what is asynchronous, in one event loop for the whole command."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Coroutine
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from copilot.llm import LanguageModel

ResultT = TypeVar("ResultT")


def wait_for(work: Coroutine[Any, Any, ResultT], model: LanguageModel | None = None) -> ResultT:
    """What `work` returns or raises. `model`: what it asks, whose connections are closed when the command ends.

    A language model's client keeps its connections, and they belong to a loop: with a loop for every line of input, the
    second line would find them dead.
    """
    if model is not None:
        _close_at_end(model)
    return _runner().run(work)


@cache
def _close_at_end(model: LanguageModel) -> None:
    runner = _runner()  # closed after this: what is registered last goes first
    atexit.register(lambda: runner.run(model.aclose()))


@cache
def _runner() -> asyncio.Runner:
    runner = asyncio.Runner()
    atexit.register(runner.close)
    return runner
