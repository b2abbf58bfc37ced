"""Personal data in what is shown of a conversation."""

from __future__ import annotations

from copilot.conversation import PersonalDatum, Turn
from copilot.quality import Veil
from copilot.quality.masking import shown_id
from copilot.reading import Masked


def mask(text: str) -> Masked:
    """Finds 13900001111, and 张伟 only after 我叫."""
    spans = []
    if (at := text.find("13900001111")) >= 0:
        spans.append(PersonalDatum("phone", at, at + 11))
    if (at := text.find("我叫张伟")) >= 0:
        spans.append(PersonalDatum("name", at + 2, at + 4))
    return Masked(text.replace("13900001111", "【手机号】"), tuple(sorted(spans, key=lambda span: span.start)))


TURNS = (Turn("customer", "我叫张伟，电话13900001111"), Turn("agent", "张伟您好，13900001111对吗"))


def test_a_name_told_in_one_message_is_masked_in_the_others() -> None:
    veil = Veil(TURNS, mask)
    assert veil.text(1) == "我叫【姓名】，电话【手机号】"
    assert veil.text(2) == "【姓名】您好，【手机号】对吗"


def test_a_part_that_cuts_a_number_shows_none_of_it() -> None:
    veil = Veil(TURNS, mask)
    assert veil.part(1, 5, 12) == "电话【手机号】"
    assert veil.part(2, 10, 18) == "【手机号】对吗"


def test_without_a_mask_everything_is_shown() -> None:
    assert Veil(TURNS, None).text(1) == TURNS[0].text


def test_a_conversation_named_by_a_phone_number_is_masked() -> None:
    assert shown_id("13900001111", mask) == "【手机号】"
    assert shown_id("A-17", mask) == "A-17"
    assert shown_id("13900001111", None) == "13900001111"
