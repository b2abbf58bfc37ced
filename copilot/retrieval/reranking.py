"""Orders the best candidates anew with a cross-encoder, which reads the question and a clause together.

What the two stages say is put on one footing within each question (mean 0, spread 1 over the candidates) and added. Only
the order changes: the scores of the first stage keep their places, because they are calibrated and a cross-encoder's
are not, so that the cut decides as before whether a question is covered at all.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelError

CANDIDATES = 20  # of the first stage; reading more costs time and seldom brings the right one
TIME_LIMIT_S = 2.0  # a user waits no longer; the order of the first stage stands then
_MAX_CHARACTERS = 400  # of a clause: what cross-encoders for short passages were trained on
_log = logging.getLogger(__name__)


class Reranker(Protocol):
    """What the index asks of a reranker."""

    def order(self, query: str, passages: Sequence[str], scores: Sequence[float]) -> Sequence[int]:
        """The places of all passages, best first; `scores` in [0, 1] is what the first stage says of them."""


class PairScorer(Protocol):
    """A cross-encoder, loaded when it is first needed."""

    def load(self) -> None:
        """Make it ready. Raises ModelError."""

    def relevance(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.floating]:
        """How well each text answers its question, shape (n_pairs,), higher is better, any scale. Raises ModelError."""


class TimedReranker:
    """A cross-encoder within a time limit. Slow or broken, it leaves the order alone and says so once."""

    def __init__(self, name: str, find: Callable[[], PairScorer], time_limit_s: float = TIME_LIMIT_S) -> None:
        """`find` gives the cross-encoder when it is first needed and raises ModelError where it cannot be had."""
        self.name, self._find, self._time_limit_s = name, find, time_limit_s
        self._busy = threading.Lock()
        self._scorer: PairScorer | None = None
        self._slow_told = False
        self.fault = ""  # why it is not used; empty while it is

    def load(self) -> None:
        """Load the model; a model that cannot be loaded is named once and left out until the next start."""
        with self._busy:
            self._load()

    def order(self, query: str, passages: Sequence[str], scores: Sequence[float]) -> Sequence[int]:
        unchanged = range(len(passages))
        if self.fault or len(passages) < 2 or not self._busy.acquire(blocking=False):
            return unchanged  # loading, or still at an earlier question
        answer: Future[npt.NDArray[np.floating]] = Future()
        pairs = [(query, passage[:_MAX_CHARACTERS]) for passage in passages]
        try:
            self._load()  # outside the time limit: it happens once, and before that nobody waits in a running server
        except BaseException:
            self._busy.release()
            raise
        threading.Thread(target=self._work, args=(pairs, answer), name="rerank", daemon=True).start()
        try:
            relevance = answer.result(self._time_limit_s)
        except TimeoutError:
            if not self._slow_told:
                self._slow_told = True
                _log.warning("重排模型 %s 超过 %g 秒没有算完，先按原来的顺序。可以换一个更小的模型。", self.name, self._time_limit_s)
            return unchanged
        except Exception:
            return unchanged
        return fused_order(scores, relevance)

    def _load(self) -> None:
        if self._scorer is not None or self.fault:
            return
        try:
            scorer = self._find()
            scorer.load()
            self._scorer = scorer
        except ModelError as error:
            self._give_up(error)

    def _work(self, pairs: Sequence[tuple[str, str]], answer: Future[npt.NDArray[np.floating]]) -> None:
        try:
            if self._scorer is None:
                raise ModelError(self.fault)
            answer.set_result(self._scorer.relevance(pairs))
        except Exception as error:
            if isinstance(error, ModelError) and not self.fault:
                self._give_up(error)
            answer.set_exception(error)
        finally:
            self._busy.release()

    def _give_up(self, error: ModelError) -> None:
        self.fault = str(error)
        _log.warning("%s暂时不重排。", error)


def fused_order(scores: Sequence[float], relevance: npt.NDArray[np.floating]) -> list[int]:
    """Places by the sum of both stages, each standardised over the candidates; the first stage decides ties."""
    first = np.asarray(scores, dtype=float).clip(1e-6, 1.0 - 1e-6)
    total = _standardised(np.log(first / (1.0 - first))) + _standardised(np.asarray(relevance, dtype=float))
    return [int(place) for place in np.argsort(-total, kind="stable")]


def _standardised(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values))


def preload(*parts: object) -> None:
    """Load each part that wants to be loaded before it is used. Raises ModelError."""
    for part in parts:
        load = getattr(part, "load", None)
        if callable(load):
            load()
