from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.documents.quantities import quantities
from copilot.language import normalise


def stated(text: str) -> list[tuple[str, float, float]]:
    return [quantity.value for quantity in quantities(normalise(text).text)]


@pytest.mark.parametrize(
    "same",
    [
        ("24 小时", "二十四小时", "一天", "1440 分钟", "24个小时", "２４小时"), ("半年", "6 个月", "六个月"), ("一年", "12 个月"),
        ("30 秒", "三十秒", "半分钟", "0.5 分钟"), ("90 分钟", "一个半小时", "1.5 小时"), ("14 天", "两周", "十四日"),
        ("3 个工作日", "三个工作日", "3工作日"), ("1,200 元", "1200块", "一千二百元", "0.12 万元"), ("5%", "百分之五", "５％"),
        ("95 折", "9.5 折", "九五折"), ("三声", "3 声"), ("1 公斤", "1000 克"), ("3 至 5 天", "3-5天", "三到五天", "3～5 天"),
    ],
)  # fmt: skip
def test_one_quantity_has_many_spellings(same: tuple[str, ...]) -> None:
    assert len({tuple(stated(text)) for text in same}) == 1
    assert len(stated(same[0])) == 1


@pytest.mark.parametrize(
    ("first", "second"), [("1 天", "1 个工作日"), ("30 天", "1 个月"), ("5%", "5 折"), ("3 次", "3 声"), ("1 天", "2 天")]
)
def test_other_units_and_values_are_other_quantities(first: str, second: str) -> None:
    assert stated(first) != stated(second)


@pytest.mark.parametrize(
    "text",
    ["2026年1月1日起施行", "每月1日", "3月15日", "第三次", "第 4 层", "见 compensation 2.1", "第十二条", "9:00–12:00", "400-820-8820",
     "提醒一次", "三年级", "一下", "当日", "次日"],
)  # fmt: skip
def test_dates_ordinals_references_and_articles_are_no_quantities(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [("24 小时内", "at_most"), ("不得超过 100 元", "at_most"), ("最多可以补偿 50 元", "at_most"), ("至少提前 24 小时", "at_least"),
     ("满 99 元", "beyond"), ("30 分钟以上", "beyond"), ("不满 99 元", "below"), ("收取 8 元", "plain")],
)  # fmt: skip
def test_the_words_around_tell_how_a_figure_limits(text: str, role: str) -> None:
    assert [quantity.role for quantity in quantities(normalise(text).text)] == [role]


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [("3 至 5 天", "5 天内", True), ("3 至 5 天", "3 至 7 天", True), ("3 至 5 天", "7 天内", False), ("24 小时", "一天", True),
     ("24 小时", "48 小时", False), ("1 天", "1 个工作日", False)],
)  # fmt: skip
def test_a_range_agrees_with_either_of_its_ends(first: str, second: str, agree: bool) -> None:
    one, other = (quantities(normalise(text).text)[0] for text in (first, second))
    assert one.agrees(other) is agree
    assert other.agrees(one) is agree


@given(st.text(alphabet="0123456789一二三十百半个天小时工作日元%折年月第至-. ,", max_size=40))
def test_any_text_has_quantities_that_stand_in_it(text: str) -> None:
    plain = normalise(text).text
    for quantity in quantities(plain):
        assert quantity.words in plain[quantity.start : quantity.end]
        assert 0 <= quantity.low <= quantity.high
