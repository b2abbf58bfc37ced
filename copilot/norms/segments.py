"""A draft cut into sentences and clauses, each known by its place in the normal form and in the original."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import NamedTuple

from copilot.language import Normalised, normalise

_SENTENCE_ENDS = re.compile("[。!?;\n~]+")
_CLAUSE_ENDS = re.compile("[。!?;\n~,]+")
_OPENING = {'"': '"', "“": "”", "「": "」", "『": "』", "《": "》", "【": "】", "'": "'", "(": ")"}
_QUERY = re.compile(r"\?[a-z0-9_]{1,20}=")  # inside a link
MOST_CHARACTERS = 5_000  # of a text that are judged word by word; ten times what counts as a wall of text
_LONGEST_QUOTATION = 40  # characters; beyond that it is no longer somebody's quoted words


class Segment(NamedTuple):
    """Characters `[start, end)` of the normal form, its closing punctuation included."""

    start: int
    end: int


def _cut(text: str, ends: re.Pattern[str]) -> tuple[Segment, ...]:
    found: list[Segment] = []
    start = 0
    for run in ends.finditer(text):
        place = run.end() - 1
        if (text[place] == "," and text[start:place].isdigit()) or _QUERY.match(text, place):
            continue
        found.append(Segment(start, place + 1))
        start = place + 1
    if start < len(text):
        found.append(Segment(start, len(text)))
    return tuple(found)


class Segmented:
    """A text in normal form with its sentences, clauses and quotations; computed when first asked for.

    Of a text longer than any message only the beginning is looked at: its length is the breach.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        self.normal: Normalised = normalise(original[:MOST_CHARACTERS])
        self.text = self.normal.text

    @cached_property
    def sentences(self) -> tuple[Segment, ...]:
        return _cut(self.text, _SENTENCE_ENDS)

    @cached_property
    def clauses(self) -> tuple[Segment, ...]:
        return _cut(self.text, _CLAUSE_ENDS)

    @cached_property
    def quotations(self) -> tuple[Segment, ...]:
        """What stands inside quotation marks or brackets, the marks left out."""
        if _OPENING.keys().isdisjoint(self.text):
            return ()
        found: list[Segment] = []
        place = 0
        while place < len(self.text):
            closing = _OPENING.get(self.text[place])
            if closing is not None:
                end = self.text.find(closing, place + 1, place + 2 + _LONGEST_QUOTATION)
                if end > place and self.text[place] != "(":
                    found.append(Segment(place + 1, end))
                    place = end
            place += 1
        return tuple(found)

    def place_in_normal(self, original_offset: int) -> int:
        """The place in the normal form of a character of the original."""
        return max(0, bisect_right(self.normal.starts, original_offset) - 1)

    def around(self, start: int, end: int, pieces: tuple[Segment, ...]) -> Segment:
        """The whole segments that `[start, end)` touches."""
        if not pieces or start >= end:
            return Segment(start, end)
        first = bisect_right(pieces, start, key=lambda piece: piece.end)
        last = bisect_left(pieces, end, key=lambda piece: piece.start) - 1
        return Segment(pieces[first].start, pieces[last].end) if first <= last else Segment(start, end)

    def inside_quotation(self, start: int, end: int) -> bool:
        return any(piece.start <= start and end <= piece.end for piece in self.quotations)

    def of(self, segment: Segment) -> str:
        return self.text[segment.start : segment.end]
