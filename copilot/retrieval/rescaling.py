"""Similarities of one embedding in the terms of another.

The fusion's constants were fitted with the default embedding. Another model spreads its cosines differently: some put
every pair of sentences between 0.6 and 0.9. So the index asks a sample of its own questions of both, and a similarity
is read as the default's similarity at the same quantile. The order within one model never changes by it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.retrieval.embeddings import Vector

_FILE = "dense-scale.json"
_QUANTILES = np.linspace(0.0, 1.0, 41)
_NEAREST = 60  # as many of the nearest entries as a search looks at
MOST_QUERIES, MOST_ENTRIES = 150, 2_000
_FEWEST_ENTRIES = 10

Values = npt.NDArray[np.floating[Any]]


class Scale:
    """A rising map of similarities, both in [-1, 1]; without points every value stays as it is."""

    def __init__(self, given: Sequence[float] = (), wanted: Sequence[float] = ()) -> None:
        self._given, self._wanted = np.asarray(given, dtype=float), np.asarray(wanted, dtype=float)

    def __call__(self, similarities: Values) -> Values:
        if not len(self._given):
            return similarities
        return np.asarray(np.interp(similarities, self._given, self._wanted))

    @classmethod
    def fit(cls, given: tuple[Vector, Vector], wanted: tuple[Vector, Vector], own: Sequence[int]) -> Scale:
        """The map from one model's similarities to another's.

        Each model is given as (queries, entries) of shapes (n_queries, dimensions) and (n_entries, dimensions), rows of
        length 1 or 0; `own` is the place among the entries where each query itself stands.
        """
        if len(given[1]) < _FEWEST_ENTRIES or not len(own):
            return cls()
        values, targets = _quantiles(*given, own), _quantiles(*wanted, own)
        rising = np.concatenate([[True], np.diff(values) > 1e-6])  # np.interp needs a rising axis
        values, targets = values[rising], np.maximum.accumulate(targets)[rising]
        if values[-1] < 1.0 - 1e-6:
            values, targets = np.append(values, 1.0), np.append(targets, 1.0)
        return cls(values.tolist(), targets.tolist())

    def save(self, folder: Path) -> None:
        content = {"given": self._given.round(5).tolist(), "wanted": self._wanted.round(5).tolist()}
        (folder / _FILE).write_text(json.dumps(content), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Scale:
        """The scale of a generation; one that changes nothing where none was saved or it cannot be read."""
        try:
            content = json.loads((folder / _FILE).read_text("utf-8"))
            return cls(content["given"], content["wanted"])
        except (OSError, ValueError, KeyError):
            return cls()

    @staticmethod
    def saved(folder: Path) -> bool:
        """Whether a generation has a scale of its own."""
        return (folder / _FILE).is_file()


def _quantiles(queries: Vector, entries: Vector, own: Sequence[int]) -> Values:
    """Quantiles of the similarities between each query and its nearest entries, itself left out."""
    similarities = queries @ entries.T
    similarities[np.arange(len(own)), list(own)] = -np.inf
    nearest = min(_NEAREST, similarities.shape[1] - 1)
    best = -np.partition(-similarities, nearest - 1, axis=1)[:, :nearest]
    return np.asarray(np.quantile(best.clip(-1.0, 1.0), _QUANTILES))
