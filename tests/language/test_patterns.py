"""Many patterns in one pass, in time linear in the text."""

from __future__ import annotations

import time

import pytest

from copilot.language import PatternMatch, PatternSet


def test_all_matches_come_back_with_key_and_place() -> None:
    patterns = PatternSet([("no", "不归我管"), ("who", "爱找谁.{0,3}谁"), ("absent", "保证")])
    text = "这不归我管,你爱找谁找谁。不归我管"
    assert patterns.scan(text) == [PatternMatch("no", 1, 5), PatternMatch("who", 7, 12), PatternMatch("no", 13, 17)]
    assert patterns.keys_in(text) == ["no", "who"]


def test_a_pattern_that_re2_refuses_is_named() -> None:
    with pytest.raises(ValueError, match="不支持前后断言"):
        PatternSet([("x", "(?<!不)退款")])


def test_an_empty_set_and_an_empty_text_match_nothing() -> None:
    assert PatternSet[str]([]).scan("退款") == []
    assert PatternSet([("x", "退款")]).scan("") == []
    assert PatternSet([("x", "退*")]).scan("款") == []


def test_no_pattern_is_slow_on_a_long_text() -> None:
    patterns = PatternSet([("nested", "(a+)+$"), ("wide", "(.*?,){8}退"), ("alternatives", "(您|好|,)*!")])
    started = time.monotonic()
    patterns.scan("a" * 50_000 + "您好," * 10_000)
    assert time.monotonic() - started < 0.5
