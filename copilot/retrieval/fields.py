"""The lexical fields of an index: four views of the same entries, each a share in [0, 1] for every owner.

An owner is a clause or an uncovered topic. Words and pairs of characters are matched entry by entry, and the owner's
best entry counts; profile and concepts look at all that an owner says, which catches what no single entry says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.language import character_bigrams, words
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.entries import Entry
from copilot.retrieval.lexical import LexicalField

TermsOfEntries = Mapping[str, dict[str, list[str]]]  # entry id -> field -> terms
Rows = npt.NDArray[np.float64]
FIELDS = ("words", "bigrams", "profiles", "concepts")
_OF_OWNER = ("profiles", "concepts")

# Entries are short and alike in length, so repetition and length say little there; profiles differ more.
_BM25 = {"words": (0.5, 0.3), "bigrams": (0.5, 0.3), "profiles": (1.2, 0.4), "concepts": (1.2, 0.5)}


class Fields:
    """All lexical fields of one generation."""

    def __init__(self, fields: dict[str, LexicalField], owners: npt.NDArray[np.int32], lexicon: Lexicon) -> None:
        """`owners` has shape (n_entries,), sorted; every owner has at least one entry."""
        self._fields, self._lexicon = fields, lexicon
        self._starts = np.flatnonzero(np.diff(owners, prepend=-1))

    @classmethod
    def build(
        cls,
        entries: Sequence[Entry],
        lexicon: Lexicon,
        progress: Callable[[int, int], None] = lambda done, total: None,
        terms: TermsOfEntries | None = None,
    ) -> Fields:
        """The fields of these entries; `terms` is what `terms_of_entries` gave for them, when it is known already."""
        owners = owners_of(entries)
        known = terms_of_entries(entries, lexicon) if terms is None else terms
        single = [known[entry.id] for entry in entries]
        whole: list[dict[str, list[str]]] = [{name: [] for name in FIELDS} for _ in range(int(owners[-1]) + 1)]
        for entry, found in zip(entries, single, strict=True):
            for name in _OF_OWNER:
                whole[entry.owner][name] += found[name]
        fields = {}
        for done, name in enumerate(FIELDS):
            progress(done, len(FIELDS))
            documents = whole if name in _OF_OWNER else single
            fields[name] = LexicalField.build([found[name] for found in documents], *_BM25[name])
        progress(len(FIELDS), len(FIELDS))
        return cls(fields, owners, lexicon)

    def save(self, folder: Path) -> None:
        for name, field in self._fields.items():
            field.save(folder / name)

    @classmethod
    def load(cls, folder: Path, lexicon: Lexicon, owners: npt.NDArray[np.int32]) -> Fields:
        """The fields saved in `folder`. Raises OSError, ValueError or KeyError where they cannot be read."""
        return cls({name: LexicalField.load(folder / name) for name in FIELDS}, owners, lexicon)

    def columns(self, query: str) -> list[npt.NDArray[np.float32]]:
        """One column of shape (n_owners,) for each of FIELDS."""
        terms = _terms(query, self._lexicon)
        columns = []
        for name, field in self._fields.items():
            values = field.scores(terms[name])
            columns.append(values if name in _OF_OWNER else np.maximum.reduceat(values, self._starts))
        return columns


def terms_of_entries(
    entries: Sequence[Entry], lexicon: Lexicon, known: TermsOfEntries | None = None
) -> dict[str, dict[str, list[str]]]:
    """The terms of each entry by its id; those in `known`, made with the same concepts, are taken from there."""
    known = known or {}
    return {entry.id: known.get(entry.id) or _terms(entry.text, lexicon) for entry in entries}


def owners_of(entries: Sequence[Entry]) -> npt.NDArray[np.int32]:
    """The owner of each entry, shape (n_entries,)."""
    return np.array([entry.owner for entry in entries], dtype=np.int32)


def _terms(text: str, lexicon: Lexicon) -> dict[str, list[str]]:
    """The terms of a text by field; in the profile, marks keep a word of two characters apart from the pair."""
    subject, concepts = lexicon.read(text)
    spoken = words(subject)
    pairs = [pair for part in subject.split() for pair in character_bigrams(part)]
    profile = [*(f"w{word}" for word in spoken), *(f"b{pair}" for pair in pairs)]
    return {"words": spoken, "bigrams": pairs, "profiles": profile, "concepts": list(concepts)}
