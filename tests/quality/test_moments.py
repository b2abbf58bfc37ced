"""Times as exports write them, and how long a customer waited."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from copilot.conversation import Turn
from copilot.quality.moments import moment_of, responses_of

TEN = datetime(2026, 1, 5, 2, 2, 31, tzinfo=UTC)  # 10:02:31 in Beijing


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-05 10:02:31", "2026/1/5 10:02:31", "2026年1月5日 10时02分31秒", "2026-01-05T02:02:31Z",
        "2026-01-05T10:02:31+08:00", "2026-01-04T21:02:31-0500", "2026-01-05T10:02:31.000", 1767578551, "1767578551000",
        datetime(2026, 1, 5, 10, 2, 31), datetime(2026, 1, 5, 2, 2, 31, tzinfo=UTC),
    ],
)  # fmt: skip
def test_a_time_means_the_same_however_it_is_written(written: object) -> None:
    moment = moment_of(written)
    assert moment is not None
    assert moment.at == TEN
    assert moment.exact


def test_a_time_without_seconds_is_not_exact() -> None:
    moment = moment_of("2026-01-05 10:02")
    assert moment is not None
    assert not moment.exact


@pytest.mark.parametrize("nothing", [None, "", "  ", "2026-01-05"])
def test_no_clock_time_is_no_moment(nothing: object) -> None:
    assert moment_of(nothing) is None


@pytest.mark.parametrize("strange", ["昨天上午", "25:00:00", "2026-13-01 10:00:00", "1e999", "nan", True, -5, "9" * 500])
def test_a_time_that_cannot_be_is_refused_in_chinese(strange: object) -> None:
    with pytest.raises(ValueError, match="看不懂"):
        moment_of(strange)


@example(datetime.min)
@example(datetime.max)
@given(st.one_of(st.text(max_size=80), st.floats(), st.integers(), st.times(), st.datetimes()))
def test_any_value_is_a_utc_time_or_none_or_refused(value: object) -> None:
    try:
        moment = moment_of(value)
    except ValueError:
        return
    assert moment is None or moment.at.utcoffset() == timedelta(0)


def at(seconds: float | None) -> datetime | None:
    return None if seconds is None else TEN + timedelta(seconds=seconds)


def turns(*items: tuple[str, float | None]) -> list[Turn]:
    return [Turn("customer" if role == "c" else "agent", "…", at(seconds)) for role, seconds in items]


def test_a_wait_counts_from_the_first_message_that_nobody_answered() -> None:
    found, untold = responses_of(turns(("c", 0), ("c", 20), ("a", 40), ("a", 50), ("c", 60), ("a", 90)), 30)
    assert [(each.turn, each.seconds, each.late) for each in found] == [(3, 40, True), (6, 30, False)]
    assert untold == 0


def test_an_answer_without_a_time_or_before_its_question_is_not_told() -> None:
    found, untold = responses_of(turns(("c", None), ("a", 40), ("c", 60), ("a", 50), ("c", 70), ("a", 75)), 30)
    assert [each.turn for each in found] == [6]
    assert untold == 2


def test_clock_times_alone_give_differences() -> None:
    first, second = moment_of(time(10, 0, 0)), moment_of("10:00:45")
    assert first is not None
    assert second is not None
    assert second.at - first.at == timedelta(seconds=45)
