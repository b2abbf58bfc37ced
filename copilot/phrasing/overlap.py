"""How much two texts share, by character pairs weighted with how telling they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from math import log

from copilot.language import character_bigrams

_MAX_CHARACTERS = 400


class PairWeights:
    """Weights of character pairs, learnt from the phrases themselves: pairs in few phrases tell most."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)
        self._unknown = log(1 + max(1, len(self._texts)))

    @cached_property
    def _pairs(self) -> Mapping[str, frozenset[str]]:
        return {text: frozenset(character_bigrams(text)) for text in self._texts}

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        counts = Counter(pair for pairs in self._pairs.values() for pair in pairs)
        total = max(1, len(self._pairs))
        return {pair: log(1 + total / count) for pair, count in counts.items()}

    def shares(self, text: str) -> Mapping[str, float]:
        """The pairs of a text that phrases can take up, with their shares of its weight; they add up to at most 1."""
        pairs = frozenset(character_bigrams(text[:_MAX_CHARACTERS]))
        weights = {pair: self._weights.get(pair, self._unknown) for pair in pairs}
        total = sum(weights.values()) or 1.0
        return {pair: weight / total for pair, weight in weights.items()}

    def overlap(self, shares: Mapping[str, float], text: str) -> float:
        """The share, in [0, 1], of a text's weight that `text` takes up."""
        pairs = self._pairs.get(text) or _pairs_of(text)
        return sum(shares[pair] for pair in shares.keys() & pairs)


def repeats(text: str, earlier: Iterable[str], limit: float = 0.6) -> bool:
    """Whether most of `text` (by character pairs) has been said in one of the earlier texts."""
    pairs = frozenset(character_bigrams(text))
    return bool(pairs) and any(len(pairs & said) / len(pairs) >= limit for said in map(_pairs_of, earlier))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set of pairs that is also in the other, in [0, 1]."""
    return len(one & other) / max(1, min(len(one), len(other)))


def pairs_of(text: str) -> frozenset[str]:
    """The character pairs of a text as a set."""
    return _pairs_of(text)


@lru_cache(maxsize=4_096)  # the same phrases and the same earlier turns come by again and again
def _pairs_of(text: str) -> frozenset[str]:
    return frozenset(character_bigrams(text[:_MAX_CHARACTERS]))
