"""Working days: weekends and holidays are off, swapped weekends are worked, and a wrong calendar is named."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import ValidationError

from copilot.errors import WorkspaceError
from copilot.procedures.clocks import read_clocks
from copilot.procedures.holidays import HOLIDAYS, Calendar, read_calendar
from copilot.procedures.promises import PromiseReader
from copilot.workspace import Workspace, builtin_workspace

CALENDAR = read_calendar(builtin_workspace())
READER = PromiseReader(read_clocks(builtin_workspace()).promises, CALENDAR)


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        ("2026-09-29", 1, "2026-09-30"),
        ("2026-09-29", 2, "2026-10-08"),  # over the National Day holiday
        ("2026-10-09", 1, "2026-10-10"),  # a Saturday that is worked
        ("2026-10-10", 1, "2026-10-12"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 3, "2026-02-26"),
        ("2026-11-20", 3, "2026-11-25"),
        ("2030-10-01", 1, "2030-10-02"),  # nothing is known of that year: the rule alone
        ("2030-10-04", 1, "2030-10-07"),
        ("2026-10-03", 0, "2026-10-03"),
    ],
)
def test_the_nth_working_day_is_counted_as_the_year_has_it(start: str, number: int, due: str) -> None:
    assert CALENDAR.working_day(date.fromisoformat(start), number) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("三个工作日内给您办结。", "2026-10-09 18:00"),
        ("下个工作日上午我给您回电。", "2026-09-30 12:00"),
        ("下一个工作日给您答复。", "2026-09-30 18:00"),
        ("节后第一时间我联系您。", "2026-10-08 18:00"),
        ("我们假期后上午十点给您回电话。", "2026-10-08 10:00"),
        ("两天内给您结果。", "2026-10-01 10:05"),  # days, not working days
    ],
)
def test_a_promise_before_a_holiday_is_due_when_work_goes_on(text: str, due: str) -> None:
    tuesday = datetime(2026, 9, 29, 10, 5, tzinfo=timezone(timedelta(hours=8)))
    assert [f"{each.due_at:%Y-%m-%d %H:%M}" for each in READER.promises(text, tuesday)] == [due]


def test_after_the_holiday_says_nothing_where_no_holiday_is_near() -> None:
    november = datetime(2026, 11, 18, 10, 5, tzinfo=timezone(timedelta(hours=8)))
    assert READER.promises("节后我联系您。", november) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("holidays:\n  - {title: 国庆, first: 2026-10-01, last: 2026-10-32}\n", r"yaml:2：没有 2026-10-32 这一天"),
        ("holidays:\n  - {title: 国庆, first: 2026-10-07, last: 2026-10-01}\n", r"yaml:2：.*last 要在 first 当天或之后"),
        ("holidays:\n  - {title: 国庆, first: 2026-10-01, last: 2027-10-07}\n", r"yaml:2：.*最多 31 天"),
        ("holidays:\n  - {title: 国庆, first: 十月一日, last: 2026-10-07}\n", r"yaml:2：.*应为日期，如 2026-10-01"),
        ("holidays:\n  - {title: 国庆, first: 2026-10-01}\n", r"yaml:2：缺少字段 holidays\.0\.last"),
        (
            "holidays:\n  - {title: 中秋, first: 2026-09-25, last: 2026-10-02}\n"
            "  - {title: 国庆, first: 2026-10-01, last: 2026-10-07}\n",
            "重叠",
        ),
        ("workdays: [2026-10-09]\n", "2026-10-09 是周一到周五"),
        ("holidays:\n  - {title: 国庆, first: 2026-10-01, last: 2026-10-07}\nworkdays: [2026-10-04]\n", "既在 holidays 又在 workdays"),
        ("days: []\n", "没有名为 days 的字段"),
    ],
)
def test_a_wrong_calendar_is_named_with_its_remedy(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / HOLIDAYS).write_text(content, encoding="utf-8")
    with pytest.raises(WorkspaceError, match=said):
        read_calendar(Workspace(tmp_path))


def test_a_workspace_without_the_file_knows_weekends_alone(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    calendar = read_calendar(Workspace(tmp_path))
    assert calendar.working_day(date(2026, 10, 2), 1) == date(2026, 10, 5)


def test_a_calendar_cannot_be_changed_once_it_is_read() -> None:
    with pytest.raises(ValidationError):
        CALENDAR.workdays = ()
    assert Calendar().is_worked(date(2026, 10, 1))
