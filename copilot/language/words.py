"""Words and character pairs of Chinese text, the two views that lexical search is built on."""

from __future__ import annotations

from copilot.language.normalise import normalise


def words(text: str) -> list[str]:
    """Words of the normal form (rjieba, search mode), without punctuation and spaces."""
    import rjieba

    return [word for word in rjieba.cut_for_search(normalise(text).text) if any(c.isalnum() for c in word)]


def character_bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters of the squeezed normal form; a single character gives itself."""
    squeezed = normalise(text).squeezed.text
    if len(squeezed) < 2:
        return [squeezed] if squeezed else []
    return [squeezed[i : i + 2] for i in range(len(squeezed) - 1)]
