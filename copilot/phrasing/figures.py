"""The figures that a text states, so that none is said that stands nowhere."""

from __future__ import annotations

import re

from copilot.language import normalise

_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_ARABIC = re.compile(r"\d+(?:\.\d+)?")
# a Chinese numeral counts where a unit follows; "一下", "一步步" and "一个" are no figures
_CHINESE = re.compile(
    r"[一二三四五六七八九十百千万两半]{1,7}(?=个?(?:小时|工作日|分钟|月)|[秒天日周年元块折倍次位层级])"
)
_ARTICLES = re.compile(r"一(?:次|位|天天|块儿|层)")


def figures(text: str) -> frozenset[str]:
    """The figures of a text in Arabic numerals: "24 小时" and "二十四小时" both give {"24"}."""
    plain = normalise(text).text
    found = {match.group() for match in _ARABIC.finditer(plain)}
    found.update(_value(match.group()) for match in _CHINESE.finditer(_ARTICLES.sub("", plain)))
    return frozenset(found)


def _value(numeral: str) -> str:
    if numeral == "半":
        return "半"
    total = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, digit = (total + digit) * 10_000, 0
        elif character != "半":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1_000}[character]
            digit = 0
    return str(total + digit)
