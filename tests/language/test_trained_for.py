from __future__ import annotations

from pathlib import Path

import pytest

from copilot.language import Example, compile_pattern, trained_for

EXAMPLES = [
    Example("退款什么时候到", "refund"), Example("我的退款呢", "refund"), Example("退款到账了吗", "refund"),
    Example("快递到哪了", "logistics"), Example("快递还没到", "logistics"), Example("我的快递呢", "logistics"),
]  # fmt: skip


def test_a_warm_start_never_asks_for_the_examples(tmp_path: Path) -> None:
    asked: list[str] = []

    def examples() -> list[Example]:
        asked.append("asked")
        return EXAMPLES

    first = trained_for(tmp_path, "topic", b"one", examples)
    second = trained_for(tmp_path, "topic", b"one", examples)
    assert asked == ["asked"]
    assert first.scores("退款") == pytest.approx(second.scores("退款"))


def test_another_source_trains_anew_and_drops_the_old_file(tmp_path: Path) -> None:
    trained_for(tmp_path, "topic", b"one", lambda: EXAMPLES)
    trained_for(tmp_path, "topic", b"two", lambda: EXAMPLES)
    assert len(list(tmp_path.glob("topic-*.npz"))) == 1


def test_an_extra_weighs_as_much_in_a_long_text_as_in_a_short_one(tmp_path: Path) -> None:
    marked = [Example(e.text, e.label, ("paid",) if e.label == "refund" else ()) for e in EXAMPLES]
    classifier = trained_for(tmp_path, "topic", b"extras", lambda: marked)
    gains = [
        classifier.logits(text, ("paid",)) - classifier.logits(text) for text in ("快递", "快递还没到我的快递呢快递到哪了")
    ]
    assert gains[0] == pytest.approx(gains[1], abs=1e-5)
    assert gains[0][classifier.labels.index("refund")] > 0


def test_a_pattern_that_re2_refuses_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="模式"):
        compile_pattern("(?=a)b")
