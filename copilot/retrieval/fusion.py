"""Several kinds of evidence become one score.

First a linear rank over what the fields say; then a logistic curve over the clause's rank and that of the nearest
uncovered topic gives the probability that the clause answers the question. The curve rises with the rank, so one number
both orders the clauses and says, below a cut-off, "not covered". `tuning.py` fits the constants by leaving questions
out of the index; they lie in `calibration.json` and belong to one embedding.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from copilot.retrieval.fields import FIELDS, Rows

Column = npt.NDArray[np.floating]

# The lexical fields; the best entry's cosine similarity; 1 for the agreement, to which a question about conduct belongs
# when all else is equal; what the model of asked questions says (`asked.py`).
FEATURES = (*FIELDS, "dense", "agreement", "odds", "fit")


@dataclass(frozen=True)
class Calibration:
    """The constants. `weights` follow FEATURES; a score below `cutoff` means "not covered"."""

    weights: tuple[float, ...]
    scale: float
    uncovered: float  # how much the rank of the nearest uncovered topic takes away
    bias: float
    cutoff: float

    def ranks(self, columns: Sequence[Column]) -> Rows:
        """Ranks, higher is better, from one column of shape (n_owners,) for each of FEATURES."""
        ranks = np.zeros(len(columns[0]))
        for weight, column in zip(self.weights, columns, strict=True):
            ranks += weight * column
        return ranks

    def scores(self, ranks: Rows, uncovered_rank: float) -> Rows:
        """Probabilities in [0, 1] for the ranks of clauses."""
        raw = self.scale * ranks + self.uncovered * uncovered_rank + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-raw)))


@cache
def calibration() -> Calibration:
    """The constants that come with the package."""
    content = json.loads(files("copilot.retrieval").joinpath("calibration.json").read_text("utf-8"))
    weights = tuple(float(content["weights"][name]) for name in FEATURES)
    return Calibration(weights, content["scale"], content["uncovered"], content["bias"], content["cutoff"])
