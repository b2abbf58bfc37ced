"""One query against one generation: the evidence of every field for the clauses that come into question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.clauses import Clause
from copilot.conversation import AGREEMENT
from copilot.retrieval.dense import DenseIndex
from copilot.retrieval.embeddings import TextEmbeddings
from copilot.retrieval.fusion import Rows, evidence, feature_rows
from copilot.retrieval.lexical import LexicalField, bigram_terms, profile_terms, word_terms

_MAX_QUERY_CHARACTERS = 1_000  # a question is short; what lies beyond only costs time
_CANDIDATES = 24  # owners per field that are looked at closely
_NEIGHBOURS = 60  # entries asked of the vector index


@dataclass(frozen=True)
class Evidence:
    """The candidates for one query. Shapes: `clauses` (n,), `rows` (n, n_features), `lexical` and `dense` (n,)."""

    clauses: npt.NDArray[np.intp]
    rows: Rows
    lexical: Rows
    dense: Rows


class Searcher:
    """Loads the fields of a generation and gathers evidence. Making one takes a second, asking it milliseconds."""

    def __init__(self, folder: Path, clauses: Sequence[Clause], topics: Sequence[str], embeddings: TextEmbeddings) -> None:
        self._owners = np.load(folder / "owners.npy")
        self._starts = np.searchsorted(self._owners, np.arange(len(clauses) + len(topics)))
        self._words = LexicalField.load(folder / "words", word_terms)
        self._bigrams = LexicalField.load(folder / "bigrams", bigram_terms)
        self._profiles = LexicalField.load(folder / "profiles", profile_terms)
        self._dense = DenseIndex(folder / "chroma", embeddings)
        self._n_clauses = len(clauses)
        self._owner_of = {(clause.document, clause.number): i for i, clause in enumerate(clauses)}
        self._owner_of.update({("", topic): i for i, topic in enumerate(topics, start=len(clauses))})
        self._is_agreement = np.array([clause.document == AGREEMENT for clause in clauses], dtype=np.float64)

    def close(self) -> None:
        self._dense.close()

    def gather(self, query: str) -> Evidence:
        """The evidence for `query`; no candidates for a text without letters, digits or Chinese characters."""
        query = query[:_MAX_QUERY_CHARACTERS]
        words = self._best(self._words.scores(query))
        bigrams = self._best(self._bigrams.scores(query))
        profile = self._profiles.scores(query).astype(np.float64)
        dense = self._dense_best(query)
        near = evidence(words, bigrams, profile, dense)
        uncovered = float(near[self._n_clauses :].max(initial=0.0))
        chosen = self._candidates(near[: self._n_clauses])
        words, bigrams, profile, dense = words[chosen], bigrams[chosen], profile[chosen], dense[chosen]
        rows = feature_rows(words, bigrams, profile, dense, uncovered, self._is_agreement[chosen])
        return Evidence(chosen, rows, (words + bigrams) / 2, dense)

    def _best(self, scores: npt.NDArray[np.float32]) -> Rows:
        """The best score among each owner's entries, shape (n_owners,)."""
        return np.maximum.reduceat(scores, self._starts).astype(np.float64)

    def _dense_best(self, query: str) -> Rows:
        best = np.zeros(len(self._starts))
        for document, clause, similarity in self._dense.nearest(query, _NEIGHBOURS):
            owner = self._owner_of[document, clause]
            best[owner] = max(best[owner], similarity)
        return best

    def _candidates(self, near: Rows) -> npt.NDArray[np.intp]:
        count = min(_CANDIDATES, len(near))
        best = np.argpartition(near, -count)[-count:] if count < len(near) else np.arange(len(near))
        return best[near[best] > 0.0]
