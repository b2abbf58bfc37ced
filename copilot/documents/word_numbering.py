"""The numbers that Word prints before paragraphs but keeps out of their text.

Most Word agreements are numbered by styles: the paragraph holds "服务态度", "第一条" lives in `numbering.xml` as a pattern
("第%1条", "%1.%2") and a counter. Converters drop it, and with it what an agent would cite; here it is counted out again.
Source: ECMA-376 Part 1, 17.9 (numbering) and 17.18.59 (ST_NumberFormat).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from copilot.documents.numerals import chinese_numeral, in_letters, in_roman

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACE = re.compile(r"%([1-9])")
_MOST_BASED_ON = 12  # styles that a style is looked up through
BULLET = "•"


@dataclass(slots=True)
class _Level:
    pattern: str
    form: str
    start: int
    legal: bool  # all parts as Arabic numbers, whatever the levels above use
    restart: int | None  # 1-based level that makes it begin anew; 0 never, None any above


class WordNumbering:
    """Counts the numbered paragraphs of one document, in order."""

    def __init__(self, numbering: Any | None, styles: Any | None) -> None:
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._of_num: dict[str, str] = {}
        self._overrides: dict[str, dict[int, int]] = {}
        self._style_numbers: dict[str, tuple[str | None, int | None]] = {}
        self._based_on: dict[str, str] = {}
        self._counters: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if numbering is not None:
            self._read_numbering(numbering)
        if styles is not None:
            self._read_styles(styles)

    def label(self, properties: Any | None) -> str:
        """What Word prints before the paragraph with these properties (`w:pPr`); "" for none, "•" for a bullet."""
        number, level = self._number_of(properties)
        abstract = self._of_num.get(number or "")
        if not number or number == "0" or abstract is None:
            return ""
        levels = self._abstract.get(abstract, {})
        level = level if level is not None else 0
        if level not in levels:
            return ""
        if levels[level].form == "bullet":
            return BULLET
        return self._count(number, abstract, level, levels)

    def _count(self, number: str, abstract: str, level: int, levels: dict[int, _Level]) -> str:
        counters = self._counters.setdefault(abstract, {})
        override = self._overrides.get(number, {}).get(level)
        if override is not None and (number, level) not in self._started:
            counters[level] = override
        else:
            counters[level] = counters[level] + 1 if level in counters else levels[level].start
        self._started.add((number, level))
        for other in [each for each in counters if each > level]:
            restart = levels[other].restart if other in levels else None
            if restart != 0 and (restart is None or level + 1 <= restart):
                del counters[other]
        legal = levels[level].legal

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            one = levels.get(at)
            value = counters.get(at, one.start if one else 1)
            if at not in counters:
                counters[at] = value
            return in_format(value, "decimal" if legal or one is None else one.form)

        return _PLACE.sub(written, levels[level].pattern) if levels[level].form != "none" else _PLACE.sub("", levels[level].pattern)

    def _number_of(self, properties: Any | None) -> tuple[str | None, int | None]:
        if properties is None:
            return self._of_style("")
        own, level = _num_pr(properties)
        style = properties.find(f"{W}pStyle")
        by_style = self._of_style(style.get(f"{W}val", "") if style is not None else "")
        if own is None:
            return by_style[0], level if level is not None else by_style[1]
        return own, level if level is not None else by_style[1]

    def _of_style(self, style: str) -> tuple[str | None, int | None]:
        number: str | None = None
        level: int | None = None
        for _ in range(_MOST_BASED_ON):
            own = self._style_numbers.get(style, (None, None))
            number, level = (own[0] if number is None else number), (own[1] if level is None else level)
            style = self._based_on.get(style, "")
            if not style or (number is not None and level is not None):
                break
        return number, level

    def _read_numbering(self, root: Any) -> None:
        by_style: dict[str, str] = {}
        for abstract in root.iter(f"{W}abstractNum"):
            identity = abstract.get(f"{W}abstractNumId", "")
            levels = {int(each.get(f"{W}ilvl", "0")): _level(each) for each in abstract.iter(f"{W}lvl")}
            self._abstract[identity] = levels
            for each in abstract.iter(f"{W}lvl"):
                style = each.find(f"{W}pStyle")
                if style is not None:
                    by_style[style.get(f"{W}val", "")] = identity
                    self._style_numbers[style.get(f"{W}val", "")] = (None, int(each.get(f"{W}ilvl", "0")))
        for num in root.iter(f"{W}num"):
            identity = num.get(f"{W}numId", "")
            target = num.find(f"{W}abstractNumId")
            self._of_num[identity] = target.get(f"{W}val", "") if target is not None else ""
            for each in num.iter(f"{W}lvlOverride"):
                start = each.find(f"{W}startOverride")
                if start is not None:
                    self._overrides.setdefault(identity, {})[int(each.get(f"{W}ilvl", "0"))] = int(start.get(f"{W}val", "1"))

    def _read_styles(self, root: Any) -> None:
        for style in root.iter(f"{W}style"):
            identity = style.get(f"{W}styleId", "")
            base = style.find(f"{W}basedOn")
            if base is not None:
                self._based_on[identity] = base.get(f"{W}val", "")
            properties = style.find(f"{W}pPr")
            if properties is not None:
                number, level = _num_pr(properties)
                known = self._style_numbers.get(identity, (None, None))
                if number is not None or level is not None:
                    self._style_numbers[identity] = (number, level if level is not None else known[1])
            if style.get(f"{W}default") == "1" and style.get(f"{W}type") == "paragraph":
                self._style_numbers.setdefault("", self._style_numbers.get(identity, (None, None)))


def _num_pr(properties: Any) -> tuple[str | None, int | None]:
    numbered = properties.find(f"{W}numPr")
    if numbered is None:
        return None, None
    number, level = numbered.find(f"{W}numId"), numbered.find(f"{W}ilvl")
    return (number.get(f"{W}val") if number is not None else None), (int(level.get(f"{W}val", "0")) if level is not None else None)


def _value(element: Any, name: str, default: str) -> str:
    found = element.find(f"{W}{name}")
    return default if found is None else str(found.get(f"{W}val", default))


def _level(element: Any) -> _Level:
    restart = element.find(f"{W}lvlRestart")
    return _Level(
        pattern=_value(element, "lvlText", ""), form=_value(element, "numFmt", "decimal"), start=int(_value(element, "start", "1")),
        legal=element.find(f"{W}isLgl") is not None, restart=int(restart.get(f"{W}val", "0")) if restart is not None else None,
    )  # fmt: skip


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str, "decimalZero": lambda n: f"{n:02d}", "decimalFullWidth": lambda n: str(n), "upperLetter": lambda n: in_letters(n).upper(),
    "lowerLetter": in_letters, "upperRoman": lambda n: in_roman(n).upper(), "lowerRoman": in_roman,
    "decimalEnclosedCircle": lambda n: chr(0x2460 + n - 1) if n <= 20 else f"({n})",
    "decimalEnclosedCircleChinese": lambda n: chr(0x2460 + n - 1) if n <= 20 else f"({n})",
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand", "koreanDigital2"), chinese_numeral,
    ),
}  # fmt: skip


def in_format(value: int, form: str) -> str:
    """A counter as Word prints it in a number format: (12, "chineseCounting") → 十二."""
    return _FORMATS.get(form, str)(value)
