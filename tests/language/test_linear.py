"""The linear classifier: learns from examples, survives a restart, and trains anew when an example changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.language import Example, LinearClassifier, trained

EXAMPLES = [
    *(Example(text, "angry") for text in ("气死我了", "太气人了", "我很生气", "你们气得我发抖", "真是气人")),
    *(Example(text, "happy") for text in ("太谢谢了", "谢谢你呀", "非常感谢", "谢谢,很满意", "感谢你们")),
    *(Example(text, "calm") for text in ("请问几点发货", "请问怎么开票", "请问在哪退", "问一下几点关门", "请问怎么用")),
]


def test_an_unseen_text_gets_the_label_of_those_it_resembles() -> None:
    classifier = LinearClassifier.fit(EXAMPLES)
    for text, label in (("快气死了", "angry"), ("谢谢啦", "happy"), ("请问怎么付款", "calm")):
        scores = classifier.scores(text)
        assert max(scores, key=scores.__getitem__) == label
        assert sum(scores.values()) == pytest.approx(1.0, abs=1e-5)


def test_extras_count_beside_the_characters() -> None:
    examples = [Example("好的", "fine", ("after=address",)), Example("好的", "cold", ("after=complaint",))] * 3
    scores = LinearClassifier.fit(examples).scores("好的", ("after=complaint",))
    assert scores["cold"] > scores["fine"]


def test_a_text_of_unknown_characters_gets_some_answer() -> None:
    assert set(LinearClassifier.fit(EXAMPLES).scores("xyz")) == {"angry", "happy", "calm"}
    assert set(LinearClassifier.fit(EXAMPLES).scores("")) == {"angry", "happy", "calm"}


def test_one_label_is_refused() -> None:
    with pytest.raises(ValueError, match="两种标签"):
        LinearClassifier.fit([Example("a", "x"), Example("b", "x")])


def test_what_was_saved_judges_the_same(tmp_path: Path) -> None:
    classifier = LinearClassifier.fit(EXAMPLES)
    classifier.save(tmp_path / "m.npz")
    assert LinearClassifier.load(tmp_path / "m.npz").scores("气死了") == classifier.scores("气死了")


def test_the_cache_is_used_until_an_example_changes(tmp_path: Path) -> None:
    trained(tmp_path, "mood", EXAMPLES)
    (first,) = tmp_path.iterdir()
    written = first.stat().st_mtime_ns
    trained(tmp_path, "mood", EXAMPLES)
    assert first.stat().st_mtime_ns == written
    trained(tmp_path, "mood", [*EXAMPLES, Example("气炸了", "angry")])
    (second,) = tmp_path.iterdir()
    assert second != first


def test_a_broken_cache_file_is_replaced(tmp_path: Path) -> None:
    trained(tmp_path, "mood", EXAMPLES)
    (cached,) = tmp_path.iterdir()
    cached.write_bytes(b"broken")
    assert max(trained(tmp_path, "mood", EXAMPLES).scores("太气人").items(), key=lambda pair: pair[1])[0] == "angry"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    assert trained(blocked / "sub", "mood", EXAMPLES).labels == ("angry", "calm", "happy")
