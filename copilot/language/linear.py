"""A linear classifier over characters: multinomial logistic regression on character 1- to 3-grams.

scikit-learn trains it in seconds from the examples that stand beside the rules; what is kept is a plain table of
weights, so judging a text needs numpy only and takes tens of microseconds. `trained` caches by content: change an
example and the next start trains anew, change nothing and it loads.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.language.vocabulary import Vocabulary, features_of, is_extra

_FORMAT = 5  # part of the cache key: raise it when features or training change
_FEW_LABELS = 20  # more than that, and the weights take megabytes


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text; `extras` are named features beside its characters ("mood=angry").

    `beside` is another text that the label depends on, such as what the labelled one answers; its grams count apart.
    """

    text: str
    label: str
    extras: tuple[str, ...] = ()
    beside: str = ""


class LinearClassifier:
    """Probabilities of labels for a text. Make one with `fit`, `load` or `trained`."""

    def __init__(
        self,
        labels: tuple[str, ...],
        vocabulary: Vocabulary,
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
    def fit(
        cls, examples: Sequence[Example], *, strength: float = 8.0, min_count: int = 2, extras_share: float = 1.0
    ) -> LinearClassifier:
        """Train on at least two labels; `strength` is the inverse of the L2 penalty (scikit-learn's C).

        `extras_share` below 1 trusts the extras less beside the characters: their weights are penalised more.

        Raises ValueError for fewer than two labels.
        """
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        labels = tuple(sorted({example.label for example in examples}))
        if len(labels) < 2:
            raise ValueError("至少要有两种标签的例句才能训练。")
        grams = [features_of(example.text, example.extras, example.beside) for example in examples]
        # A text that stands under two labels counts once, or all its rare grams would look common.
        once = {(each.text, each.extras, each.beside): found for each, found in zip(examples, grams, strict=True)}
        counts = Counter(gram for found in once.values() for gram in found)
        kept = sorted(gram for gram, count in counts.items() if count >= min_count)
        vocabulary = Vocabulary.of(kept)
        idf = np.array([np.log((1 + len(grams)) / (1 + counts[gram])) + 1 for gram in kept], dtype=np.float32)
        values: list[float] = []
        columns: list[int] = []
        pointers = [0]
        for example in examples:
            found_columns = vocabulary.columns_of(example.text, example.extras, example.beside)
            columns.extend(found_columns.inside.tolist())
            values.extend(found_columns.values(idf).tolist())
            pointers.append(len(columns))
        shares = np.array([extras_share if is_extra(feature) else 1.0 for feature in kept], dtype=np.float32)
        matrix = csr_matrix((np.array(values) * shares[columns], columns, pointers), shape=(len(grams), len(kept)))
        # saga: one thread, a tenth of the time of lbfgs here, and the same weights every time with a fixed seed
        model = LogisticRegression(
            C=strength, solver="saga", tol=1e-3, max_iter=300, class_weight="balanced", random_state=0
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not quite converged is good enough for a ranking of labels
            with threadpool_limits(1):  # such small matrices only lose time to threads that wait for each other
                model.fit(matrix, [labels.index(example.label) for example in examples])
        coefficients, intercept = model.coef_ * shares, model.intercept_
        if len(labels) == 2:  # scikit-learn keeps one row for two labels; a softmax of (-x/2, x/2) equals its sigmoid
            coefficients = np.vstack([-coefficients[0] / 2, coefficients[0] / 2])
            intercept = np.array([-intercept[0] / 2, intercept[0] / 2])
        kind = np.float16 if len(labels) > _FEW_LABELS else np.float32
        return cls(labels, vocabulary, idf, coefficients.T.astype(kind).copy(), intercept.astype(np.float32))

    def logits(self, text: str, extras: Sequence[str] = (), beside: str = "") -> npt.NDArray[np.float32]:
        """Unbounded scores, shape (n_labels,), in the order of `labels`; `scores` is their softmax."""
        columns = self._vocabulary.columns_of(text, tuple(extras), beside)
        if not len(columns.inside):
            return self._bias
        weights = self._weights[columns.inside].astype(np.float32, copy=False)
        logits: npt.NDArray[np.float32] = columns.values(self._idf) @ weights + self._bias
        return logits

    def scores(self, text: str, extras: Sequence[str] = (), beside: str = "") -> dict[str, float]:
        """Probability in [0, 1] for each label; they add up to 1."""
        logits = self.logits(text, extras, beside).tolist()
        highest = max(logits)
        exponents = [math.exp(logit - highest) for logit in logits]
        whole = sum(exponents)
        return {label: exponent / whole for label, exponent in zip(self.labels, exponents, strict=True)}

    def save(self, path: Path) -> None:
        """Write to `path` as a whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.savez(
                file,
                header=np.array(json.dumps({"labels": self.labels, "vocabulary": self._vocabulary.features})),
                idf=self._idf, weights=self._weights, bias=self._bias,
            )  # fmt: skip
        os.replace(file.name, path)

    def keep(self, path: Path, *, of: str) -> None:
        """Write to a cache, in place of all other `{of}-*.npz` beside `path`.

        A folder that cannot be written is no error: it only means training again next time.
        """
        try:
            self.save(path)
            for old in path.parent.glob(f"{of}-*.npz"):
                if old != path:
                    old.unlink(missing_ok=True)
        except OSError:
            pass

    @classmethod
    def load(cls, path: Path) -> LinearClassifier:
        """Read what `save` wrote. Raises OSError, ValueError or KeyError when it is not that."""
        with np.load(path, allow_pickle=False) as stored:
            header: dict[str, Any] = json.loads(str(stored["header"]))
            vocabulary = Vocabulary.of(header["vocabulary"])
            return cls(tuple(header["labels"]), vocabulary, stored["idf"], stored["weights"], stored["bias"])


def trained(folder: Path, name: str, examples: Sequence[Example], *, strength: float = 8.0) -> LinearClassifier:
    """The classifier for exactly these examples: from `folder` when it is there, else trained and kept there.

    A folder that cannot be written is no error: the classifier is trained for this process alone.
    """
    return trained_for(folder, name, repr(list(examples)).encode(), lambda: examples, strength=strength)


def trained_for(
    folder: Path,
    name: str,
    source: bytes,
    examples: Callable[[], Sequence[Example]],
    *,
    strength: float = 8.0,
    extras_share: float = 1.0,
) -> LinearClassifier:
    """As `trained`, for examples that follow from `source` alone: `examples` is called only when training is needed.

    Hand in the bytes of the files the examples are read from, so that a warm start need not parse them.
    """
    digest = hashlib.sha256(repr((_FORMAT, strength, extras_share)).encode() + source).hexdigest()[:16]
    path = folder / f"{name}-{digest}.npz"
    try:
        return LinearClassifier.load(path)
    except (OSError, ValueError, KeyError):
        classifier = LinearClassifier.fit(examples(), strength=strength, extras_share=extras_share)
    classifier.keep(path, of=name)
    return classifier


def fit_on_vectors(
    vectors: npt.NDArray[np.float32], labels: Sequence[bool], *, strength: float
) -> tuple[npt.NDArray[np.float32], float]:
    """Weights, shape (n_dimensions,), and bias of a logistic regression; `vectors` is (n_texts, n_dimensions).

    `strength` is the inverse of the L2 penalty. Raises ValueError where all labels are the same.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=400)
    with threadpool_limits(1):
        model.fit(vectors, list(labels))
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])
