"""Where the words of a text begin and end, and which of them a dictionary knows: what tells a name from other words."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

_SENTENCE_ENDS = frozenset("。!?;\n")
# Tags of the ICTCLAS set: persons' names; verbs, prepositions, adverbs, conjunctions, pronouns, particles.
_PERSON = "nr"
_WORKING = "vpdcru"
_UNNAMED = _WORKING + "m"  # nobody is called 可以 or 一点


class Segment(NamedTuple):
    """A word at `[start, end)` of the text. `known`: the dictionary has it; `person`: it reads as a person's name;
    `working`: it is no noun, adjective or number.
    """

    start: int
    end: int
    known: bool
    person: bool
    working: bool
    tag: str


class Segments:
    """The words of `text` (rjieba); nothing is loaded or cut before the first question."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._cuts: dict[int, tuple[list[int], list[Segment]]] = {}

    def at(self, place: int) -> Segment:
        """The word that the character at `place` belongs to."""
        sentence = bisect_right(self._sentences, place) - 1
        starts, segments = self._cuts.get(sentence) or self._cut(sentence)
        return segments[bisect_right(starts, place) - 1]

    def splits_a_word(self, place: int) -> bool:
        """Whether `place` lies inside a word that the dictionary knows."""
        if not 0 < place < len(self.text):
            return False
        word = self.at(place)
        return word.known and word.start < place

    def is_person(self, start: int, end: int) -> bool:
        """Whether `[start, end)` is made of whole words, one of which reads as a person's name."""
        place, person = start, False
        while place < end:
            word = self.at(place)
            if word.start != place or word.end > end:
                return False
            place, person = word.end, person or word.person
        return person

    def is_whole_person(self, start: int, end: int) -> bool:
        """Whether `[start, end)` is one word that reads as a person's name."""
        word = self.at(start)
        return word.start == start and word.end == end and word.person

    def is_known_thing(self, start: int, end: int) -> bool:
        """Whether `start` begins a word of the dictionary, longer than what ends at `end`, that is no name."""
        word = self.at(start)
        return word.start == start and word.end > end and word.known and not word.person

    def ends_at(self, place: int) -> bool:
        """Whether a word of two or more characters that the dictionary knows ends right in front of `place`."""
        if place == 0:
            return False
        word = self.at(place - 1)
        return word.end == place and word.known and word.end - word.start > 1

    def is_working_word(self, start: int, end: int) -> bool:
        """Whether `[start, end)` is a verb, a preposition, an adverb or the like: 客人想|查|朋友的订单."""
        word = self.at(start)
        return word.start == start and word.end == end and word.working

    def is_unnamed(self, start: int, end: int) -> bool:
        """Whether `[start, end)` is one word of the dictionary that no given name is made of: 钱|可以."""
        word = self.at(start)
        return word.start == start and word.end == end and end - start > 1 and word.known and word.tag[0] in _UNNAMED

    @cached_property
    def _sentences(self) -> list[int]:
        """Where sentences begin: only those are cut into words that are asked about."""
        ends = [place + 1 for place, character in enumerate(self.text) if character in _SENTENCE_ENDS]
        return [0, *(end for end in ends if end < len(self.text))]

    def _cut(self, sentence: int) -> tuple[list[int], list[Segment]]:
        import rjieba  # its dictionary takes a tenth of a second

        place = self._sentences[sentence]
        after = self._sentences[sentence + 1 : sentence + 2]
        segments = []
        for word, tag in rjieba.tag(self.text[place : after[0] if after else None]):
            end = place + len(word)
            known = rjieba.has_word(word)
            segments.append(Segment(place, end, known, tag.startswith(_PERSON), tag[0] in _WORKING, tag))
            place = end
        self._cuts[sentence] = [segment.start for segment in segments], segments
        return self._cuts[sentence]


def is_word(text: str) -> bool:
    """Whether the dictionary has `text` as one word."""
    import rjieba

    return bool(rjieba.has_word(text))
