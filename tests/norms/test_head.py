"""A chosen embedding model adds its opinion: in the right direction, from a cache, and never a traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from fakes.tiny_models import tiny_model2vec

from copilot.errors import ModelError
from copilot.norms.head import Embeds, Head, Labelled
from copilot.retrieval.models import open_embeddings

# A made-up norm: whoever asks about money is not told of wages. Words in the tiny model's vocabulary.
BAD = [
    "底薪什么时候到账",
    "年终奖多少",
    "底薪一个月多少",
    "年终奖怎么发",
    "我底薪到账",
    "发年终奖",
    "底薪多少钱",
    "年终奖给我发",
]
GOOD = [
    "退款几天到账",
    "邮件多久回",
    "电话响几声要接",
    "退款给我",
    "什么时候回邮件",
    "工作日接电话",
    "退款多久",
    "几天回",
]
LINES = [
    *(Labelled("钱什么时候给", text, True) for text in BAD),
    *(Labelled("钱什么时候给", text, False) for text in GOOD),
]


@pytest.fixture(scope="module")
def embeddings(tmp_path_factory: pytest.TempPathFactory) -> Embeds:
    folder = tiny_model2vec(tmp_path_factory.mktemp("model") / "m2v")
    return open_embeddings(str(folder), Path)


def trained(embeddings: Embeds, folder: Path, source: str = "one", lines: Sequence[Labelled] = LINES) -> Head:
    head = Head.trained(embeddings, folder, source, lambda: lines)
    assert head is not None
    return head


def test_the_head_moves_an_unsure_verdict_the_right_way(embeddings: Embeds, tmp_path: Path) -> None:
    head = trained(embeddings, tmp_path)
    assert head.joined(0.8, "钱什么时候给", "一个月底薪年终奖") > 0.86
    assert head.joined(0.8, "钱什么时候给", "邮件几天回") < 0.8
    assert head.joined(0.999, "钱什么时候给", "邮件几天回") > 0.5, "it moves a verdict, it does not make one"


def test_the_weights_are_kept_until_examples_or_model_change(embeddings: Embeds, tmp_path: Path) -> None:
    first = trained(embeddings, tmp_path)

    def never() -> list[Labelled]:
        raise AssertionError("asked for the examples")

    again = Head.trained(embeddings, tmp_path, "one", never)
    assert again is not None
    assert again.logit("钱", "年终奖") == pytest.approx(first.logit("钱", "年终奖"))
    trained(embeddings, tmp_path, "two", LINES[:12])
    assert len(list(tmp_path.glob("norms-head-*.npz"))) == 1


def test_examples_of_one_kind_make_no_head(embeddings: Embeds, tmp_path: Path) -> None:
    assert Head.trained(embeddings, tmp_path, "one", lambda: LINES[:8]) is None


class Broken:
    name = "broken"

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        raise ModelError("模型坏了。")


def test_a_model_that_fails_leaves_the_linear_opinion_as_it_was(
    caplog: pytest.LogCaptureFixture,
) -> None:
    head = Head(Broken(), np.zeros(3, dtype=np.float32), 0.0)
    assert head.joined(0.7, "", "底薪") == 0.7
    assert "模型坏了" in caplog.text


def test_without_a_chosen_model_nothing_of_it_is_imported() -> None:
    code = (
        "import sys; import copilot.norms.reviewer, copilot.engine; "
        "print([name for name in ('copilot.norms.head', 'copilot.retrieval.models', 'sklearn', 'model2vec', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
