from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.answering.sentences import best_passage, fitting, sentences, units
from copilot.answering.topics import Topics
from copilot.workspace import builtin_workspace

TOPICS = Topics.of(builtin_workspace())
CHANNELS = "各渠道都要及时响应。举例来说：电话在三声之内接起；在线消息在三十秒之内回复；邮件在二十四小时之内回复。以公司的规定为准。"
STEPS = "遇到投诉要妥善处理。流程共三步，依次是：\n1. 倾听客户的投诉，表示歉意；\n2. 与客户协商方案，取得同意；\n3. 反馈处理结果。"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("甲。乙！丙", ["甲。", "乙！", "丙"]),
        ("他说“好。”然后走了。", ["他说“好。”然后走了。"]),
        ("真的？！好。", ["真的？！", "好。"]),
        ("", []),
        ("1. 甲；\n2. 乙", ["1. 甲；\n", "2. 乙"]),
    ],
)
def test_sentences_end_at_their_marks(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text(alphabet="甲乙。！？；”\n 1.", max_size=80))
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


def test_a_short_text_is_given_whole() -> None:
    assert best_passage("甲。乙。", "乙", 10) == "甲。乙。"


def test_the_run_of_sentences_that_fits_is_chosen() -> None:
    text = "电话三声之内接。" + "这里是别的内容。" * 5 + "邮件二十四小时之内回。"
    assert best_passage(text, "邮件多久回", 20).endswith("邮件二十四小时之内回。")
    assert best_passage(text, "电话几声", 20).startswith("电话三声之内接。")


def test_a_single_long_sentence_is_not_cut() -> None:
    text = "很长的一句规定" * 20 + "。"
    assert best_passage(text, "规定", 30) == text


@given(st.text(max_size=400), st.text(max_size=40), st.integers(1, 200))
def test_any_passage_stands_in_the_text(text: str, question: str, limit: int) -> None:
    assert best_passage(text, question, limit) in text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("邮箱里的来信多久要处理", "邮件在二十四小时之内回复。"),
        ("电话和邮件多久回", "电话在三声之内接起；邮件在二十四小时之内回复。"),
        ("短信多久回", CHANNELS),  # none of the items: the whole
        ("各渠道分别多久", CHANNELS),
    ],
)
def test_the_item_of_a_list_that_was_asked_for_is_told_alone(question: str, told: str) -> None:
    assert fitting(CHANNELS, question, TOPICS, 120) == told


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("投诉处理第二步做什么", "与客户协商方案，取得同意。"),
        ("处理投诉要表示歉意吗", "倾听客户的投诉，表示歉意。"),
        ("投诉流程有哪些步骤", STEPS),
        ("第九步是什么步骤", STEPS),
    ],
)
def test_steps_are_told_all_or_the_one_that_was_asked_for(question: str, told: str) -> None:
    assert fitting(STEPS, question, TOPICS, 120, "投诉处理") == told


def test_a_list_is_told_whole_however_little_room_there_is() -> None:
    assert fitting(STEPS, "投诉怎么处理", TOPICS, 20).count("\n") == 3


def test_of_a_long_clause_the_sentences_that_fit_are_told_in_their_order() -> None:
    text = "退货的运费由公司承担。" + "包装要完好无损。" * 6 + "换货的运费由客户承担。" + "别的内容另行说明。" * 6
    told = fitting(text, "换货的运费谁出", TOPICS, 40)
    assert "换货的运费由客户承担。" in told
    assert len(told) <= 40
    assert all(sentence in text for sentence in sentences(told))


@given(st.text(alphabet="甲乙：；。1.\n、 ", max_size=80))
def test_units_joined_are_the_text(text: str) -> None:
    assert "".join(unit.whole for unit in units(text)) == text
