"""Periods as people write them on the command line: "30d", "2w", "2026-03-01"."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from copilot.errors import CopilotError

_HOURS = {"h": 1, "d": 24, "w": 168}
_LONGEST_DAYS = 36_500


def beginning(text: str, now: datetime) -> datetime:
    """When a period begins: "24h", "30d" or "2w" before `now`, or the start of a day of this machine's clock.

    Raises CopilotError for anything else.
    """
    said = text.strip().lower()
    if re.fullmatch(r"[0-9]{1,6}[hdw]", said):
        span = timedelta(hours=int(said[:-1]) * _HOURS[said[-1]])
        if span.days <= _LONGEST_DAYS:
            return now - span
    try:
        return datetime.fromisoformat(said).astimezone().astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise CopilotError(f"看不懂时间 {text!r}。请写 30d（最近 30 天）、2w（两周）、24h（小时），或日期如 2026-03-01。")
