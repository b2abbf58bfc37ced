"""What the agent answers when a field is asked for: one value, or that nobody knows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from copilot.conversation import PersonalDataType, PersonalDatum
from copilot.language import compile_pattern, squeeze
from copilot.records.record import FIELDS, NOT_GIVEN, ServiceRecord
from copilot.records.wording import plain_line

FindData = Callable[[str], Sequence[PersonalDatum]]

LONGEST: dict[str, int] = {
    "customer_name": 30, "contact": 80, "service_time": 30, "content": 500, "resolution": 500, "satisfaction": 80,
}  # fmt: skip
"""Characters that a field may have; what is longer was hardly meant for it."""

Likelihood = Literal["surely", "perhaps", "hardly"]

RATINGS = ("满意", "一般", "不满意")

_NOTHING = frozenset(
    "没有 没 无 暂无 跳过 略 略过 不知道 未知 没留 没说 没给 没提供 未提供 不方便 不愿提供 不肯说 没有提供 没有留 客户没说 客户没留".split()
)
_REACHING: tuple[PersonalDataType, ...] = ("phone", "email", "wechat", "qq")
_SHORTEST_CONTACT = 5  # letters or digits: "qq 12345", "分机 88321"
_LONGEST_NAME = 12
_JUDGING = tuple("满意 一般 还行 还好 还可以 认可 接受 表态 评价 好评 差评 表扬 失望 生气".split())
_SPOKEN = "？?！!。，,吗呢吧啊了的"  # what stands in sentences and not in names
_NAME_LEAD = r"^(?:客户|对方|他|她|姓名|名字)?(?:是|叫|姓|称呼|[:：])+"
_DAYS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
_CLOCK = r"(上午|早上|中午|下午|晚上|凌晨)?(\d{1,2})(?:[:点时](\d{1,2}|半)?分?)"
_DATE = r"(?:(\d{4})[-/年.])?(\d{1,2})[-/月.](\d{1,2})日?"


def filled(record: ServiceRecord, field: str, said: str, find: FindData, now: datetime) -> ServiceRecord:
    """The record with this field as the agent said it; a contact said together with the name is taken as well.

    Raises ValueError, in Chinese, for a time that cannot be read and for a text too long for the field.
    """
    text = said.strip()
    if squeeze(text) in _NOTHING:
        return record if field == "service_time" else replace(record, **{field: NOT_GIVEN})  # type: ignore[arg-type]
    if len(text) > LONGEST[field]:
        raise ValueError(f"{FIELDS[field]}最多 {LONGEST[field]} 个字，这句有 {len(text)} 个字，没有记进去。")
    if field == "service_time":
        return replace(record, service_time=_time(text, now))
    if field == "contact":
        return replace(record, contact=_reaching(text, find) or text)
    if field == "customer_name":
        return _named(record, text, find)
    return replace(record, **{field: plain_line(text) or text})  # type: ignore[arg-type]


def may_be(field: str, text: str, find: FindData) -> Likelihood:
    """Whether an unmarked text is the field's value: by its make, for an agent may have gone on with the conversation."""
    if squeeze(text) in _NOTHING or (field == "satisfaction" and squeeze(text) in RATINGS):
        return "surely"
    if field == "contact":
        if _reaching(text, find):
            return "surely"
        return "perhaps" if sum(sign.isascii() and sign.isalnum() for sign in text) >= _SHORTEST_CONTACT else "hardly"
    if field == "customer_name":
        if _reaching(text, find):
            return "surely"
        named = any(each.type == "name" for each in find(text))
        if len(text) > _LONGEST_NAME and not named:
            return "hardly"
        return "hardly" if any(sign in _SPOKEN for sign in text) else "perhaps"
    if field == "service_time":
        return "perhaps" if any(sign.isdigit() for sign in text) else "hardly"
    if field == "satisfaction" and not any(word in text for word in _JUDGING):
        return "hardly"
    return "hardly" if any(sign in "？?" for sign in text) else "perhaps"


def _named(record: ServiceRecord, text: str, find: FindData) -> ServiceRecord:
    contact = _reaching(text, find)
    if contact and not record.contact:
        record = replace(record, contact=contact)
    names = [text[each.start : each.end] for each in find(text) if each.type == "name"]
    rest = text
    for each in sorted(find(text), key=lambda datum: -datum.start):
        if each.type in _REACHING:
            rest = rest[: each.start] + rest[each.end :]
    rest = rest.strip("，,、；; 。：:")
    lead = compile_pattern(_NAME_LEAD).search(rest)
    if lead is not None and lead.end() < len(rest):
        rest = names[0] if names else rest[lead.end() :].strip()
    return replace(record, customer_name=rest) if rest else record


def _reaching(text: str, find: FindData) -> str:
    """The numbers and addresses in the text that reach somebody, in order; empty for none."""
    return "、".join(text[each.start : each.end] for each in find(text) if each.type in _REACHING)


def _time(text: str, now: datetime) -> datetime:
    """ "15:20", "昨天下午3点半", "11-22 10:05", "2026年11月22日 9点". Raises ValueError for anything else."""
    wrong = ValueError("没看懂这个时间，请写成 15:30、昨天 15:30 或 11-22 15:30 这样。")
    rest = text.replace("：", ":").replace(" ", "")
    day = now.date()
    for word, days in _DAYS.items():
        if rest.startswith(word):
            day, rest = day - timedelta(days=days), rest.removeprefix(word)
            break
    else:
        named = compile_pattern(f"^{_DATE}").search(rest)
        if named is not None:
            try:
                day = day.replace(int(named[1] or day.year), int(named[2]), int(named[3]))
            except ValueError:
                raise wrong from None
            rest = rest[named.end() :].lstrip("tT日,，")
    clock = compile_pattern(f"^{_CLOCK}$").search(rest)
    if clock is None:
        raise wrong
    hour, minute = int(clock[2]), 30 if clock[3] == "半" else int(clock[3] or 0)
    if clock[1] in ("下午", "晚上") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        raise wrong
    given = datetime(day.year, day.month, day.day, hour, minute, tzinfo=now.tzinfo)
    if given > now + timedelta(minutes=5):
        raise ValueError("这个时间还没到，请核对后再写一次。")
    return given
