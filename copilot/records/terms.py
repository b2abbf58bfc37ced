"""By what a customer is found again: names, numbers and addresses in one spelling, however they were typed."""

from __future__ import annotations

from collections.abc import Iterator

from copilot.conversation import PersonalDataType
from copilot.language import squeeze
from copilot.records.answers import FindData
from copilot.records.record import NOT_GIVEN, ServiceRecord

_FINDING: frozenset[PersonalDataType] = frozenset(
    {"phone", "email", "wechat", "qq", "name", "order_id", "id_card", "bank_card", "plate", "passport"}
)
_TITLES = ("先生", "女士", "小姐", "太太", "老师", "阿姨", "师傅")
_MOBILE_DIGITS = 11


def term(value: str) -> str:
    """The value without signs, in lower case and simplified characters; a mobile number without its country code."""
    plain = squeeze(value)
    for prefix in ("0086", "86"):
        rest = plain.removeprefix(prefix)
        if rest != plain and len(rest) == _MOBILE_DIGITS and rest.isdigit() and rest[0] == "1":
            return rest
    return plain


def terms_in(text: str, find: FindData) -> frozenset[str]:
    """The terms of a text that is one value, or of the values that stand in it."""
    return frozenset(each for each in _spelt(text, find) if len(each) > 1)


def terms_of(record: ServiceRecord, find: FindData) -> frozenset[str]:
    """Everything by which the customer of a record may be looked for."""
    found: set[str] = set()
    for whole in (record.customer_name, *record.contact.split("、")):
        if whole != NOT_GIVEN:
            found |= terms_in(whole, find)
    for text in (record.content, record.resolution, *record.promises):
        found |= {term(value) for value in _data(text, find)}
    return frozenset(each for each in found if len(each) > 1)


def _spelt(text: str, find: FindData) -> Iterator[str]:
    whole = term(text)
    yield whole
    for title in _TITLES:
        if whole.endswith(title):
            yield whole.removesuffix(title)
    yield from (term(value) for value in _data(text, find))


def _data(text: str, find: FindData) -> list[str]:
    return [text[each.start : each.end] for each in find(text) if each.type in _FINDING]
