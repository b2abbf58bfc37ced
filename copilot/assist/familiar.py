"""How much a text sounds like talk at this counter, by the pairs of characters that it shares with what is known of it."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.language import squeeze


class Familiar:
    """The words of the trade: phrases, customer-facing sentences, policies, and what customers usually write."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._pairs = frozenset(pair for text in texts for pair in _pairs(text))

    def share(self, text: str) -> float:
        """The share of a text's pairs that are known, in [0, 1]; 1 for a text too short to have any. Figures do not count."""
        pairs = _pairs(text)
        return sum(pair in self._pairs for pair in pairs) / len(pairs) if pairs else 1.0


def _pairs(text: str) -> list[str]:
    plain = squeeze(text)
    pairs = (plain[place : place + 2] for place in range(len(plain) - 1))
    return [pair for pair in pairs if not (pair[0].isdigit() or pair[1].isdigit())]
