"""The breaker by a clock of its own: when it opens, whom it lets through, what closes it."""

from __future__ import annotations

from copilot.llm.breaker import LONGEST_REST_S, CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def breaker(failures: int = 3, rest_s: float = 60.0) -> tuple[CircuitBreaker, Clock]:
    clock = Clock()
    return CircuitBreaker(failures, rest_s, clock), clock


def test_it_opens_after_so_many_failures_in_a_row_and_not_before() -> None:
    gate, _ = breaker()
    for _ in range(2):
        assert gate.admit()
        gate.failed()
    assert gate.admit()
    gate.failed()
    assert not gate.admit()
    assert gate.rest_left_s == 60.0


def test_a_success_in_between_starts_the_count_anew() -> None:
    gate, _ = breaker()
    gate.failed()
    gate.failed()
    gate.succeeded()
    gate.failed()
    gate.failed()
    assert gate.admit()


def test_after_the_rest_one_may_try_and_the_others_wait_for_it() -> None:
    gate, clock = breaker()
    for _ in range(3):
        gate.failed()
    clock.now += 59.9
    assert not gate.admit()
    clock.now += 0.1
    assert [gate.admit(), gate.admit()] == [True, False]
    gate.succeeded()
    assert [gate.admit(), gate.admit()] == [True, True]


def test_a_trial_that_fails_begins_another_rest_at_once() -> None:
    gate, clock = breaker()
    for _ in range(3):
        gate.failed()
    clock.now += 60
    assert gate.admit()
    gate.failed()
    assert not gate.admit()
    assert gate.rest_left_s == 60.0


def test_a_trial_that_was_given_up_leaves_the_place_free() -> None:
    gate, clock = breaker()
    for _ in range(3):
        gate.failed()
    clock.now += 60
    assert gate.admit()
    gate.abandoned()
    assert gate.admit()


def test_what_the_server_asks_for_is_kept_from_the_first_time_but_not_for_ever() -> None:
    gate, clock = breaker()
    gate.failed(rest_s=7)
    assert not gate.admit()
    clock.now += 7
    assert gate.admit()
    gate.failed(rest_s=10**9)
    assert gate.rest_left_s == LONGEST_REST_S


def test_a_late_failure_does_not_shorten_a_rest() -> None:
    gate, _ = breaker()
    gate.failed(rest_s=600)
    gate.failed(rest_s=1)
    assert gate.rest_left_s == 600
