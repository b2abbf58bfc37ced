"""Which topics a message is like, by the characters it shares with sentences that customers say about them.

Patterns are exact and cannot think of everything; likeness is rough and always has an opinion. Topics use both: what a
pattern finds counts in full, what is only alike counts by how much it is alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log, sqrt

from copilot.language import character_bigrams

_SINGLE = 0.45  # what a single character tells beside a pair
_BEST, _SECOND = 0.75, 0.25  # a topic is as like as its best sentence, a little by its second
_MAX_CHARACTERS = 200


class Likeness:
    """Compares texts with example sentences; the weights of characters and pairs come from the sentences themselves."""

    def __init__(self, examples: Iterable[tuple[str, str]]) -> None:
        """`examples` are pairs of topic id and sentence."""
        sentences = [(topic, _grams(text)) for topic, text in examples]
        counts = Counter(gram for _, grams in sentences for gram in grams)
        total = max(1, len(sentences))
        self._weights = {gram: _size(gram) * log(1 + total / count) for gram, count in counts.items()}
        self._unknown = log(1 + total)
        self._topics = [topic for topic, _ in sentences]
        self._found_in: dict[str, list[tuple[int, float]]] = {}
        for place, (_, grams) in enumerate(sentences):
            length = sqrt(sum(self._weights[gram] ** 2 for gram in grams)) or 1.0
            for gram in grams:
                self._found_in.setdefault(gram, []).append((place, self._weights[gram] / length))

    def topics(self, text: str) -> dict[str, float]:
        """How much `text` is like each topic, in (0, 1]; topics that share nothing with it are left out."""
        grams = _grams(text[:_MAX_CHARACTERS])
        weights = {gram: self._weights.get(gram, 0.5 * _size(gram) * self._unknown) for gram in grams}
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        shared: dict[int, float] = {}
        for gram, weight in weights.items():
            for place, share in self._found_in.get(gram, ()):
                shared[place] = shared.get(place, 0.0) + weight * share / length
        best: dict[str, tuple[float, float]] = {}
        for place, likeness in shared.items():
            first, second = best.get(self._topics[place], (0.0, 0.0))
            if likeness > first:
                best[self._topics[place]] = (likeness, first)
            elif likeness > second:
                best[self._topics[place]] = (first, likeness)
        return {topic: _BEST * first + _SECOND * second for topic, (first, second) in best.items()}


def _size(gram: str) -> float:
    return _SINGLE if len(gram) == 1 else 1.0


def _grams(text: str) -> frozenset[str]:
    pairs = character_bigrams(text)
    return frozenset(pairs).union("".join(pairs))
