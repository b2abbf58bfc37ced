"""Quotes as plain lines for a file."""

from __future__ import annotations

import pytest

from copilot.records import plain_line


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("你好，在吗？我的快递三天没动了！！！😡😡", "我的快递三天没动了"),
        ("喂喂，那个，冰箱不制冷了啊……\n昨天刚送来的～", "冰箱不制冷了啊，昨天刚送来的"),
        ("价格是12.50元，退我！！还要补差价", "价格是12.50元，退我。还要补差价"),
        ("你们到底管不管？？？", "你们到底管不管？"),
        ("  嗯嗯  好的  ", "好的"),
    ],
)  # fmt: skip
def test_shouting_small_talk_and_pictures_go_and_the_words_stay(said: str, plain: str) -> None:
    assert plain_line(said) == plain


@pytest.mark.parametrize("said", ["您好", "在吗", "你好像没看懂我的话", "订单T2210的风扇坏了", "客服态度太差"])
def test_what_only_looks_like_a_greeting_stays(said: str) -> None:
    assert plain_line(said) == said


def test_a_text_of_signs_only_is_empty() -> None:
    assert plain_line("！！！😡") == ""
