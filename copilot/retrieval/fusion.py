"""Several kinds of evidence become one score: a small logistic model over what the fields say about a clause.

The model ranks and calibrates at once: its probability that a clause answers the question orders the clauses, and
stands as `score` so that one cut-off says "not covered". `tuning.py` fits its constants by leaving questions out of the
index; they lie in `calibration.json` and hold for one embedding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

FEATURES = (
    "words",  # best entry, share of the query's information in words
    "bigrams",  # the same in pairs of characters
    "profile",  # all entries of the clause taken together
    "dense",  # best entry, cosine similarity
    "best_product",  # words x bigrams: evidence that agrees counts more than either alone
    "uncovered",  # how close the nearest uncovered topic is, by the same measure as `evidence`
    "lead",  # this clause's evidence less that of the uncovered topic
    "agreement",  # 1 for the agreement: a question about conduct belongs there when all else is equal
)
Rows = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Weights by feature name, and the constant term."""

    weights: Mapping[str, float]
    bias: float
    cutoff: float  # scores below it mean "not covered"

    def scores(self, rows: Rows) -> Rows:
        """Probabilities in [0, 1] for rows of shape (n_clauses, n_features)."""
        weights = np.array([self.weights[name] for name in FEATURES])
        return np.asarray(1.0 / (1.0 + np.exp(-(rows @ weights + self.bias))))


@cache
def calibration() -> Calibration:
    """The constants that come with the package."""
    content = json.loads(files("copilot.retrieval").joinpath("calibration.json").read_text("utf-8"))
    return Calibration(content["weights"], content["bias"], content["cutoff"])


def evidence(words: Rows, bigrams: Rows, profile: Rows, dense: Rows) -> Rows:
    """One plain measure in [0, 1] of how near an owner is, used to weigh clauses against uncovered topics."""
    return 0.3 * words + 0.3 * bigrams + 0.2 * profile + 0.2 * dense


def feature_rows(
    words: Rows, bigrams: Rows, profile: Rows, dense: Rows, uncovered: float, agreement: Rows
) -> Rows:
    """Shape (n_clauses, n_features), columns in the order of FEATURES."""
    lead = evidence(words, bigrams, profile, dense) - uncovered
    constant = np.full_like(words, uncovered)
    return np.stack([words, bigrams, profile, dense, words * bigrams, constant, lead, agreement], axis=1)
