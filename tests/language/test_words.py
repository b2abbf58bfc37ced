"""The two views that lexical search is built on."""

from __future__ import annotations

from copilot.language import character_bigrams, words


def test_words_leave_punctuation_out_and_split_long_words_for_search() -> None:
    assert words("半小时，就到了！") == ["小时", "半小时", "就", "到", "了"]


def test_bigrams_run_across_punctuation_and_a_single_character_stands_alone() -> None:
    assert character_bigrams("退，款吧") == ["退款", "款吧"]
    assert character_bigrams("退") == ["退"]
    assert character_bigrams("！") == []


def test_traditional_script_gives_the_same_words() -> None:
    assert words("退貨運費") == words("退货运费")
