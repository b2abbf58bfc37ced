"""Which days are worked: Monday to Friday, without the holidays and with the swapped days of `knowledge/holidays.yaml`."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from pydantic import model_validator

from copilot.procedures.model import Text
from copilot.workspace import DataRecord, Workspace

HOLIDAYS = "holidays.yaml"
_LONGEST_DAYS = 31  # a longer holiday is a slip of the pen
_SOON = timedelta(days=31)  # how far ahead "after the holiday" is understood
_ONE_DAY = timedelta(days=1)


class HolidayRecord(DataRecord):
    """A holiday from `first` to `last`, both days off."""

    title: Text
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> HolidayRecord:
        if not timedelta() <= self.last - self.first < timedelta(days=_LONGEST_DAYS):
            raise ValueError(f"{self.title}：last 要在 first 当天或之后，一个假期最多 {_LONGEST_DAYS} 天，请核对年月日")
        return self


class Calendar(DataRecord):
    """The file: days off, and Saturdays and Sundays that are worked for them."""

    holidays: tuple[HolidayRecord, ...] = ()
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Calendar:
        for before, after in pairwise(sorted(self.holidays, key=lambda each: each.first)):
            if after.first <= before.last:
                raise ValueError(f"{before.title}（{before.first} 起）和{after.title}（{after.first} 起）的日子重叠，请改正")
        for day in self.workdays:
            if day.weekday() < 5:
                raise ValueError(f"workdays 里的 {day} 是周一到周五，本来就上班，不用写；请核对日期")
            if self.holiday(day) is not None:
                raise ValueError(f"{day} 既在 holidays 又在 workdays 里，请只留一处")
        return self

    def holiday(self, day: date) -> HolidayRecord | None:
        """The holiday that this day belongs to, or None."""
        return next((each for each in self.holidays if each.first <= day <= each.last), None)

    def is_worked(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() < 5 and self.holiday(day) is None)

    def working_day(self, start: date, number: int) -> date:
        """The `number`th working day after `start`; `start` itself for 0."""
        day = start
        while number > 0:
            day += _ONE_DAY
            number -= self.is_worked(day)
        return day

    def first_after_holiday(self, today: date) -> date | None:
        """The first working day after the holiday that is now or comes next; None where none is near."""
        coming = [each for each in self.holidays if today <= each.last and each.first <= today + _SOON]
        return self.working_day(min(each.last for each in coming), 1) if coming else None


def read_calendar(workspace: Workspace) -> Calendar:
    """The calendar of the workspace; without the file, which older workspaces lack, weekends alone are off.

    Raises WorkspaceError naming file, line and remedy.
    """
    if not (workspace.knowledge / HOLIDAYS).exists():
        return Calendar()
    return workspace.read_record(HOLIDAYS, Calendar)
