"""What an agent answers for a field: a value, several at once, a time on a clock, or that nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from fakes.plain_copilot import PlainReader

from copilot.records import NOT_GIVEN, ServiceRecord
from copilot.records.answers import filled, may_be

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=timezone(timedelta(hours=8)))
EMPTY = ServiceRecord("", "", NOW, "", "", "")
find = PlainReader().personal_data


@pytest.mark.parametrize(
    ("said", "name", "contact"),
    [
        ("陈丽", "陈丽", ""), ("客户叫陈丽", "陈丽", ""), ("姓陈", "陈", ""), ("陈丽，13812345678", "陈丽", "13812345678"),
        ("13812345678 陈丽", "陈丽", "13812345678"), ("欧阳先生", "欧阳先生", ""), ("王女士（代陈丽办理）", "王女士（代陈丽办理）", ""),
    ],
)  # fmt: skip
def test_a_name_is_taken_without_what_leads_to_it_and_with_the_number_beside_it(said: str, name: str, contact: str) -> None:
    record = filled(EMPTY, "customer_name", said, find, NOW)
    assert (record.customer_name, record.contact) == (name, contact)


def test_a_contact_in_a_sentence_is_taken_out_of_it_and_any_other_stays_whole() -> None:
    assert filled(EMPTY, "contact", "她说打13812345678就行", find, NOW).contact == "13812345678"
    assert filled(EMPTY, "contact", "店里座机 8832", find, NOW).contact == "店里座机 8832"


@pytest.mark.parametrize("said", ["没有", "跳过", "客户没说。", " 无 ", "不方便"])
@pytest.mark.parametrize("field", ["customer_name", "contact", "resolution", "satisfaction"])
def test_what_nobody_knows_counts_as_filled(field: str, said: str) -> None:
    assert getattr(filled(EMPTY, field, said, find, NOW), field) == NOT_GIVEN


def test_a_time_cannot_be_skipped_and_stays_as_it_was() -> None:
    assert filled(EMPTY, "service_time", "没有", find, NOW) == EMPTY


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("15:20", "2026-11-22T15:20:00+08:00"), ("昨天下午3点半", "2026-11-21T15:30:00+08:00"), ("9点", "2026-11-22T09:00:00+08:00"),
        ("11-20 10:05", "2026-11-20T10:05:00+08:00"), ("2025年12月31日 晚上8点", "2025-12-31T20:00:00+08:00"),
        ("今天 9：05", "2026-11-22T09:05:00+08:00"),
    ],
)  # fmt: skip
def test_times_are_read_as_agents_write_them(said: str, time: str) -> None:
    assert filled(EMPTY, "service_time", said, find, NOW).service_time.isoformat() == time


@pytest.mark.parametrize("said", ["刚才", "25:00", "2-30 9:00", "20:00", "12:75"])
def test_a_time_that_cannot_be_is_refused_in_chinese(said: str) -> None:
    with pytest.raises(ValueError, match="时间"):
        filled(EMPTY, "service_time", said, find, NOW)


def test_a_text_too_long_for_its_field_is_refused_with_both_lengths() -> None:
    with pytest.raises(ValueError, match="最多 30 个字，这句有 31 个字"):
        filled(EMPTY, "customer_name", "名" * 31, find, NOW)


@pytest.mark.parametrize(
    ("field", "text", "likely"),
    [
        ("customer_name", "陈丽", "perhaps"), ("customer_name", "没有", "surely"), ("customer_name", "什么时候能到？", "hardly"),
        ("customer_name", "我的快递呢", "hardly"), ("contact", "13812345678", "surely"), ("contact", "好的谢谢", "hardly"),
        ("contact", "分机 88321", "perhaps"), ("service_time", "3点", "perhaps"), ("service_time", "好的", "hardly"),
        ("satisfaction", "满意", "surely"), ("satisfaction", "客户表示还行", "perhaps"), ("satisfaction", "已换新一台", "hardly"), ("resolution", "那现在怎么办？", "hardly"), ("resolution", "已补发", "perhaps"),
    ],
)  # fmt: skip
def test_a_text_is_weighed_by_its_make(field: str, text: str, likely: str) -> None:
    assert may_be(field, text, find) == likely
