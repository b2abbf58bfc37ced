"""Lexical search with bm25s: scores in [0, 1] that say how much of a query's information a text contains.

BM25 in Lucene's form gives a term at most its inverse document frequency, so the score divided by the sum over the
query's terms is a share; terms that occur nowhere count fully in the sum, which is what makes an unheard-of subject
score low (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond").
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


_MMAP_FROM_BYTES = 8_000_000  # below this a plain read is quicker than mapping


def _bm25s() -> Any:
    import bm25s  # type: ignore[import-untyped]

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG and prints to the terminal
    return bm25s


class LexicalField:
    """One view of a set of documents, each a list of terms."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._documents = int(model.scores["num_docs"])
        frequency = np.diff(np.asarray(model.scores["indptr"])).astype(np.float64)
        self._weights = np.log1p((self._documents - frequency + 0.5) / (frequency + 0.5))
        self._unseen = float(np.log1p((self._documents + 0.5) / 0.5))

    @classmethod
    def build(cls, documents: Sequence[list[str]], k1: float, b: float) -> LexicalField:
        """A field over documents given as their terms."""
        bm25s = _bm25s()
        model = bm25s.BM25(method="lucene", k1=k1, b=b)
        model.index(list(documents), show_progress=False)
        return cls(model)

    def save(self, folder: Path) -> None:
        self._model.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalField:
        """The field saved in `folder`. Raises OSError, ValueError or KeyError where it cannot be read."""
        bm25s = _bm25s()
        size = sum(path.stat().st_size for path in folder.glob("*.npy"))
        return cls(bm25s.BM25.load(str(folder), mmap=size > _MMAP_FROM_BYTES, show_progress=False))

    def scores(self, query: Iterable[str]) -> Scores:
        """Shape (n_documents,): the share of the information in the query's terms that each document holds, in [0, 1]."""
        terms = set(query)
        vocabulary = self._model.vocab_dict
        known = sorted(vocabulary[term] for term in terms if term in vocabulary)
        if not known:
            return np.zeros(self._documents, dtype=np.float32)
        total = float(self._weights[known].sum()) + self._unseen * (len(terms) - len(known))
        raw: Scores = np.asarray(self._model.get_scores_from_ids(known), dtype=np.float32)
        return (raw / np.float32(total)).clip(0.0, 1.0)
