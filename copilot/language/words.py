"""Words and character pairs of Chinese text, the two views that lexical search is built on."""

from __future__ import annotations

from operator import add

from copilot.language.normalise import normalise


def words(text: str) -> list[str]:
    """Words of the normal form (rjieba, search mode), without punctuation and spaces."""
    import rjieba

    return [word for word in rjieba.cut_for_search(normalise(text).text) if any(c.isalnum() for c in word)]


def character_bigrams(text: str) -> list[str]:
    """Pairs of neighbouring characters of the squeezed normal form; a single character gives itself."""
    plain = "".join(filter(str.isalnum, normalise(text).text))  # squeezed, without the offsets that nobody needs here
    return list(map(add, plain, plain[1:])) or ([plain] if plain else [])
