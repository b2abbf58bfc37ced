"""Times as exports write them, and how long a customer waited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from copilot.conversation import Turn
from copilot.quality.report import Response

CHINA = timezone(timedelta(hours=8))  # a time without a zone is taken as Beijing time
_DATE = r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?"
_CLOCK = r"(\d{1,2})\s?[:：时点]\s?(\d{1,2})(?:\s?[:：分]\s?(\d{1,2})(?:[.,](\d{1,9}))?\s?秒?|\s?分)?"
_WRITTEN = re.compile(rf"(?:{_DATE}[T\s]*)?{_CLOCK}\s?(Z|[+-]\d{{2}}:?\d{{2}})?", re.IGNORECASE)
_DAY_ONLY = re.compile(_DATE)
_NO_DAY = date(2000, 1, 1)  # of a clock time without a date: only differences count
_LONGEST = 64  # characters of a written time
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119 as days since 1899-12-30
_EPOCH_SECONDS = (1e8, 1e10)
_EPOCH_MILLISECONDS = (1e11, 1e13)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, aware and in UTC; `exact` is False where the seconds were not written."""

    at: datetime
    exact: bool = True


def moment_of(value: Any) -> Moment | None:
    """The time that a cell or field holds, None for an empty one or a day without a clock time.

    ISO 8601, "2026/1/5 10:02:31", "2026年1月5日 10点02分", a clock time, a date cell, seconds or milliseconds since
    1970, Excel days. Raises ValueError, in Chinese, for anything else.
    """
    try:
        return _of(value)
    except OverflowError:  # the first and the last day that there is, moved by a zone
        raise _unknown(value) from None


def _of(value: Any) -> Moment | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return Moment((value if value.tzinfo else value.replace(tzinfo=CHINA)).astimezone(UTC))
    if isinstance(value, time):
        return Moment(datetime.combine(_NO_DAY, value.replace(tzinfo=None), CHINA).astimezone(UTC))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(float(value))
    if isinstance(value, str):
        return _of_text(value.strip())
    raise _unknown(value)


def _of_text(text: str) -> Moment | None:
    if len(text) > _LONGEST:
        raise _unknown(text)
    if _DAY_ONLY.fullmatch(text):
        return None  # says nothing about how long somebody waited
    match = _WRITTEN.fullmatch(text)
    if match is None:
        try:
            return _of_number(float(text))
        except ValueError:
            raise _unknown(text) from None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        on = date(int(year), int(month), int(day)) if year else _NO_DAY
        clock = time(int(hour), int(minute), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")))
        return Moment(datetime.combine(on, clock, _zone(zone)).astimezone(UTC), exact=second is not None)
    except ValueError:
        raise _unknown(text) from None


def _zone(text: str | None) -> timezone:
    if not text:
        return CHINA
    if text in "Zz":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _of_number(number: float) -> Moment:
    if _EPOCH_SECONDS[0] <= number < _EPOCH_SECONDS[1]:
        return Moment(datetime.fromtimestamp(number, UTC))
    if _EPOCH_MILLISECONDS[0] <= number < _EPOCH_MILLISECONDS[1]:
        return Moment(datetime.fromtimestamp(number / 1000, UTC))
    if _EXCEL_DAYS[0] <= number < _EXCEL_DAYS[1]:
        local = datetime(1899, 12, 30, tzinfo=CHINA) + timedelta(days=number)
        return Moment(local.astimezone(UTC))
    raise _unknown(number)


def _unknown(value: Any) -> ValueError:
    return ValueError(f"时间“{str(value)[:30]}”看不懂，请写成 2026-01-05 10:02:31")


def responses_of(turns: Sequence[Turn], limit_s: float) -> tuple[tuple[Response, ...], int]:
    """How long each answer took, and how many could not be told.

    Counted from the customer's first message that was not yet answered: every message is to be answered within the
    limit (standards 1.3). What has no time, or times that run backwards, is not told.
    """
    found: list[Response] = []
    untold = 0
    waiting: Turn | None = None
    for number, turn in enumerate(turns, start=1):
        if turn.role == "customer":
            waiting = waiting or turn
        elif waiting is not None:
            seconds = (turn.at - waiting.at).total_seconds() if turn.at and waiting.at else -1.0
            if seconds < 0:
                untold += 1
            else:
                found.append(Response(number, seconds, seconds > limit_s))
            waiting = None
    return tuple(found), untold
