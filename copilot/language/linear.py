"""A linear classifier over characters: multinomial logistic regression on character 1- to 3-grams.

scikit-learn trains it in seconds from the examples that stand beside the rules; what is kept is a plain table of
weights, so judging a text needs numpy only and takes tens of microseconds. `trained` caches by content: change an
example and the next start trains anew, change nothing and it loads.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.language.normalise import normalise

_FORMAT = 5  # part of the cache key: raise it when features or training change
_FEW_LABELS = 20  # more than that, and the weights take megabytes
_MAX_CHARACTERS = 2_000  # what lies beyond changes no label and would cost time
_EXTRA = "\x00"  # begins the vocabulary entry of an extra
_EXTRA_VALUE = 0.4  # of an extra beside the characters, whose vector has length 1: long texts do not drown it


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text; `extras` are named features beside its characters ("mood=angry")."""

    text: str
    label: str
    extras: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def _character_grams(text: str) -> frozenset[str]:
    """Kept for a while: several classifiers look at the same text one after the other."""
    padded = f"^{normalise(text).text.replace(' ', '')}$"
    return frozenset(padded[i : i + n] for n in (1, 2, 3) for i in range(len(padded) - n + 1))


def _grams(text: str, extras: Sequence[str]) -> frozenset[str]:
    return _character_grams(text[:_MAX_CHARACTERS]).union(f"{_EXTRA}{extra}" for extra in extras)


def _vector(
    grams: frozenset[str], vocabulary: dict[str, int], idf: npt.NDArray[np.float32]
) -> tuple[list[int], npt.NDArray[np.float32]]:
    """Columns and values of a text: characters scaled to length 1, each extra at its fixed value."""
    known = [(vocabulary[gram], gram[0] == _EXTRA) for gram in grams if gram in vocabulary]
    characters = sorted(column for column, is_extra in known if not is_extra)
    extras = sorted(column for column, is_extra in known if is_extra)
    weights = idf[characters]
    length = float(np.sqrt(weights @ weights)) or 1.0
    values = np.empty(len(known), dtype=np.float32)
    values[: len(characters)] = weights / length
    values[len(characters) :] = _EXTRA_VALUE
    return characters + extras, values


