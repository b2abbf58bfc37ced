"""Each signal's examples, and that the collection is sound."""

from __future__ import annotations

import time

import pytest

from copilot.procedures import SignalReader, SignalRecord, read_signals
from copilot.workspace import builtin_workspace

SIGNALS = read_signals(builtin_workspace())
READER = SignalReader(SIGNALS)


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.id)
def test_examples_give_the_signal_and_near_misses_do_not(signal: SignalRecord) -> None:
    missed = [text for text in signal.examples.hit if signal.id not in READER.signals(signal.role, text)]
    wrong = [text for text in signal.examples.miss if signal.id in READER.signals(signal.role, text)]
    assert (missed, wrong) == ([], [])


def test_an_act_gives_the_signal_without_any_pattern() -> None:
    assert "understood" in READER.signals("agent", "……", frozenset({"empathise"}))


def test_a_signal_of_the_other_side_is_not_given() -> None:
    assert "understood" not in READER.signals("customer", "非常抱歉")


def test_traditional_characters_and_full_width_punctuation_read_the_same() -> None:
    assert READER.signals("agent", "給您換一台新的，您看這樣可以嗎？") == READER.signals("agent", "给您换一台新的,您看这样可以吗?")


def test_a_very_long_text_is_read_within_a_few_milliseconds() -> None:
    text = "您好您看这样退款可以吗" * 2_000
    started = time.perf_counter()
    READER.signals("agent", text)
    assert time.perf_counter() - started < 0.05
