"""Figures in Arabic and Chinese numerals."""

from __future__ import annotations

import pytest

from copilot.language import figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 小时内", {"24"}),
        ("二十四小时内", {"24"}),
        ("铃响三声", {"3"}),
        ("满 1,299.50 元", {"1299.50"}),
        ("两个工作日", {"2"}),
        ("一下就好，一直在，一次说清", set()),
        ("十五天、三百元、一万二千元", {"15", "300", "12000"}),
        ("半小时", {"半"}),
        ("", set()),
    ],
)
def test_figures_are_read_in_both_scripts(text: str, expected: set[str]) -> None:
    assert figures(text) == expected
