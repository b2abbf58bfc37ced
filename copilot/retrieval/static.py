"""The default embedding: a small static model of our own, trained by `training.py` and shipped in `static/`.

A text becomes named features (`features.py`); each feature has a learnt vector; the text's vector is their mean, scaled
to length 1. model2vec loads and applies it without torch.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from copilot.memory import give_back_memory
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.embeddings import Vector
from copilot.retrieval.features import features

if TYPE_CHECKING:
    from model2vec import StaticModel

FOLDER = Path(__file__).with_name("static")
_MAX_CHARACTERS = 2_000


class StaticEmbeddings:
    """Vectors of the shipped model, or of the one in `folder`; the model is read when the first text comes."""

    def __init__(self, lexicon: Lexicon | None = None, folder: Path = FOLDER) -> None:
        self._lexicon = lexicon or Lexicon()
        self._folder = folder

    @property
    def name(self) -> str:
        return f"static-1:{_digest(self._folder)}:{self._lexicon.fingerprint}"

    def vectors(self, texts: Sequence[str]) -> Vector:
        """Shape (n_texts, dimensions), float32, rows of length 1 (or 0). Raises OSError where the model is missing."""
        table = _table(self._folder)
        rows = np.zeros((len(texts), table.vectors.shape[1]), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = table.sum_of(feature_names(text, self._lexicon))
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def feature_names(text: str, lexicon: Lexicon) -> list[str]:
    """The features of `text` under the names that the model's tokenizer knows, which are free of blanks."""
    return [name.replace(" ", "_") for name in features(text, lexicon, _MAX_CHARACTERS)]


class _Table:
    """The model's vectors by the checksums of the features' names.

    model2vec's own tokenizer would hold every name twice or thrice: 25 MB in a server that looks up single names only.
    """

    def __init__(self, model: StaticModel) -> None:
        checksums = np.array([zlib.crc32(name.encode()) for name in model.tokens], dtype=np.uint32)
        order = np.argsort(checksums, kind="stable")
        self._checksums, self._rows = checksums[order], order.astype(np.int32)
        self.vectors = np.asarray(model.embedding)  # (n_features, dimensions), int8

    def sum_of(self, names: Sequence[str]) -> Vector:
        """The sum of the vectors of those names that are known, shape (dimensions,), not scaled."""
        wanted = np.array([zlib.crc32(name.encode()) for name in names], dtype=np.uint32)
        places = np.searchsorted(self._checksums, wanted).clip(max=len(self._checksums) - 1)
        known = self._rows[places[self._checksums[places] == wanted]]
        return np.asarray(self.vectors[known].sum(axis=0, dtype=np.float32))


@cache
def _table(folder: Path) -> _Table:
    table = _Table(_opened(folder))
    give_back_memory()
    return table


def _opened(folder: Path) -> StaticModel:
    """The model of `folder`; model2vec's own way in also loads the client of the model hub, 40 MB without a use here."""
    from model2vec.model import StaticModel
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    vectors = load_file(folder / "model.safetensors")["embeddings"]
    return StaticModel(vectors, Tokenizer.from_file(str(folder / "tokenizer.json")), normalize=True, max_length=None)


@cache
def _digest(folder: Path) -> str:
    return (folder / "digest.txt").read_text("utf-8").strip()
