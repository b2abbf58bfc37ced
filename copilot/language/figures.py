"""The figures that a text states, in either script, so that two texts can be compared by them."""

from __future__ import annotations

import re

from copilot.language.normalise import normalise

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = "秒分小天日周月年元块折倍声次位个工层级遍米公斤克度℃"
_ARABIC = re.compile(r"\d+(?:[.,:]\d+)*")
# A Chinese numeral counts as a figure when a unit follows it; "一下" and "一直" are no figures, "一个" is an
# article except before a time.
_CHINESE = re.compile(rf"[零〇一二两三四五六七八九十百千万半]{{1,8}}(?=[个]?(?:工作日|[{_UNITS}]))")
_ARTICLES = re.compile(
    r"[哪某这那]一[天日年月周]|一(?:次|个(?!半|月|小时|钟头|工作日|星期|礼拜)|遍|位|天天|年四季|块儿|层)"
)


def _value(numeral: str) -> str:
    """A Chinese numeral up to 9999万 as an Arabic one ("二十四" is "24"); 半 stays 半."""
    if numeral == "半":
        return "半"
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}.get(character, 1)
            digit = 0
    return str(total + section + digit)


def figures(text: str) -> frozenset[str]:
    """The figures a text states, as Arabic numerals: "24 小时" and "二十四小时" both give {"24"}."""
    plain = normalise(text).text
    found = {match.group().replace(",", "") for match in _ARABIC.finditer(plain)}
    without_articles = _ARTICLES.sub("", plain)
    found.update(_value(match.group()) for match in _CHINESE.finditer(without_articles))
    return frozenset(found)
