"""The lexical fields of an index: four views of the same entries, each a share in [0, 1] for every owner.

An owner is a clause or an uncovered topic. Words and pairs of characters are matched entry by entry, and the owner's
best entry counts; profile and concepts look at all that an owner says, which catches what no single entry says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.language import character_bigrams, words
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.entries import Entry
from copilot.retrieval.lexical import LexicalField, Terms

Rows = npt.NDArray[np.float64]
FIELDS = ("words", "bigrams", "profiles", "concepts")

# Entries are short and alike in length, so repetition and length say little there; profiles differ more.
_BM25 = {"words": (0.5, 0.3), "bigrams": (0.5, 0.3), "profiles": (1.2, 0.4), "concepts": (1.2, 0.5)}


class Fields:
    """All lexical fields of one generation."""

    def __init__(self, fields: dict[str, LexicalField], owners: npt.NDArray[np.int32]) -> None:
        """`owners` has shape (n_entries,), sorted; every owner has at least one entry."""
        self._fields = fields
        self._starts = np.flatnonzero(np.diff(owners, prepend=-1))

    @classmethod
    def build(
        cls, entries: Sequence[Entry], lexicon: Lexicon, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Fields:
        owners = owners_of(entries)
        single = [[entry.text] for entry in entries]
        whole: list[list[str]] = [[] for _ in range(int(owners[-1]) + 1)]
        for entry in entries:
            whole[entry.owner].append(entry.text)
        fields = {}
        for done, (name, terms) in enumerate(_views(lexicon).items()):
            progress(done, len(FIELDS))
            texts = single if name in ("words", "bigrams") else whole
            fields[name] = LexicalField.build(texts, terms, *_BM25[name])
        progress(len(FIELDS), len(FIELDS))
        return cls(fields, owners)

    def save(self, folder: Path) -> None:
        for name, field in self._fields.items():
            field.save(folder / name)

    @classmethod
    def load(cls, folder: Path, lexicon: Lexicon, owners: npt.NDArray[np.int32]) -> Fields:
        """The fields saved in `folder`. Raises OSError, ValueError or KeyError where they cannot be read."""
        return cls({name: LexicalField.load(folder / name, terms) for name, terms in _views(lexicon).items()}, owners)

    def scores(self, query: str) -> Rows:
        """Shape (n_owners, 4), columns in the order of FIELDS."""
        columns = []
        for name, field in self._fields.items():
            values = field.scores(query)
            columns.append(np.maximum.reduceat(values, self._starts) if name in ("words", "bigrams") else values)
        return np.stack(columns, axis=1).astype(np.float64)


def owners_of(entries: Sequence[Entry]) -> npt.NDArray[np.int32]:
    """The owner of each entry, shape (n_entries,)."""
    return np.array([entry.owner for entry in entries], dtype=np.int32)


def _views(lexicon: Lexicon) -> dict[str, Terms]:
    def word_terms(text: str) -> list[str]:
        return words(lexicon.subject(text))

    def bigram_terms(text: str) -> list[str]:
        return [pair for part in lexicon.subject(text).split() for pair in character_bigrams(part)]

    def profile_terms(text: str) -> list[str]:
        return [*(f"w{word}" for word in word_terms(text)), *(f"b{pair}" for pair in bigram_terms(text))]

    return {"words": word_terms, "bigrams": bigram_terms, "profiles": profile_terms, "concepts": lexicon.terms}
