"""Lexical search with bm25s: scores in [0, 1] that say how much of a query's information a text contains.

BM25 in Lucene's form gives a term at most its inverse document frequency, so the score divided by the sum over the
query's terms is a share; terms that occur nowhere count fully in the sum, which is what makes an unheard-of subject
score low (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond").
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
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
        self._vocabulary = _Vocabulary(model.vocab_dict)

    @classmethod
    def build(cls, documents: Sequence[list[str]], k1: float, b: float) -> LexicalField:
        """A field over documents given as their terms."""
        bm25s = _bm25s()
        model = bm25s.BM25(method="lucene", k1=k1, b=b)
        model.index(list(documents), show_progress=False)
        return cls(model)

    def save(self, folder: Path) -> None:
        """Keep a field that was just built; one that was loaded has let go of its terms."""
        self._model.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalField:
        """The field saved in `folder`. Raises OSError, ValueError or KeyError where it cannot be read."""
        bm25s = _bm25s()
        size = sum(path.stat().st_size for path in folder.glob("*.npy"))
        field = cls(bm25s.BM25.load(str(folder), mmap=size > _MMAP_FROM_BYTES, show_progress=False))
        field._model.vocab_dict = {}
        return field

    def scores(self, query: Iterable[str]) -> Scores:
        """Shape (n_documents,): the share of the information in the query's terms that each document holds, in [0, 1]."""
        terms = set(query)
        known = self._vocabulary.places(terms)
        if not len(known):
            return np.zeros(self._documents, dtype=np.float32)
        total = float(self._weights[known].sum()) + self._unseen * (len(terms) - len(known))
        raw: Scores = np.asarray(self._model.get_scores_from_ids(known), dtype=np.float32)
        return (raw / np.float32(total)).clip(0.0, 1.0)


class _Vocabulary:
    """Where terms stand, by their checksums: as a dictionary of texts the vocabularies would take 10 MB more."""

    def __init__(self, places: Mapping[str, int]) -> None:
        checksums = np.fromiter((zlib.crc32(term.encode()) for term in places), np.uint32, len(places))
        order = np.argsort(checksums, kind="stable")
        self._checksums = checksums[order]
        self._places = np.fromiter(places.values(), np.int32, len(places))[order]

    def places(self, terms: Iterable[str]) -> npt.NDArray[np.int32]:
        """The places of those of the `terms` that are known, in ascending order."""
        wanted = np.array([zlib.crc32(term.encode()) for term in terms], dtype=np.uint32)
        if not len(self._checksums) or not len(wanted):
            return np.zeros(0, dtype=np.int32)
        found = np.searchsorted(self._checksums, wanted).clip(max=len(self._checksums) - 1)
        return np.unique(self._places[found[self._checksums[found] == wanted]])
