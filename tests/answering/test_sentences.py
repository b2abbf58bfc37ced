from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.answering.sentences import best_passage, sentences


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
