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
from copilot.retrieval.asked import AskedColumns, AskedModel
from copilot.retrieval.concepts import load_lexicon
from copilot.retrieval.dense import DenseIndex
from copilot.retrieval.embeddings import TextEmbeddings
from copilot.retrieval.fields import Fields, Rows
from copilot.retrieval.fusion import Calibration, calibration

_MAX_QUERY_CHARACTERS = 1_000  # a question is short; what lies beyond only costs time
ASKED = "asked"  # folder of the model of asked questions within a generation
_NEIGHBOURS = 60  # entries asked of the vector index


@dataclass(frozen=True, slots=True)
class Found:
    """A clause by its position, with its score and what it rests on; all in [0, 1]."""

    clause: int
    score: float
    lexical: float
    dense: float


class Searcher:
    """Loads the fields of a generation and searches. Making one takes up to a second, asking it milliseconds."""

    def __init__(self, folder: Path, clauses: Sequence[Clause], embeddings: TextEmbeddings) -> None:
        topics: list[str] = json.loads((folder / "topics.json").read_text("utf-8"))
        self._lexicon = load_lexicon(folder)
        self._fields = Fields.load(folder, self._lexicon, np.load(folder / "owners.npy"))
        self._dense = DenseIndex(folder / "chroma", embeddings)
        self._calibration: Calibration = calibration()
        self._n_clauses = len(clauses)
        self._owner_of = {(clause.document, clause.number): i for i, clause in enumerate(clauses)}
        self._owner_of.update({("", topic): i for i, topic in enumerate(topics, start=len(clauses))})
        self._agreement = agreement_column(clauses, len(topics))
        model = AskedModel.load(folder / ASKED)
        self._asked = AskedColumns(model, self._owner_of, len(self._owner_of), self._n_clauses)

    def close(self) -> None:
        self._dense.close()

    def search(self, query: str, k: int) -> list[Found]:
        """Up to `k` clauses that share anything with the query, best first."""
        query = query[:_MAX_QUERY_CHARACTERS]
        fields, dense = self._fields.columns(query), self._dense_best(query)
        asked = self._asked.scores(query, self._lexicon)
        ranks = self._calibration.ranks([*fields, dense, self._agreement, *asked])
        uncovered = float(ranks[self._n_clauses :].max(initial=0.0))
        lexical = np.maximum.reduce(fields)
        candidates = np.flatnonzero(((lexical > 0.0) | (dense > 0.0))[: self._n_clauses])
        candidates = _highest(candidates, ranks, k)
        best = candidates[np.argsort(-ranks[candidates], kind="stable")[:k]]
        scores = self._calibration.scores(ranks[best], uncovered)
        return [
            Found(int(i), float(score), float(lexical[i]), float(dense[i]))
            for i, score in zip(best, scores, strict=True)
        ]

    def _dense_best(self, query: str) -> Rows:
        """Cosine similarity of each owner's best entry, shape (n_owners,), 0 for those that are not near."""
        best = np.zeros(len(self._owner_of))
        for document, clause, similarity in self._dense.nearest(query, _NEIGHBOURS):
            owner = self._owner_of[document, clause]
            best[owner] = min(1.0, max(best[owner], similarity))
        return best


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
