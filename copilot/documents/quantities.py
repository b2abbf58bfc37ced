"""Figures with their units: "24 小时", "一天" and "1440 分钟" are the same quantity, "1 个工作日" is another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Role = Literal["plain", "at_most", "at_least", "beyond", "below"]

# Unit as written: dimension, and how many of the dimension's own units it is.
_UNITS: dict[str, tuple[str, float]] = {
    "秒钟": ("时间", 1 / 60), "秒": ("时间", 1 / 60), "分钟": ("时间", 1), "刻钟": ("时间", 15),
    "个小时": ("时间", 60), "小时": ("时间", 60), "个钟头": ("时间", 60), "钟头": ("时间", 60),
    "个自然日": ("时间", 1440), "自然日": ("时间", 1440), "天": ("时间", 1440), "日": ("时间", 1440),
    "个星期": ("时间", 10080), "星期": ("时间", 10080), "个礼拜": ("时间", 10080), "周": ("时间", 10080),
    "个工作日": ("工作日", 1), "工作日": ("工作日", 1), "个交易日": ("交易日", 1),
    "个月": ("月", 1), "月": ("月", 1), "个季度": ("月", 3), "季度": ("月", 3), "周年": ("月", 12), "年": ("月", 12),
    "万元": ("元", 10_000), "元钱": ("元", 1), "元": ("元", 1), "块钱": ("元", 1), "块": ("元", 1), "角": ("元", 0.1),
    "%": ("%", 1), "折": ("折", 1), "倍": ("倍", 1), "积分": ("积分", 1), "分": ("分", 1),
    "公斤": ("克", 1000), "千克": ("克", 1000), "克": ("克", 1), "公里": ("米", 1000), "千米": ("米", 1000),
    "厘米": ("米", 0.01), "米": ("米", 1), "度": ("度", 1),
    "声": ("声", 1), "次": ("次", 1), "遍": ("次", 1), "人": ("人", 1), "名": ("人", 1), "位": ("人", 1),
    "件": ("件", 1), "张": ("张", 1), "份": ("份", 1), "通": ("通", 1), "条": ("条", 1), "层": ("层", 1), "级": ("级", 1),
}  # fmt: skip
_COUNTED = frozenset({"次", "人", "件", "张", "份", "通", "条", "层", "级", "倍"})  # "一次" is an article more often than a figure
_ARABIC = r"\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,4})?"
_CHINESE = r"[零〇一二两三四五六七八九十百千万半]{1,8}"
_NUMBER = rf"(?:{_ARABIC}|{_CHINESE})"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?<![第\d.零〇一二两三四五六七八九十百千万半])(?<!第[ ])(?P<low>{_NUMBER})"
    rf"(?:[ ]?(?:至|到|-|~)[ ]?(?P<high>{_NUMBER}))?[ ]?(?P<half>个半)?(?P<unit>{_UNIT})(?!次|历|级|期)"
)
_PERCENT = re.compile(rf"百分之(?P<low>{_NUMBER})")
_DATE = re.compile(
    r"\d{4}[ ]?年(?:[ ]?\d{1,2}[ ]?月)?(?:[ ]?\d{1,2}[ ]?日)?"
    r"|\d{1,2}[ ]?月[ ]?\d{1,2}[ ]?[日号]|每月[ ]?\d{1,2}[ ]?[日号]"
)
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_BEFORE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("at_most", re.compile(r"(?:最多|至多|不超过|不得超过|不能超过|不多于|不高于|最高|最长|最迟|最晚|上限)[^,]{0,6}$")),
    ("at_least", re.compile(r"(?:至少|不少于|不得少于|不低于|不得低于|最少|最低|下限)[^,]{0,6}$")),
    ("below", re.compile(r"(?:不满|不足|未满|低于|少于)[ ]?$")),
    ("beyond", re.compile(r"(?:满|超过|超出|逾|达到|达|高于|大于)[ ]?$")),
)
_AFTER: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("at_most", re.compile(r"[ ]?(?:之|以)?内")),
    ("beyond", re.compile(r"[ ]?(?:及)?以上|[ ]?起的")),
    ("below", re.compile(r"[ ]?(?:及)?以下")),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its unit, `low` and `high` in the dimension's own unit (minutes, workdays, months, 元, %, …)."""

    dimension: str
    low: float
    high: float
    role: Role
    words: str  # as it stands in the normal form: "24 小时"
    start: int
    end: int

    @property
    def value(self) -> tuple[str, float, float]:
        return self.dimension, self.low, self.high

    def agrees(self, other: Quantity) -> bool:
        """Whether both can be true of one thing; "3 至 5 天" and "5 天内" agree."""
        if self.dimension != other.dimension:
            return False
        if (self.low, self.high) == (other.low, other.high):
            return True
        both_plain = self.low == self.high and other.low == other.high
        return not both_plain and (self.high == other.high or self.low == other.low)


def quantities(text: str) -> list[Quantity]:
    """The quantities in a normal form (see `copilot.language.normalise`), in its order; dates and ordinals are none."""
    text = _DATE.sub(lambda match: "\0" * len(match.group()), text)
    return sorted([*_with_unit(text), *_percents(text)], key=lambda quantity: quantity.start)


def _with_unit(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        dimension, size = _UNITS[match["unit"]]
        chinese = not match["low"][0].isdigit()
        if chinese and ((dimension in _COUNTED and match["low"] == "一") or match["unit"] in {"月", "度", "分", "位", "通"}):
            continue
        low = _number(match["low"]) + (0.5 if match["half"] else 0.0)
        high = _number(match["high"]) if match["high"] else low
        if dimension == "折" and low >= 10:
            size = 0.1  # "95 折" is "9.5 折"
        yield _quantity(text, dimension, low * size, high * size, match)


def _percents(text: str) -> Iterator[Quantity]:
    for match in _PERCENT.finditer(text):
        yield _quantity(text, "%", _number(match["low"]), _number(match["low"]), match)


def _quantity(text: str, dimension: str, low: float, high: float, match: re.Match[str]) -> Quantity:
    start, end = match.span()
    role, words = _role(text, start, end), match.group().strip()
    return Quantity(dimension, round(low, 6), round(max(low, high), 6), role, words, start, end)


def _role(text: str, start: int, end: int) -> Role:
    before, after = text[max(0, start - 12) : start], text[end : end + 6]
    for role, pattern in _BEFORE:
        if pattern.search(before):
            return role
    return next((role for role, pattern in _AFTER if pattern.match(after)), "plain")


def _number(numeral: str) -> float:
    """An Arabic or a Chinese numeral below 10^8 as a number; 半 is a half."""
    if numeral[0].isdigit():
        return float(numeral.replace(",", ""))
    if numeral == "半":
        return 0.5
    if len(numeral) > 1 and all(character in _DIGITS for character in numeral):
        return float("".join(str(_DIGITS[character]) for character in numeral))  # read out digit by digit: 九五折
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif character != "半":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
    return float(total + section + digit)
