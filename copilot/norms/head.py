"""What a chosen embedding model adds to the linear one: a head over the vectors of draft and customer.

The characters of a text tell a breach that is worded like the examples; a sentence embedding knows other words for the
same. The head learns from the same examples, and both opinions are added up as logits. It exists only where somebody
chose a model (COPILOT_EMBEDDINGS); nothing of it is imported or loaded otherwise.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from copilot.errors import CopilotError
from copilot.language import fit_on_vectors

_FORMAT = 1  # part of the cache key: raise it when features or training change
_STRENGTH = 4.0  # inverse of the L2 penalty
_SHARE = 0.5  # of the head's logit, added to the linear one
_MOST = 4.0  # logits that the head may add before its share is taken: it moves a verdict, it does not make one
_TINY = 1e-6
logger = logging.getLogger(__name__)


class Embeds(Protocol):
    """What the head needs of `copilot.retrieval.embeddings.TextEmbeddings`."""

    @property
    def name(self) -> str: ...

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...


class Labelled(NamedTuple):
    """A reply, the message it answers (or ""), and whether it is a breach."""

    customer: str
    reply: str
    bad: bool


class Head:
    """A logistic regression over vectors. Make one with `trained`."""

    def __init__(self, embeddings: Embeds, weights: npt.NDArray[np.float32], bias: float) -> None:
        """`weights` has shape (3 * dimensions,)."""
        self._embeddings, self._weights, self._bias = embeddings, weights, bias

    @classmethod
    def trained(
        cls, embeddings: Embeds, folder: Path, source: str, examples: Callable[[], Sequence[Labelled]]
    ) -> Head | None:
        """The head for these examples: from `folder` when it is there, else trained and kept; None without both labels.

        `source` stands for the content of the examples. Raises ModelError where the model cannot be used.
        """
        key = hashlib.sha256(repr((_FORMAT, embeddings.name, source)).encode()).hexdigest()[:16]
        path = folder / f"norms-head-{key}.npz"
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls(embeddings, stored["weights"], float(stored["bias"]))
        except (OSError, ValueError, KeyError):
            lines = examples()
        if len({line.bad for line in lines}) < 2:
            return None
        vectors = _features(embeddings, lines)
        head = cls(embeddings, *fit_on_vectors(vectors, [line.bad for line in lines], strength=_STRENGTH))
        head._keep(path)
        return head

    def logit(self, customer: str, reply: str) -> float:
        """How much the reply is like a breach, in logits. Raises ModelError."""
        (features,) = _features(self._embeddings, [Labelled(customer, reply, False)])
        return float(features @ self._weights) + self._bias

    def joined(self, probability: float, customer: str, reply: str) -> float:
        """The linear model's probability moved by the head; unchanged where the embedding model fails."""
        try:
            said = self.logit(customer, reply)
        except CopilotError as error:
            logger.warning("the embedding model has no opinion: %s", error)
            return probability
        sure = min(max(probability, _TINY), 1 - _TINY)
        whole = math.log(sure / (1 - sure)) + _SHARE * min(max(said, -_MOST), _MOST)
        return 1 / (1 + math.exp(-whole))

    def _keep(self, path: Path) -> None:
        """Write to the cache as a whole; a folder that cannot be written only means training again next time."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
                np.savez(file, weights=self._weights, bias=np.float32(self._bias))
            os.replace(file.name, path)
            for old in path.parent.glob("norms-head-*.npz"):
                if old != path:
                    old.unlink(missing_ok=True)
        except OSError:
            return


def _features(embeddings: Embeds, lines: Sequence[Labelled]) -> npt.NDArray[np.float32]:
    """Shape (n_lines, 3 * dimensions): the reply, the customer (0 where there is none), and how they agree."""
    replies = embeddings.vectors([line.reply for line in lines])
    said = np.zeros_like(replies)
    known = [place for place, line in enumerate(lines) if line.customer]
    if known:
        said[known] = embeddings.vectors([lines[place].customer for place in known])
    features: npt.NDArray[np.float32] = np.hstack([replies, said, replies * said])
    return features
