"""The normal form and its way back to the original offsets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.language import normalise, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３，！？", "abc123,!?"),
        ("廢物客戶", "废物客户"),
        ("你\u200b好\ufeff", "你好"),
        ("➕V", "加v"),
        ("①②", "12"),
        ("您好😀", "您好😀"),
        ("全角　空格", "全角 空格"),
        ("句。、", "句。、"),
        ("\ud83d坏", "坏"),
    ],
)
def test_each_disguise_is_folded(text: str, expected: str) -> None:
    assert normalise(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("傻 · 逼", "傻逼"), ("2.B", "2b"), ("滚—开", "滚开"), ("！？", ""), ("加 V 信", "加v信")]
)
def test_separators_inside_a_word_are_squeezed_out(text: str, expected: str) -> None:
    assert squeeze(text) == expected


def test_a_span_leads_back_to_the_original_characters() -> None:
    text = "您\u200b好，㍿退款"
    normal = normalise(text)
    start = normal.text.index("退款")
    assert text[slice(*normal.span(start, start + 2))] == "退款"
    assert normal.span(0, 2) == (0, 3)


def test_a_squeezed_span_covers_what_stands_between() -> None:
    text = "你这 傻 · 逼 客户"
    squeezed = normalise(text).squeezed
    start = squeezed.text.index("傻逼")
    assert text[slice(*squeezed.span(start, start + 2))] == "傻 · 逼"


@given(st.text(max_size=200))
def test_every_character_of_any_text_leads_back_inside_it(text: str) -> None:
    for normal in (normalise(text), normalise(text).squeezed):
        assert len(normal.starts) == len(normal.ends) == len(normal.text)
        assert all(0 <= start < end <= len(text) for start, end in zip(normal.starts, normal.ends, strict=True))
        assert list(normal.starts) == sorted(normal.starts)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once
