"""Text becomes a vector without any model: hashed characters, words and concepts under a fixed random projection.

Two texts that share characters in sequence, words or concepts get vectors that point the same way. Nothing is learnt and
no file is read: what trained models are measured against. The default is the trained one of `static.py`.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from copilot.language import squeeze, words
from copilot.retrieval.concepts import Lexicon

Vector = npt.NDArray[np.float32]


class TextEmbeddings(Protocol):
    """What the index asks of an embedding; LangChain's `Embeddings` with a name and arrays."""

    @property
    def name(self) -> str:
        """Identifies model and version: vectors of different names are never compared."""

    def vectors(self, texts: Sequence[str]) -> Vector:
        """Shape (n_texts, dimensions), float32, rows of length 1 (or 0 for a text without content)."""


class HashedEmbeddings:
    """Character 1- to 3-grams and words, each spread over a few of the dimensions with signs drawn from its hash."""

    _GRAM_WEIGHTS: Final = {1: 0.35, 2: 1.0, 3: 0.7}
    _WORD_WEIGHT: Final = 1.0
    _CONCEPT_WEIGHT: Final = 2.0
    _SPREAD: Final = 8  # dimensions per feature: enough that two features rarely fall together entirely

    def __init__(self, lexicon: Lexicon | None = None, dimensions: int = 384, max_characters: int = 2_000) -> None:
        self.dimensions = dimensions
        self._lexicon = lexicon or Lexicon()
        self._max_characters = max_characters

    @property
    def name(self) -> str:
        return f"hashed-2:{self.dimensions}:{self._lexicon.fingerprint}"

    def vectors(self, texts: Sequence[str]) -> Vector:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = self._vector(text)
        return rows

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for many texts."""
        return [[float(value) for value in row] for row in self.vectors(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for one text."""
        return self.embed_documents([text])[0]

    def _vector(self, text: str) -> Vector:
        features = self._features(text[: self._max_characters])
        if not features:
            return np.zeros(self.dimensions, dtype=np.float32)
        hashes = np.fromiter((zlib.crc32(name.encode()) for name in features), np.uint64, len(features))
        weights = np.fromiter(features.values(), np.float32, len(features))
        draws: npt.NDArray[np.uint64] = hashes[:, None] * np.uint64(self._SPREAD)
        mixed = _mix(draws + np.arange(self._SPREAD, dtype=np.uint64)[None, :])
        places = (mixed % np.uint64(self.dimensions)).astype(np.intp)
        signs = np.where((mixed >> np.uint64(40)) & np.uint64(1), 1.0, -1.0)
        vector = np.bincount(places.ravel(), (signs * weights[:, None]).ravel(), minlength=self.dimensions)
        length = float(np.linalg.norm(vector))
        return (vector / length if length else vector).astype(np.float32)

    def _features(self, text: str) -> dict[str, float]:
        subject, concepts = self._lexicon.read(text)
        squeezed = squeeze(subject)
        counts: Counter[str] = Counter()
        for size in self._GRAM_WEIGHTS:
            counts.update(f"{size}{squeezed[i : i + size]}" for i in range(len(squeezed) - size + 1))
        features = {name: self._GRAM_WEIGHTS[int(name[0])] * count**0.5 for name, count in counts.items()}
        features.update({f"w{word}": self._WORD_WEIGHT * n**0.5 for word, n in Counter(words(subject)).items()})
        features.update({f"c{name}": self._CONCEPT_WEIGHT * n**0.5 for name, n in Counter(concepts).items()})
        return features


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Well-spread 64-bit hashes of 64-bit numbers (the finaliser of SplitMix64; wraps around on purpose)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def default_embeddings(lexicon: Lexicon) -> TextEmbeddings:
    """The embedding that an index uses where nothing else is asked for: our own static model (`static.py`)."""
    from copilot.retrieval.static import StaticEmbeddings  # there stands what this module defines

    return StaticEmbeddings(lexicon)
