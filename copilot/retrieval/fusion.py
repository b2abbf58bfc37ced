"""Several kinds of evidence become one score.

First a linear rank over what the fields say; then a logistic curve over the clause's rank and over what the question
finds at best among clauses and among uncovered topics gives the probability that the clause answers it. The curve rises
with the rank, so one number both orders the clauses and says, below a cut-off, "not covered". `tuning.py` fits the
constants by leaving questions out of the index; they lie in `calibration.json` and belong to one embedding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.retrieval.fields import FIELDS, Rows

Column = npt.NDArray[np.floating]

# The lexical fields; the best entry's cosine similarity and the owner's share of all near entries; 1 for the agreement,
# to which a question about conduct belongs when all else is equal; what the model of asked questions says (`asked.py`).
FEATURES = (*FIELDS, "dense", "near", "agreement", "odds", "fit")
# What is known of a question as a whole: the ranks of the second clause and of the nearest uncovered topic, and the best
# value of each feature among clauses and among uncovered topics.
_COMPARED = tuple(name for name in FEATURES if name != "agreement")
EVIDENCE = ("second", "uncovered", *(f"{name} of clauses" for name in _COMPARED), *(f"{name} of topics" for name in _COMPARED))
_NEAR = 0.1  # a difference in similarity by which an entry's say falls to a third


@dataclass(frozen=True)
class Calibration:
    """The constants. A score below `cutoff` means "not covered".

    `weights` follow FEATURES and hold for the agreement, which people ask about in a hundred ways; `elsewhere` likewise
    for other documents, which have few questions beside them or none, and for uncovered topics.
    """

    weights: tuple[float, ...]
    elsewhere: tuple[float, ...]
    scale: float  # of the rank
    evidence: tuple[float, ...]  # weights by EVIDENCE
    bias: float
    cutoff: float

    def ranks(self, columns: Sequence[Column]) -> Rows:
        """Ranks, higher is better, from one column of shape (n_owners,) for each of FEATURES."""
        own, other = np.zeros((2, len(columns[0])))
        for weight, elsewhere, column in zip(self.weights, self.elsewhere, columns, strict=True):
            own += weight * column
            other += elsewhere * column
        return np.where(np.asarray(columns[FEATURES.index("agreement")]) > 0.0, own, other)

    def scores(self, ranks: Rows, evidence: Rows) -> Rows:
        """Probabilities in [0, 1] for the ranks of clauses, in view of the question's evidence of shape (n_evidence,)."""
        raw = self.scale * ranks + float(evidence @ np.array(self.evidence)) + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-raw)))


def evidence_of(ranks: Rows, columns: Sequence[Column], n_clauses: int) -> Rows:
    """The values of EVIDENCE for a question, from the ranks and columns of all owners, clauses first."""
    clauses, topics = ranks[:n_clauses], ranks[n_clauses:]
    second = float(np.partition(clauses, -2)[-2]) if len(clauses) > 1 else 0.0
    compared = [column for name, column in zip(FEATURES, columns, strict=True) if name in _COMPARED]
    of_clauses = [float(column[:n_clauses].max(initial=0.0)) for column in compared]
    of_topics = [float(column[n_clauses:].max(initial=0.0)) for column in compared]
    return np.array([second, float(topics.max(initial=0.0)), *of_clauses, *of_topics])


def dense_columns(near: Iterable[tuple[int, float]], n_owners: int) -> tuple[Rows, Rows]:
    """(dense, near) of every owner from (owner, similarity) of the nearest entries, each of shape (n_owners,), in [0, 1]."""
    best, share = np.zeros(n_owners), np.zeros(n_owners)
    for owner, similarity in near:
        best[owner] = min(1.0, max(best[owner], similarity))
        share[owner] += np.exp((similarity - 1.0) / _NEAR)
    return best, share / max(float(share.sum()), 1e-12)


@cache
def calibration() -> Calibration:
    """The constants that come with the package."""
    return _calibration(_content())


@cache
def calibration_alone() -> Calibration:
    """The constants for words alone, while no vectors can be had; the curve is moved so that the usual cut-off holds."""
    usual, content = calibration(), _content()
    if "alone" not in content:
        return usual
    alone = _calibration(content["alone"])
    moved = alone.bias + float(np.log(usual.cutoff / (1 - usual.cutoff)) - np.log(alone.cutoff / (1 - alone.cutoff)))
    return replace(alone, bias=moved, cutoff=usual.cutoff)


def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files("copilot.retrieval").joinpath("calibration.json").read_text("utf-8"))
    return content


def _calibration(content: dict[str, Any]) -> Calibration:
    weights, elsewhere = (tuple(float(content[key][name]) for name in FEATURES) for key in ("weights", "elsewhere"))
    evidence = tuple(float(content["evidence"][name]) for name in EVIDENCE)
    return Calibration(weights, elsewhere, content["scale"], evidence, content["bias"], content["cutoff"])
