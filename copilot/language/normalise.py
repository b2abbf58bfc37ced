"""Normal form of a text, with a map back to the offsets of the original.

Each character is folded by itself (NFKC, lower case, traditional to simplified, invisible characters dropped, look-alike
symbols replaced), so every character of the normal form knows which original characters it came from. Patterns run on
the normal form; findings and spans are reported in the original.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import compress

# Symbols that people use in place of a character to slip past filters; NFKC does not know them.
_LOOK_ALIKES = {
    "➕": "加", "✚": "加", "✖": "x", "❌": "x", "⭕": "o", "🈲": "禁", "🈵": "满", "🆓": "免费", "🉑": "可",
    "‘": "'", "’": "'", "“": '"', "”": '"', "﹣": "-", "–": "-", "—": "-", "―": "-", "−": "-", "‐": "-", "‑": "-",
    "～": "~", "〜": "~", "…": "...", "﹒": ".", "・": "·", "•": "·",
}  # fmt: skip
_INVISIBLE_CATEGORIES = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
_SHORT = 1_000  # characters; the normal forms of shorter texts are remembered for a while
_SPACES = frozenset("\n\t\r\u2028\u2029")


@dataclass(frozen=True)
class Normalised:
    """A normal form of `original`. `starts[i]` and `ends[i]` are where character i of `text` came from."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original `[start, end)` of `text[start:end]`; an empty span maps to an empty one."""
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else len(self.original)
            return place, place
        return self.starts[start], self.ends[end - 1]

    @property
    def squeezed(self) -> Normalised:
        """The same text with nothing but letters, digits and Chinese characters: "傻 · 逼" reads 傻逼."""
        # Itself is not kept in itself: a circle would stay in memory until the collector comes by.
        return self if self.text.isalnum() else self._squeezed

    @cached_property
    def _squeezed(self) -> Normalised:
        kept = list(map(str.isalnum, self.text))
        text = "".join(compress(self.text, kept))
        return Normalised(self.original, text, tuple(compress(self.starts, kept)), tuple(compress(self.ends, kept)))


@cache
def _simplifier() -> object:
    from opencc import OpenCC  # loads its dictionaries: only when a traditional character can be there

    return OpenCC("t2s")


@cache
def _fold(character: str) -> str:
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    if character in _SPACES or character.isspace():
        return "\n" if character in "\n\u2028\u2029" else " "
    if unicodedata.category(character) in _INVISIBLE_CATEGORIES:
        return ""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).lower())
    folded = "".join(each for each in folded if unicodedata.category(each) not in _INVISIBLE_CATEGORIES)
    if "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff":
        folded = str(_simplifier().convert(folded))  # type: ignore[attr-defined]
    return folded


class _Folds(dict[int, str]):
    """What each character seen so far folds to; `uneven` are those that become none or several."""

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        return folded


_FOLDS = _Folds()


def normalise(text: str) -> Normalised:
    """The normal form of any text: simplified Chinese, lower case, ASCII punctuation except 。 and 、."""
    return _remembered(text) if len(text) < _SHORT else _normalised(text)


def _normalised(text: str) -> Normalised:
    folded = text.translate(_FOLDS)
    if _FOLDS.uneven.isdisjoint(text):
        return Normalised(text, folded, range(len(text)), range(1, len(text) + 1))
    starts: list[int] = []
    for place, character in enumerate(text):
        starts.extend([place] * len(_fold(character)))
    return Normalised(text, folded, starts, [place + 1 for place in starts])


# A draft is looked at by the matcher, both classifiers, the acts and the guard, one after the other.
_remembered = lru_cache(maxsize=256)(_normalised)


def squeeze(text: str) -> str:
    """The squeezed normal form as a plain string, for comparing texts."""
    return normalise(text).squeezed.text
