from __future__ import annotations

import pytest

from copilot.retrieval.pinyin import reading, syllables


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("玉速", "语速"), ("pei xun", "培训"), ("peixun", "培训"), ("PeiXun", "培训"), ("zong jie", "总结"), ("总接", "总结")],
)
def test_what_sounds_alike_reads_alike(typed: str, meant: str) -> None:
    assert syllables(typed.lower()) == syllables(meant)


@pytest.mark.parametrize(("one", "other"), [("zi", "zhi"), ("cen", "cheng"), ("sou", "shou"), ("pin", "ping")])
def test_sounds_that_many_do_not_tell_apart_count_as_one(one: str, other: str) -> None:
    assert syllables(one) == syllables(other)


def test_runs_end_at_marks_digits_and_foreign_words_but_not_at_spaces() -> None:
    assert syllables("培 训，报销3次 thank 你") == [("pei", "xun"), ("bao", "xiao"), ("ci",), ("ni",)]


def test_a_character_outside_the_table_has_no_reading() -> None:
    assert reading("語") is None
    assert reading("") is None


def test_a_very_long_latin_word_is_no_pinyin_and_costs_no_time() -> None:
    assert syllables("an" * 5_000) == []
