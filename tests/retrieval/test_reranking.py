from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from copilot.errors import ModelError
from copilot.retrieval.reranking import TimedReranker, fused_order


class Scorer:
    """Gives what it was told to, as late as it was told to."""

    def __init__(self, relevance: Sequence[float], wait: threading.Event | None = None) -> None:
        self.given, self.wait = np.array(relevance), wait

    def load(self) -> None:
        pass

    def relevance(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.floating]:
        if self.wait is not None:
            self.wait.wait(10)
        return self.given


def test_both_stages_decide_together() -> None:
    assert fused_order([0.9, 0.6, 0.1], np.array([0.0, 5.0, 0.0])) == [1, 0, 2]
    assert fused_order([0.9, 0.6, 0.1], np.array([5.0, 0.0, 0.0])) == [0, 1, 2]


def test_the_scale_of_the_cross_encoder_does_not_matter() -> None:
    relevance = np.array([0.2, 0.9, 0.4])
    assert fused_order([0.8, 0.7, 0.6], relevance) == fused_order([0.8, 0.7, 0.6], relevance * 1000 - 7)


def test_a_cross_encoder_that_cannot_tell_leaves_the_order() -> None:
    assert fused_order([0.9, 0.6, 0.1], np.array([0.5, 0.5, 0.5])) == [0, 1, 2]


def test_a_slow_reranker_is_not_waited_for_and_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    go_on = threading.Event()
    reranker = TimedReranker("slow", lambda: Scorer([0.0, 1.0], go_on), time_limit_s=0.05)
    started = time.perf_counter()
    for _ in range(3):
        assert list(reranker.order("q", ["a", "b"], [0.5, 0.4])) == [0, 1]
    assert time.perf_counter() - started < 1.0
    assert len(caplog.records) == 1
    go_on.set()
    deadline = time.monotonic() + 5
    while list(reranker.order("q", ["a", "b"], [0.5, 0.5])) == [0, 1] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert list(reranker.order("q", ["a", "b"], [0.5, 0.5])) == [1, 0]


def test_a_reranker_that_fails_is_left_out_from_then_on(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Scorer):
        def relevance(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.floating]:
            raise ModelError("坏了。")

    reranker = TimedReranker("broken", lambda: Broken([]))
    assert list(reranker.order("q", ["a", "b"], [0.5, 0.4])) == [0, 1]
    assert list(reranker.order("q", ["a", "b"], [0.5, 0.4])) == [0, 1]
    assert reranker.fault == "坏了。"
    assert len(caplog.records) == 1
