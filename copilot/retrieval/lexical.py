"""Lexical search with bm25s: scores in [0, 1] that say how much of a query's information a text contains.

BM25 in Lucene's form gives a term at most its inverse document frequency, so the score divided by the sum over the
query's terms is a share; terms that occur nowhere count fully in the sum, which is what makes an unheard-of subject
score low (Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from copilot.language import character_bigrams, words

Scores = npt.NDArray[np.float32]

_MMAP_FROM_BYTES = 8_000_000  # below this a plain read is quicker than mapping


def word_terms(text: str) -> list[str]:
    return words(text)


def bigram_terms(text: str) -> list[str]:
    return character_bigrams(text)


def profile_terms(text: str) -> list[str]:
    """Both views at once; the marks keep a word of two characters apart from the pair."""
    return [*(f"w{word}" for word in words(text)), *(f"b{pair}" for pair in character_bigrams(text))]


class LexicalField:
    """One view of a set of texts: `terms` says how a text is taken apart."""

    def __init__(self, model: Any, terms: Callable[[str], list[str]]) -> None:
        self._model, self._terms = model, terms
        pointers = np.asarray(model.scores["indptr"])
        documents = int(model.scores["num_docs"])
        frequency = np.diff(pointers).astype(np.float64)
        self._weights = np.log1p((documents - frequency + 0.5) / (frequency + 0.5))
        self._unseen = float(np.log1p((documents + 0.5) / 0.5))
        self._documents = documents

    @classmethod
    def build(
        cls, texts: Sequence[Sequence[str]], terms: Callable[[str], list[str]], *, k1: float, b: float
    ) -> LexicalField:
        """A field over documents given as the texts that each consists of."""
        import bm25s  # type: ignore[import-untyped]

        model = bm25s.BM25(method="lucene", k1=k1, b=b)
        model.index([[term for text in parts for term in terms(text)] for parts in texts], show_progress=False)
        return cls(model, terms)

    def save(self, folder: Path) -> None:
        self._model.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, terms: Callable[[str], list[str]]) -> LexicalField:
        """The field saved in `folder`. Raises OSError, ValueError or KeyError where it cannot be read."""
        import bm25s

        size = sum(path.stat().st_size for path in folder.glob("*.npy"))
        return cls(bm25s.BM25.load(str(folder), mmap=size > _MMAP_FROM_BYTES, show_progress=False), terms)

    def scores(self, query: str) -> Scores:
        """Shape (n_documents,): the share of the query's information that each document contains, in [0, 1]."""
        terms = set(self._terms(query))
        vocabulary = self._model.vocab_dict
        known = sorted(vocabulary[term] for term in terms if term in vocabulary)
        if not known:
            return np.zeros(self._documents, dtype=np.float32)
        total = float(self._weights[known].sum()) + self._unseen * (len(terms) - len(known))
        raw = np.asarray(self._model.get_scores_from_ids(known), dtype=np.float32)
        return np.clip(raw / np.float32(total), np.float32(0), np.float32(1))
