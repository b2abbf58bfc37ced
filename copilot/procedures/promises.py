"""Times that an agent promised, found in the words of a reply: "两小时内给您回电" at 10:00 is due at 12:00.

What counts as a promise is data (`knowledge/clocks.yaml`); here a time is read from Chinese words. A day part without
an hour ends when the data says, a day without either at the end of the working day. Never earlier than now: "三点"
said at four o'clock is not taken for a promise at all. Working days are those of the team's calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from copilot.language import PatternSet, compile_pattern, figures, normalise
from copilot.procedures.clocks import PromiseRecord
from copilot.procedures.holidays import Calendar

MOST_PROMISES = 2  # of one reply; more would be a list, not a promise
_MAX_CHARACTERS = 2_000
_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;\n]?")
_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_AFTER = (
    rf"(?P<number>{_NUMBER}|半)个?(?P<half>半)?(?P<unit>小时|钟头|钟|分钟|分|刻钟|天|日|工作日|周|星期|礼拜|月)"
    r"(?P<tail>之内|以内|内|里|后|以后|之后|左右|上下)"
)
_DAYS = (
    r"(?P<day>今天|今日|今儿|今晚|今早|当天|当日|当晚|明天|明日|明儿|明早|明晚|大后天|后天|"
    r"(?:这|本|下)?(?:周|星期|礼拜)[一二三四五六日天]|(?:这|本|下)?周末|月底|"
    r"(?:下一?个?|次)工作日|(?:节|假期|长假|放假)后|"
    rf"{_NUMBER}月{_NUMBER}[日号]|{_NUMBER}号)"
)
_PART = r"(?P<part>凌晨|早上|早晨|一早|上午|午前|中午|下午|傍晚|晚上|晚间|夜里|下班|上班)"
_CLOCK = rf"(?:(?P<hour>{_NUMBER})(?:点钟?|时)(?P<minute>半|一刻|三刻|{_NUMBER}分?)?|(?P<digital>\d{{1,2}}:\d{{2}}))"
_ENDS = r"(?:之?前|以前)"
_UNITS = {
    "小时": timedelta(hours=1), "钟头": timedelta(hours=1), "分钟": timedelta(minutes=1), "分": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15), "天": timedelta(days=1), "日": timedelta(days=1), "周": timedelta(weeks=1),
    "星期": timedelta(weeks=1), "礼拜": timedelta(weeks=1), "月": timedelta(days=30),
}  # fmt: skip
_NEAR_DAYS = {"今": 0, "当": 0, "明": 1, "后": 2, "大": 3}
_WEEKDAYS = {day: number for number, day in enumerate("一二三四五六日")} | {"天": 6}
_LATE = frozenset({"下午", "傍晚", "晚上", "晚间", "夜里", "今晚", "明晚", "当晚"})


@dataclass(frozen=True, slots=True)
class Promise:
    """Words of a reply that promise something until `due_at` (aware)."""

    words: str
    due_at: datetime


class PromiseReader:
    """Finds promises in replies."""

    def __init__(self, record: PromiseRecord, calendar: Calendar | None = None) -> None:
        """`calendar` says which days are worked; by default Monday to Friday."""
        self._record, self._calendar = record, calendar or Calendar()
        self._words = PatternSet(
            [(True, pattern) for pattern in record.does] + [(False, pattern) for pattern in record.unless]
        )
        self._parts = {name: time.fromisoformat(at) for name, at in record.day_parts.items()}
        self._day_end = time.fromisoformat(record.day_end)

    def promises(self, text: str, now: datetime) -> tuple[Promise, ...]:
        """What `text` promises, the first few, each due time once. `now` is aware, on the clock of who promises."""
        normal = normalise(text[:_MAX_CHARACTERS])
        found: dict[datetime, Promise] = {}
        for sentence in _SENTENCE.finditer(normal.text):
            due = self._promised(sentence.group().replace(" ", ""), now)
            if due is not None:
                start, end = normal.span(sentence.start(), sentence.end())
                found.setdefault(due, Promise(text[start:end].strip(), due))
        return tuple(found.values())[:MOST_PROMISES]

    def early(self, now: datetime, due_at: datetime) -> datetime:
        """When to remind before `due_at` of what was promised at `now`."""
        share = (due_at - now) * self._record.early_share
        return due_at - min(share, timedelta(seconds=self._record.early_most_s))

    def _promised(self, sentence: str, now: datetime) -> datetime | None:
        """The latest time in a sentence by which something is promised: "今天查，明天上午回复" is kept when the last is.

        What is promised stands beside the time or in the part after it; the other parts may ask or demand what they like.
        """
        parts = sentence.split(",")
        due = None
        for place, part in enumerate(parts):
            said = set(self._words.keys_in(",".join(parts[place : place + 2])))
            if said == {True} or (True in said and set(self._words.keys_in(part)) == {True}):
                due = max([*self._times(part, now), *([due] if due else [])], default=None)
        return due

    def _times(self, sentence: str, now: datetime) -> list[datetime]:
        """Times in the sentence that lie ahead, the latest first."""
        times = [*self._after(sentence, now), *self._points(sentence, now)]
        return sorted((each for each in times if each > now), reverse=True)

    def _after(self, sentence: str, now: datetime) -> Iterator[datetime]:
        for match in _compiled()["after"].finditer(sentence):
            number = 0.5 if match.group("number") == "半" else float(_number(match.group("number")))
            number += 0.5 if match.group("half") else 0
            unit = match.group("unit")
            if unit == "工作日":
                yield datetime.combine(self._calendar.working_day(now.date(), int(number)), self._day_end, now.tzinfo)
            elif unit in _UNITS:
                yield now + number * _UNITS[unit]

    def _points(self, sentence: str, now: datetime) -> Iterator[datetime]:
        for match in _compiled()["point"].finditer(sentence):
            point = _groups(match)
            day = self._day(point.get("day", ""), now)
            at = _clock(point) or self._part(point) or self._day_end
            if day is None:
                continue
            due = datetime.combine(day, at, now.tzinfo)
            if due <= now and at.hour < 12 and not point.get("part") and "早" not in point.get("day", ""):
                due += timedelta(hours=12)  # "三点" said at ten in the morning
            yield due

    def _day(self, said: str, now: datetime) -> date | None:
        """The date that the words mean; None for one that does not exist or is not known."""
        if said.endswith("工作日"):
            return self._calendar.working_day(now.date(), 1)
        if said.endswith("后"):
            return self._calendar.first_after_holiday(now.date())
        return _day(said, now)

    def _part(self, point: Mapping[str, str]) -> time | None:
        day, part = point.get("day", ""), point.get("part", "")
        part = part or {"晚": "晚上", "早": "早上"}.get(day[-1:], "")
        return self._parts.get(part)


@cache
def _compiled() -> dict[str, Any]:
    # RE2 wants a name once: the alternatives of a point are tried as patterns of their own, the richest first.
    return {"after": compile_pattern(_AFTER), "point": _Points()}


class _Points:
    """All points of time in a sentence; what a richer pattern took is not read again by a poorer one."""

    def __init__(self) -> None:
        self._patterns = [
            compile_pattern(f"{_DAYS}?的?{_PART}?的?{_CLOCK}"),
            compile_pattern(f"{_DAYS}的?{_PART}?"),
            compile_pattern(f"{_PART}{_ENDS}"),
        ]

    def finditer(self, sentence: str) -> Iterator[Any]:
        taken: list[tuple[int, int]] = []
        for pattern in self._patterns:
            for match in pattern.finditer(sentence):
                if not any(match.start() < end and start < match.end() for start, end in taken):
                    taken.append((match.start(), match.end()))
                    yield match


def _groups(match: Any) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value}


def _number(text: str) -> int:
    """An Arabic or Chinese numeral up to 999."""
    found = figures(f"{text}天")
    return int(float(next(iter(found)))) if found else 1


def _clock(point: Mapping[str, str]) -> time | None:
    if "digital" in point:
        hour, minute = (int(part) for part in point["digital"].split(":"))
    elif "hour" in point:
        hour = _number(point["hour"])
        said = point.get("minute", "").removesuffix("分")
        minute = {"": 0, "半": 30, "一刻": 15, "三刻": 45}.get(said, -1)
        minute = _number(said) if minute < 0 else minute
    else:
        return None
    late = bool({point.get("part", ""), point.get("day", "")} & _LATE) or (hour <= 3 and point.get("part") == "中午")
    if late and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(said: str, now: datetime) -> date | None:
    """The date that the words mean, seen from now; None for one that does not exist."""
    today = now.date()
    if not said or said[:1] in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[said[:1]] if said else 0)
    if said == "月底":
        return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    if said.endswith("周末"):
        return _weekday(said, 6, now)
    if said[-1] in _WEEKDAYS and any(week in said for week in ("周", "星期", "礼拜")):
        return _weekday(said, _WEEKDAYS[said[-1]], now)
    month, _, day = said[:-1].rpartition("月")
    try:
        meant = today.replace(month=_number(month) if month else today.month, day=_number(day))
        if meant >= today:
            return meant
        following = (today.replace(day=28) + timedelta(days=4)).replace(day=meant.day)
        return meant.replace(year=meant.year + 1) if month else following
    except ValueError:
        return None


def _weekday(said: str, weekday: int, now: datetime) -> date:
    monday = now.date() - timedelta(days=now.weekday())
    meant = monday + timedelta(days=weekday, weeks=1 if said.startswith("下") else 0)
    return meant if meant >= now.date() else meant + timedelta(weeks=1)
