"""The features of a text for linear classifiers: its runs of one to three characters, named extras, a text beside it.

A vocabulary gives each feature that was met in training a column. Classifiers that were trained on the same texts have
the same vocabulary: they share one, and the columns of a text are looked up once for all of them.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import add
from typing import ClassVar
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

from copilot.language.normalise import normalise

_BESIDE_LENGTH = 0.7  # of the vector of the text beside, where that of the text itself has length 1
_MAX_CHARACTERS = 2_000  # what lies beyond changes no label and would cost time
_EXTRA = "\x00"  # begins the vocabulary entry of an extra
_BESIDE = "\x01"  # ... of a gram of the text beside
_EXTRA_VALUE = 0.4  # of an extra beside the characters, whose vector has length 1: long texts do not drown it
_REMEMBERED = 16  # texts; several classifiers look at the same one, one after the other


@lru_cache(maxsize=256)
def _character_grams(text: str) -> tuple[str, ...]:
    """Each gram once, in an order that follows from the text alone, so that sums come out the same every time."""
    padded = f"^{normalise(text).text.replace(' ', '')}$"
    pairs = list(map(add, padded, padded[1:]))
    return tuple(dict.fromkeys(chain(padded, pairs, map(add, pairs, padded[2:]))))


def features_of(text: str, extras: Iterable[str] = (), beside: str = "") -> frozenset[str]:
    """All features of a text, each as it is written in a vocabulary."""
    grams = frozenset(_character_grams(text[:_MAX_CHARACTERS])).union(f"{_EXTRA}{extra}" for extra in extras)
    return grams.union(f"{_BESIDE}{gram}" for gram in _character_grams(beside[:_MAX_CHARACTERS])) if beside else grams


def is_extra(feature: str) -> bool:
    """Whether a feature, as it is written in a vocabulary, is a named extra."""
    return feature.startswith(_EXTRA)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the known features of a text stand: first its characters, then its extras, then the text beside."""

    inside: npt.NDArray[np.intp]
    characters: int
    beside: int

    def values(self, idf: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """A value per column: characters scaled to length 1, each extra at its fixed value; `idf` is (n_features,)."""
        values = idf[self.inside]
        extras_end = len(values) - self.beside
        values[self.characters : extras_end] = _EXTRA_VALUE
        _scale(values[: self.characters], 1.0)
        _scale(values[extras_end:], _BESIDE_LENGTH)
        return values


def _scale(weights: npt.NDArray[np.float32], length: float) -> None:
    """Scale the weights, shape (n,), to a vector of that length, in place; an empty one stays empty."""
    if len(weights):
        weights *= length / (math.sqrt(weights @ weights) or 1.0)


class Vocabulary:
    """The features that were met in training, each with its column. Make one with `of`."""

    _alive: ClassVar[WeakValueDictionary[tuple[str, ...], Vocabulary]] = WeakValueDictionary()

    def __init__(self, features: tuple[str, ...]) -> None:
        self.features = features
        self._characters: dict[str, int] = {}  # here columns count from 1, so that none is false
        self._extras: dict[str, int] = {}
        self._beside: dict[str, int] = {}
        of_kind = {_EXTRA: self._extras, _BESIDE: self._beside}
        for column, feature in enumerate(features, start=1):
            if feature[0] in of_kind:
                of_kind[feature[0]][sys.intern(feature[1:])] = column
            else:
                self._characters[feature] = column
        self.columns_of = lru_cache(maxsize=_REMEMBERED)(self._columns_of)

    @classmethod
    def of(cls, features: Iterable[str]) -> Vocabulary:
        """The vocabulary of these features in this order; where there is one already, the same."""
        # Different vocabularies share most of their features: interned, one lies in memory once.
        key = tuple(map(sys.intern, features))
        found = cls._alive.get(key)
        if found is None:
            found = cls._alive[key] = cls(key)
        return found

    def _columns_of(self, text: str, extras: tuple[str, ...] = (), beside: str = "") -> Columns:
        """The columns of the features that are known."""
        characters = _known(self._characters, _character_grams(text[:_MAX_CHARACTERS]))
        named = _known(self._extras, dict.fromkeys(extras))
        others = _known(self._beside, _character_grams(beside[:_MAX_CHARACTERS])) if beside else []
        inside = np.array([*characters, *named, *others], dtype=np.intp) - 1
        return Columns(inside, len(characters), len(others))


def _known(columns: Mapping[str, int], features: Iterable[str]) -> list[int]:
    return list(filter(None, map(columns.get, features)))
