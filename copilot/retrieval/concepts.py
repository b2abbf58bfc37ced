"""Concepts: words that stand for one thing in this trade, so that texts without a common word can still meet.

They are data (`knowledge/concepts/*.yaml`). Recognising them is a walk over the squeezed normal form that takes the
longest known word at each place, linear in the text; English words are compared whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from copilot.language import normalise, squeeze
from copilot.workspace import DataRecord, Workspace

CONCEPTS_FOLDER = "concepts"
_ENDINGS = ("", "s", "es", "d", "ed", "red", "ing")


class Concept(DataRecord):
    """Words for one thing; with `ignore` they are the frame of a question and say nothing of its subject."""

    id: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    ignore: bool = False


class Understood(NamedTuple):
    """What a text is about: the text without question frames, and the ids of the concepts in it, repeated as they occur."""

    subject: str
    concepts: tuple[str, ...]


def read_concepts(workspace: Workspace) -> list[Concept]:
    """The concepts of the workspace; empty where the folder is missing. Raises WorkspaceError with file and line."""
    return workspace.read_records(CONCEPTS_FOLDER, Concept)


def save_concepts(folder: Path, concepts: Iterable[Concept]) -> None:
    """Keep the concepts with a generation of the index: JSON is read some fifty times faster than YAML."""
    rows = [concept.model_dump() for concept in concepts]
    (folder / "concepts.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


@lru_cache(maxsize=1)  # the search and the embedding share it; what lies in a generation never changes
def load_lexicon(folder: Path) -> Lexicon:
    """The lexicon of a generation. Raises OSError or ValueError."""
    rows = json.loads((folder / "concepts.json").read_text("utf-8"))
    return Lexicon(Concept.model_validate(row) for row in rows)


class Lexicon:
    """Finds concepts in texts and takes question frames out of them."""

    def __init__(self, concepts: Iterable[Concept] = ()) -> None:
        self._concepts: dict[str, list[str]] = {}
        self._ignored: set[str] = set()
        for concept in concepts:
            for word in map(squeeze, concept.words):
                if concept.ignore:
                    self._ignored.add(word)
                elif word:
                    self._concepts.setdefault(word, []).append(concept.id)
        sizes: dict[str, set[int]] = {}
        for word in (*self._concepts, *self._ignored):
            sizes.setdefault(word[:1], set()).add(len(word))
        # Few lengths begin with the same character, so few pieces of the text are looked up at each place.
        self._sizes = {first: sorted(lengths, reverse=True) for first, lengths in sizes.items()}

    def read(self, text: str) -> Understood:
        """Subject and concepts of `text` in one walk."""
        squeezed, found = self._walk(text)
        kept: list[str] = []
        concepts: list[str] = []
        place = 0
        for start, word in found:
            if word in self._concepts:
                concepts.extend(self._concepts[word])
            else:
                kept.append(squeezed[place:start])
                place = start + len(word)
        kept.append(squeezed[place:])
        return Understood(" ".join(part for part in kept if part) or text, tuple(concepts))

    def terms(self, text: str) -> list[str]:
        """Ids of the concepts in `text`, one for each word that names one."""
        return list(self.read(text).concepts)

    def subject(self, text: str) -> str:
        """`text` without question frames; the whole text where nothing else would be left."""
        return self.read(text).subject

    @property
    def fingerprint(self) -> str:
        """Changes whenever a concept does; eight hexadecimal digits."""
        content = json.dumps([sorted(self._concepts.items()), sorted(self._ignored)], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    def _walk(self, text: str) -> tuple[str, list[tuple[int, str]]]:
        """The squeezed form, and (place in it, word) for the longest known word at each place, left to right."""
        normal = normalise(text)
        squeezed = normal.squeezed.text
        borders = _word_borders(normal.text)
        found: list[tuple[int, str]] = []
        place = 0
        while place < len(squeezed):
            word = self._word_at(squeezed, place, borders)
            if word:
                found.append((place, word))
            place += len(word) or 1
        return squeezed, found

    def _word_at(self, squeezed: str, place: int, borders: set[int]) -> str:
        for size in self._sizes.get(squeezed[place], ()):
            word = squeezed[place : place + size]
            if len(word) < size or (word not in self._concepts and word not in self._ignored):
                continue
            begins = not word[0].isascii() or place in borders
            if begins and (not word[-1].isascii() or _ends_word(squeezed, place + size, borders)):
                return word
        return ""


def _ends_word(squeezed: str, place: int, borders: set[int]) -> bool:
    """Whether an English word ends at `place`, its ending of number or tense left aside ("transferred", "bribes")."""
    return any(place + len(ending) in borders and squeezed.startswith(ending, place) for ending in _ENDINGS)


def _word_borders(text: str) -> set[int]:
    """Places in the squeezed form where an English word or number may begin or end."""
    borders = {0}
    place = 0
    previous = " "
    for character in text:
        if not character.isalnum():
            borders.add(place)
        else:
            if character.isascii() != previous.isascii():
                borders.add(place)
            place += 1
        previous = character
    borders.add(place)
    return borders
