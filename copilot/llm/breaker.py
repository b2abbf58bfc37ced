"""A circuit breaker: after failures in a row nobody asks for a while, then one may try.

Pure: the clock is given, nothing waits here. All agents of a process share one, so the tenth customer does not wait the
same three seconds that nine waited in vain.
"""

from __future__ import annotations

from collections.abc import Callable

LONGEST_REST_S = 3600.0  # whatever a server asks for, an hour later one may look again


class CircuitBreaker:
    """Open after `failures` in a row, for `rest_s` seconds of `clock`; then one trial decides."""

    def __init__(self, failures: int, rest_s: float, clock: Callable[[], float]) -> None:
        self._limit, self._rest_s, self._clock = failures, rest_s, clock
        self._in_a_row = 0
        self._until: float | None = None
        self._trial = False

    def admit(self) -> bool:
        """Whether a request may go out now. After a rest only one at a time may, until it has ended."""
        if self._until is None:
            return True
        if self._trial or self._clock() < self._until:
            return False
        self._trial = True
        return True

    @property
    def rest_left_s(self) -> float:
        """Seconds until the next trial; 0 when requests may go out."""
        return 0.0 if self._until is None else max(0.0, self._until - self._clock())

    def succeeded(self) -> None:
        """A request was answered: all is well."""
        self._in_a_row, self._until, self._trial = 0, None, False

    def failed(self, rest_s: float | None = None) -> None:
        """A request failed. `rest_s`: the server asked for so long a rest, or more of the same is useless for so long."""
        was_trial, self._trial = self._trial, False
        self._in_a_row += 1
        if rest_s is None and not was_trial and self._in_a_row < self._limit:
            return
        until = self._clock() + min(self._rest_s if rest_s is None else max(rest_s, 0.0), LONGEST_REST_S)
        self._until = until if self._until is None else max(until, self._until)

    def abandoned(self) -> None:
        """A request was given up by whoever asked: it says nothing about the model, but a trial is free again."""
        self._trial = False
