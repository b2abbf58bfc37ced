from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from copilot.desk.voices import Voices, voice_examples
from copilot.workspace import builtin_workspace


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Voices:
    return Voices(builtin_workspace(), tmp_path_factory.mktemp("models"))


def test_both_sides_have_lines_and_hardly_any_stands_on_both() -> None:
    examples = list(voice_examples(builtin_workspace()))
    counts = Counter(example.label for example in examples)
    assert counts["customer"] > 80
    assert counts["agent"] > 80
    by_side = {side: {each.text for each in examples if each.label == side} for side in ("customer", "agent")}
    assert len(by_side["customer"] & by_side["agent"]) <= 20  # greetings and thanks, which both say


@pytest.mark.parametrize(
    "text", ["我买的烤箱门关不上了咋办", "都几天了还没送来", "能不能给我换个颜色", "你们什么态度", "那钱什么时候退我"]
)
def test_what_customers_write_sounds_like_them(voices: Voices, text: str) -> None:
    assert voices.customer(text) > 0.6


@pytest.mark.parametrize(
    "text", ["订单号麻烦报一下", "已经为您登记好了，师傅明天联系您", "规定就这样，我也没办法", "稍等，我查一下库存"]
)
def test_what_agents_write_polite_or_not_sounds_like_them(voices: Voices, text: str) -> None:
    assert voices.customer(text) < 0.4


def test_a_second_start_loads_what_the_first_has_learnt(tmp_path: Path) -> None:
    first = Voices(builtin_workspace(), tmp_path)
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_mtime_ns
    second = Voices(builtin_workspace(), tmp_path)
    assert kept.stat().st_mtime_ns == before
    assert first.customer("在吗") == pytest.approx(second.customer("在吗"))