class LinearClassifier:
    """Probabilities of labels for a text. Make one with `fit`, `load` or `trained`."""

    def __init__(
        self,
        labels: tuple[str, ...],
        vocabulary: dict[str, int],
        idf: npt.NDArray[np.float32],
        weights: npt.NDArray[np.floating[Any]],
        bias: npt.NDArray[np.float32],
    ) -> None:
        """`idf` has shape (n_features,), `weights` (n_features, n_labels), `bias` (n_labels,).

        Weights for many labels are in half precision: they are what a server holds most of.
        """
        self.labels = labels
        self._vocabulary, self._idf, self._weights, self._bias = vocabulary, idf, weights, bias

    @classmethod
    def fit(cls, examples: Sequence[Example], *, strength: float = 8.0, min_count: int = 2) -> LinearClassifier:
        """Train on at least two labels; `strength` is the inverse of the L2 penalty (scikit-learn's C).

        Raises ValueError for fewer than two labels.
        """
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        labels = tuple(sorted({example.label for example in examples}))
        if len(labels) < 2:
            raise ValueError("至少要有两种标签的例句才能训练。")
        grams = [_grams(example.text, example.extras) for example in examples]
        # A text that stands under two labels counts once, or all its rare grams would look common.
        once = {(example.text, example.extras): found for example, found in zip(examples, grams, strict=True)}
        counts = Counter(gram for found in once.values() for gram in found)
        kept = sorted(gram for gram, count in counts.items() if count >= min_count)
        vocabulary = {gram: column for column, gram in enumerate(kept)}
        idf = np.array([np.log((1 + len(grams)) / (1 + counts[gram])) + 1 for gram in kept], dtype=np.float32)
        values: list[float] = []
        columns: list[int] = []
        pointers = [0]
        for found in grams:
            inside, vector = _vector(found, vocabulary, idf)
            columns.extend(inside)
            values.extend(vector.tolist())
            pointers.append(len(columns))
        matrix = csr_matrix((values, columns, pointers), shape=(len(grams), len(kept)))
        # saga: one thread, a tenth of the time of lbfgs here, and the same weights every time with a fixed seed
        model = LogisticRegression(
            C=strength, solver="saga", tol=1e-3, max_iter=300, class_weight="balanced", random_state=0
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not quite converged is good enough for a ranking of labels
            with threadpool_limits(1):  # such small matrices only lose time to threads that wait for each other
                model.fit(matrix, [labels.index(example.label) for example in examples])
        coefficients, intercept = model.coef_, model.intercept_
        if len(labels) == 2:  # scikit-learn keeps one row for two labels; a softmax of (-x/2, x/2) equals its sigmoid
            coefficients = np.vstack([-coefficients[0] / 2, coefficients[0] / 2])
            intercept = np.array([-intercept[0] / 2, intercept[0] / 2])
        kind = np.float16 if len(labels) > _FEW_LABELS else np.float32
        return cls(labels, vocabulary, idf, coefficients.T.astype(kind).copy(), intercept.astype(np.float32))

    def logits(self, text: str, extras: Sequence[str] = ()) -> npt.NDArray[np.float32]:
        """Unbounded scores, shape (n_labels,), in the order of `labels`; `scores` is their softmax."""
        inside, vector = _vector(_grams(text, extras), self._vocabulary, self._idf)
        if not inside:
            return self._bias
        logits: npt.NDArray[np.float32] = vector @ self._weights[inside].astype(np.float32) + self._bias
        return logits

    def scores(self, text: str, extras: Sequence[str] = ()) -> dict[str, float]:
        """Probability in [0, 1] for each label; they add up to 1."""
        logits = self.logits(text, extras)
        exponents = np.exp(logits - logits.max())
        return dict(zip(self.labels, (exponents / exponents.sum()).tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write to `path` as a whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.savez(
                file,
                header=np.array(json.dumps({"labels": self.labels, "vocabulary": list(self._vocabulary)})),
                idf=self._idf, weights=self._weights, bias=self._bias,
            )  # fmt: skip
        os.replace(file.name, path)

    @classmethod
    def load(cls, path: Path) -> LinearClassifier:
        """Read what `save` wrote. Raises OSError, ValueError or KeyError when it is not that."""
        with np.load(path, allow_pickle=False) as stored:
            header: dict[str, Any] = json.loads(str(stored["header"]))
            # Classifiers share most of their grams: interned, a gram lies in memory once.
            vocabulary = {sys.intern(gram): column for column, gram in enumerate(header["vocabulary"])}
            return cls(tuple(header["labels"]), vocabulary, stored["idf"], stored["weights"], stored["bias"])


def trained(folder: Path, name: str, examples: Sequence[Example], *, strength: float = 8.0) -> LinearClassifier:
    """The classifier for exactly these examples: from `folder` when it is there, else trained and kept there.

    A folder that cannot be written is no error: the classifier is trained for this process alone.
    """
    return trained_for(folder, name, repr(list(examples)).encode(), lambda: examples, strength=strength)


def trained_for(
    folder: Path, name: str, source: bytes, examples: Callable[[], Sequence[Example]], *, strength: float = 8.0
) -> LinearClassifier:
    """As `trained`, for examples that follow from `source` alone: `examples` is called only when training is needed.

    Hand in the bytes of the files the examples are read from, so that a warm start need not parse them.
    """
    digest = hashlib.sha256(repr((_FORMAT, strength)).encode() + source).hexdigest()[:16]
    path = folder / f"{name}-{digest}.npz"
    try:
        return LinearClassifier.load(path)
    except (OSError, ValueError, KeyError):
        classifier = LinearClassifier.fit(examples(), strength=strength)
    try:
        classifier.save(path)
        for old in folder.glob(f"{name}-*.npz"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        pass
    return classifier
