"""Who may ask a model now, and what became of it: breaker, daily limit and ledger around each request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from copilot.llm.breaker import CircuitBreaker
from copilot.llm.ledger import Ledger, Use
from copilot.llm.trouble import WHYS, ModelSilentError, silent

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a model may cost: tokens and money a day (None: as it comes), prices per million tokens, and its patience."""

    daily_tokens: int | None = None
    daily_cost: float | None = None
    price_in: float = 0.0
    price_out: float = 0.0
    failures: int = 3
    rest_s: float = 60.0

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """The price of so many tokens."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / MILLION

    def reached(self, use: Use, more_tokens: int, more_cost: float) -> bool:
        """Whether so much more on top of the day's use would pass a limit."""
        over = self.daily_tokens is not None and use.tokens + more_tokens > self.daily_tokens
        return over or (self.daily_cost is not None and use.cost + more_cost > self.daily_cost)


@dataclass(slots=True)
class Request:
    """One request under way. Whoever asks writes down what it used, and whether the model spoke."""

    tokens_in: int
    tokens_out: int = 0
    spoke: bool = field(default=False)


class Gate:
    """One for a process: its breaker is shared by all agents, its ledger by all processes of a home."""

    def __init__(
        self, name: str, limits: Limits, ledger: Ledger | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name, self.limits, self.ledger = name, limits, ledger or Ledger(None)
        self._breaker = CircuitBreaker(limits.failures, limits.rest_s, clock)
        self._pending_tokens = 0

    @asynccontextmanager
    async def request(self, tokens_in: int, tokens_out: int) -> AsyncIterator[Request]:
        """A request of about so many tokens each way. Raises ModelSilentError, at once when none may go out now.

        Foreign errors become ModelSilentError; everything is counted, whatever happens.
        """
        await self._admit(tokens_in, tokens_out)
        request = Request(tokens_in)
        self._pending_tokens += tokens_in + tokens_out
        try:
            yield request
            self._breaker.succeeded()
            await asyncio.to_thread(self.ledger.answered, self._use(request))
        except Exception as error:
            trouble = silent(self.name, error)
            await self._failed(trouble, request)
            raise trouble from error
        except BaseException:  # given up by whoever asked: cancelled, or the stream was left
            if request.spoke:
                self._breaker.succeeded()
            else:
                self._breaker.abandoned()
            self.ledger.given_up(self._use(request))
            raise
        finally:
            self._pending_tokens -= tokens_in + tokens_out

    def held_back(self) -> None:
        """The model answered, but nothing of it could be shown. That is not the provider's failure."""
        self.ledger.fell_silent("held_back", Use())

    async def _admit(self, tokens_in: int, tokens_out: int) -> None:
        more = self._pending_tokens + tokens_in + tokens_out
        if self.limits.reached(self.ledger.today(), more, self.limits.cost(self._pending_tokens + tokens_in, tokens_out)):
            await asyncio.to_thread(self.ledger.fell_silent, "daily_limit", Use())
            raise ModelSilentError(f"模型 {self.name} 今天的用量到了上限，明天再用。", "daily_limit")
        if not self._breaker.admit():
            seconds = self._breaker.rest_left_s
            await asyncio.to_thread(self.ledger.fell_silent, "resting", Use(), self._rests_until())
            raise ModelSilentError(f"模型 {self.name} {WHYS['resting']}，约 {seconds:.0f} 秒后再试。", "resting")

    async def _failed(self, error: ModelSilentError, request: Request) -> None:
        if request.spoke:  # it answered, only not with what was hoped for
            self._breaker.succeeded()
        else:
            self._breaker.failed(error.rest_s)
        until = self._rests_until()
        await asyncio.to_thread(self.ledger.fell_silent, error.why, self._use(request), until)

    def _rests_until(self) -> datetime | None:
        seconds = self._breaker.rest_left_s
        return self.ledger.now() + timedelta(seconds=seconds) if seconds else None

    def _use(self, request: Request) -> Use:
        cost = self.limits.cost(request.tokens_in, request.tokens_out)
        return Use(1, request.tokens_in, request.tokens_out, cost)
