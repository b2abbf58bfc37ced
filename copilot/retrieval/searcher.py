"""One query against one generation: the evidence of every field for every clause, ranked and calibrated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.clauses import Clause
from copilot.conversation import AGREEMENT
from copilot.errors import VectorsUnavailableError
from copilot.retrieval.asked import AskedColumns, AskedModel
from copilot.retrieval.concepts import load_lexicon
from copilot.retrieval.dense import Neighbours
from copilot.retrieval.entries import places_of
from copilot.retrieval.fields import Fields, Rows
from copilot.retrieval.fusion import Calibration, Column, calibration, calibration_alone, dense_columns, evidence_of

_MAX_QUERY_CHARACTERS = 1_000  # a question is short; what lies beyond only costs time
ASKED = "asked"  # folder of the model of asked questions within a generation
_NEIGHBOURS = 60  # entries asked of the vector index
_MOST_NEIGHBOURS = 240  # the same where most clauses do not hold on the day

Valid = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """A clause by its position, with its score and what it rests on; all in [0, 1]."""

    clause: int
    score: float
    lexical: float
    dense: float


class Searcher:
    """Loads the fields of a generation and searches. Making one takes up to a second, asking it milliseconds."""

    def __init__(self, folder: Path, clauses: Sequence[Clause], dense: Neighbours) -> None:
        topics: list[str] = json.loads((folder / "topics.json").read_text("utf-8"))
        self._lexicon = load_lexicon(folder)
        self._fields = Fields.load(folder, self._lexicon, np.load(folder / "owners.npy"))
        self._dense = dense
        self._calibration: Calibration = calibration()
        self._n_clauses = len(clauses)
        self._owner_of = {(clause.edition, clause.number): i for i, clause in enumerate(clauses)}
        self._owner_of.update({("", topic): i for i, topic in enumerate(topics, start=len(clauses))})
        self._agreement = agreement_column(clauses, len(topics))
        model = AskedModel.load(folder / ASKED)
        self._asked = AskedColumns(model, places_of(clauses), len(self._owner_of), self._n_clauses)

    def close(self) -> None:
        self._dense.close()

    @property
    def lacks_vectors(self) -> bool:
        """Whether the vectors turned out to be gone, so that they have to be made again."""
        return self._dense.missing

    def search(self, query: str, k: int, valid: Valid | None = None) -> list[Found]:
        """Up to `k` clauses that share anything with the query, best first.

        `valid`, of shape (n_clauses,), tells which clauses may be found; without it all may.
        """
        query = query[:_MAX_QUERY_CHARACTERS]
        fields, neighbours = self._fields.columns(query), self._dense_columns(query, _neighbours(valid))
        constants = self._calibration if neighbours is not None else calibration_alone()
        dense, near = neighbours if neighbours is not None else dense_columns((), len(self._owner_of))
        asked = self._asked.scores(query, self._lexicon)
        columns: list[Column] = [*fields, dense, near, self._agreement, *asked]
        ranks = constants.ranks(columns)
        lexical = np.maximum.reduce(fields)
        found = ((lexical > 0.0) | (dense > 0.0))[: self._n_clauses]
        candidates = np.flatnonzero(found if valid is None else found & valid)
        candidates = _highest(candidates, ranks, k)
        best = candidates[np.argsort(-ranks[candidates], kind="stable")[:k]]
        scores = constants.scores(ranks[best], evidence_of(ranks, columns, self._n_clauses))
        return [
            Found(int(i), float(score), float(lexical[i]), float(dense[i]))
            for i, score in zip(best, scores, strict=True)
        ]

    def _dense_columns(self, query: str, neighbours: int) -> tuple[Rows, Rows] | None:
        """What the nearest entries say of each owner, see `dense_columns`; None while the vectors cannot be reached."""
        try:
            near = self._dense.nearest(query, neighbours)
        except VectorsUnavailableError:
            return None
        owners = ((self._owner_of[edition, clause], similarity) for edition, clause, similarity in near)
        return dense_columns(owners, len(self._owner_of))


def _neighbours(valid: Valid | None) -> int:
    """How many entries to ask the vector index for, so that clauses that do not hold leave room for those that do."""
    if valid is None or not valid.any():
        return _NEIGHBOURS
    return min(_MOST_NEIGHBOURS, int(_NEIGHBOURS * len(valid) / np.count_nonzero(valid)))


def _highest(candidates: npt.NDArray[np.intp], ranks: Rows, k: int) -> npt.NDArray[np.intp]:
    """The candidates with the `k` highest ranks and all that tie with the last of them, in their order."""
    if len(candidates) <= k:
        return candidates
    least = np.partition(ranks[candidates], len(candidates) - k)[len(candidates) - k]
    highest: npt.NDArray[np.intp] = candidates[ranks[candidates] >= least]
    return highest


def agreement_column(clauses: Sequence[Clause], n_topics: int) -> Rows:
    """1 for clauses of the agreement, 0 for the others and for uncovered topics."""
    return np.array([float(clause.document == AGREEMENT) for clause in clauses] + [0.0] * n_topics)
