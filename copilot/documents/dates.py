"""The day on which a document takes effect, where its text says so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from copilot.documents.numbering import fold
from copilot.documents.numerals import chinese_number
from copilot.language import compile_pattern

_DAY = (
    r"(?:(?P<y>\d{4}) ?[年./-] ?(?P<m>\d{1,2}) ?[月./-] ?(?P<d>\d{1,2}) ?日?"
    r"|(?P<cy>[〇零○一二三四五六七八九]{4})年(?P<cm>[一二三四五六七八九十]{1,2})月(?P<cd>[一二三四五六七八九十]{1,3})日)"
)
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.?"
_ENGLISH_DAY = rf"(?:(?P<ed>\d{{1,2}})(?:st|nd|rd|th)? (?P<em>{_MONTH}),? (?P<ey>\d{{4}})|(?P<um>{_MONTH}) (?P<ud>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<uy>\d{{4}}))"
_SHAPES = tuple(
    compile_pattern(pattern)
    for pattern in (
        rf"(?:生效|施行|实施|执行|启用|适用)(?:日期|时间|日)? ?[:：为是] ?(?:自|从)?{_DAY}",
        rf"(?:自|从|于|将于|定于)? ?{_DAY}(?:零时|0时|00:00|当日)?(?:起|开始|正式|之日起|后|以后){{0,2}}(?:正式|开始|全面|试)?(?:施行|实施|执行|生效|启用|适用)",
        rf"(?i:(?:takes? effect|in force|effective|applies|valid)(?: date)?(?: is| as)?(?: on| from| of| since)?):? ?(?:{_ENGLISH_DAY}|{_DAY})",
    )
)
_OLD = ("废止", "原《", "旧版", "同时失效", "曾于", "repeal", "replace", "supersede")


def effective_date(texts: Iterable[str]) -> date | None:
    """The first day a document holds, from its own words; None where it does not say or says no real day.

    A sentence that sends an older document out of force is looked at only up to that document's name.
    """
    for text in texts:
        for shape in _SHAPES:
            for match in shape.finditer(fold(text)):
                day = _day(match.groupdict())
                if day is not None and not _of_older_document(fold(text), match.start(), match.end()):
                    return day
    return None


def _of_older_document(text: str, start: int, end: int) -> bool:
    before = re.split(r"[。；;]", text[:start])[-1]
    after = re.split(r"[。；;]", text[end:], maxsplit=1)[0]
    inside = before.count("(") > before.count(")") or before.count("《") > before.count("》")
    ends = any(word in re.split("[，,]", after, maxsplit=1)[0] for word in ("废止", "失效", "repealed", "replaced"))
    return inside or ends or any(word in before for word in _OLD) or after.startswith(("的《", "的原", "的旧"))


def _day(found: dict[str, str | None]) -> date | None:
    try:
        if found.get("y"):
            return date(int(found["y"] or 0), int(found["m"] or 0), int(found["d"] or 0))
        if found.get("cy"):
            year = "".join(str("〇一二三四五六七八九".index(c.replace("零", "〇").replace("○", "〇"))) for c in found["cy"] or "")
            return date(int(year), chinese_number(found["cm"] or ""), chinese_number(found["cd"] or ""))
        for day, month, year_ in (("ed", "em", "ey"), ("ud", "um", "uy")):
            if found.get(day):
                return date(int(found[year_] or 0), _MONTHS[(found[month] or "")[:3].lower()], int(found[day] or 0))
    except (ValueError, KeyError):
        return None
    return None
