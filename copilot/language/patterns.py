"""Many patterns in one pass over a text.

RE2 matches in time linear in the text whatever the pattern (https://github.com/google/re2), so no input can make the
reviewer slow; in exchange there is no look-around and no back-reference: exceptions are patterns of their own.

RE2 builds its automata while it searches, which costs many times the search itself as long as texts are new. So of
hundreds of patterns only those are tried, and only those are ever compiled, whose literal words stand in the text, and
each is searched in an alphabet as small as it allows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import islice
from operator import add
from typing import Any, Generic, NamedTuple, TypeVar

import re2

from copilot.language.alphabet import Alphabet, Codes, codes_of, known
from copilot.language.literals import BEGINNING, END, literals_of

KeyT = TypeVar("KeyT")

# Number of a pattern; a word that is a match by itself, or ""; grams of which a text needs one each besides; its length.
_Entry = tuple[int, str, tuple[frozenset[str], ...], int]

_LONGEST_GRAM = 3  # characters
_SHORT = 1_000  # characters; of shorter texts, more than one is remembered


@cache
def _quiet() -> Any:
    """RE2's options without its own messages on standard error: a pattern that it refuses is reported by us."""
    options = re2.Options()
    options.log_errors = False
    return options


@cache
def _for_places(*, over_bytes: bool) -> Any:
    """As `_quiet`, for patterns of which only the place counts: to tell groups apart costs RE2 a slower search."""
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    if over_bytes:
        options.encoding = re2.Options.Encoding.LATIN1
    return options


def compile_pattern(pattern: str) -> Any:
    """One compiled pattern (RE2 syntax) with `search`, `fullmatch` and `finditer`.

    For code that needs groups or anchors; many patterns at once belong into a PatternSet. Raises ValueError.
    """
    return _compiled(pattern, _quiet())


def _compiled(pattern: str | bytes, options: Any, named: str | None = None) -> Any:
    """The compiled pattern; `named` is what an error calls it."""
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        cause = error.args[0] if error.args else ""
        told = cause.decode(errors="replace") if isinstance(cause, bytes) else str(cause) or "写法有误"
        raise ValueError(f"模式 {(named or pattern)!r} 无法使用：{told}（不支持前后断言和反向引用）") from error


class PatternMatch(NamedTuple, Generic[KeyT]):
    """Pattern `key` matched at `[start, end)` of the scanned text."""

    key: KeyT
    start: int
    end: int


class _Scanned:
    """A text as all pattern sets look at it: its characters' numbers, and its grams, runs of one to three characters."""

    __slots__ = ("_codes", "_numbered", "grams", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._codes, self._numbered = codes_of(text), known()
        bounded = f"{BEGINNING}{text}{END}"
        pairs = list(map(add, bounded, bounded[1:]))
        self.grams = frozenset(text).union(pairs, map(add, pairs, bounded[2:]))

    @property
    def codes(self) -> Codes:
        """The numbers of the characters, also of those that got one since."""
        if self._numbered != known():
            self._codes, self._numbered = codes_of(self.text), known()
        return self._codes


_of_short = lru_cache(maxsize=64)(_Scanned)
_of_long = lru_cache(maxsize=1)(_Scanned)


def _scanned(text: str) -> _Scanned:
    """The view of a text, remembered: one set after another looks at the same draft."""
    return _of_short(text) if len(text) < _SHORT else _of_long(text)


class _Searcher:
    """One pattern, compiled over an alphabet of its own or, where that cannot be, over UTF-8. Raises ValueError."""

    __slots__ = ("_alphabet", "_compiled")

    def __init__(self, pattern: str) -> None:
        self._alphabet = Alphabet.of(pattern)
        self._compiled = (
            _compiled(pattern, _for_places(over_bytes=False)) if self._alphabet is None
            else _compiled(self._alphabet.pattern, _for_places(over_bytes=True), pattern)
        )  # fmt: skip

    def matches(self, scanned: _Scanned) -> bool:
        return self._compiled.search(self._spelled(scanned)) is not None

    def spans(self, scanned: _Scanned, most: int | None) -> list[tuple[int, int]]:
        """Where the first `most` matches are, in characters; empty ones are left out."""
        text = self._spelled(scanned)
        found = [match.span() for match in islice(self._compiled.finditer(text), most)]
        found = [span for span in found if span[0] < span[1]]
        return found if self._alphabet is not None or not found else _in_characters(text, found)

    def _spelled(self, scanned: _Scanned) -> bytes:
        return scanned.text.encode() if self._alphabet is None else self._alphabet.spell(scanned.codes)


class PatternSet(Generic[KeyT]):
    """Patterns (RE2 syntax, unanchored) with a key each. Raises ValueError naming a pattern RE2 refuses."""

    def __init__(self, patterns: Iterable[tuple[KeyT, str]]) -> None:
        self._keys: list[KeyT] = []
        self._patterns: list[str] = []
        self._searchers: list[_Searcher | None] = []  # None where the pattern has not been tried yet
        self._always: list[int] = []  # patterns that any text may match
        self._in_short: list[tuple[int, int]] = []  # that any text may match up to a length: the length, the number
        self._by_gram: dict[str, list[_Entry]] = {}
        for key, pattern in patterns:
            self._add(key, pattern)
        self._grams = frozenset(self._by_gram)

    def _add(self, key: KeyT, pattern: str) -> None:
        literals = literals_of(pattern)
        number = len(self._keys)
        self._keys.append(key)
        self._patterns.append(pattern)
        self._searchers.append(_Searcher(pattern) if literals is None else None)
        if literals is None or literals.anywhere:
            self._always.append(number)
            return
        for word in literals.words:
            self._by_gram.setdefault(word[:_LONGEST_GRAM], []).append((number, word, (), sys.maxsize))
        for branch in literals.branches:
            at_most = sys.maxsize if branch.at_most is None else branch.at_most
            if not branch.needs:
                self._in_short.append((at_most, number))
                continue
            first, *others = (frozenset(text[:_LONGEST_GRAM] for text in need) for need in branch.needs)
            for gram in first:
                self._by_gram.setdefault(gram, []).append((number, "", tuple(others), at_most))

    def __len__(self) -> int:
        return len(self._keys)

    def keys_in(self, text: str) -> list[KeyT]:
        """Keys of the patterns that match anywhere, in the order given; a key per pattern, so it may repeat."""
        if not self._keys:
            return []
        scanned = _scanned(text)
        sure: set[int] = set()
        candidates = self._candidates(scanned, sure)
        return [self._keys[i] for i in candidates if i in sure or self._ready(i).matches(scanned)]

    def scan(self, text: str, *, most: int | None = None) -> list[PatternMatch[KeyT]]:
        """All non-overlapping matches of each pattern, sorted by start; of one pattern the first `most`, if given.

        Empty matches are left out.
        """
        if not self._keys:
            return []
        scanned = _scanned(text)
        matches = [
            PatternMatch(self._keys[index], start, end)
            for index in self._candidates(scanned, set())
            for start, end in self._ready(index).spans(scanned, most)
        ]
        return sorted(matches, key=lambda match: (match.start, -match.end))

    def warm(self) -> None:
        """Compile every pattern now, so that no text has to wait for it."""
        for index in range(len(self._keys)):
            self._ready(index)

    def _candidates(self, scanned: _Scanned, sure: set[int]) -> list[int]:
        """Patterns that may match, in order; of those that do for `sure`, the number is added there."""
        found = set(self._always)
        grams, length = scanned.grams, len(scanned.text)
        found.update(number for at_most, number in self._in_short if length <= at_most)
        for gram in self._grams & grams:
            for number, word, others, at_most in self._by_gram[gram]:
                if word:
                    if number not in sure and word in scanned.text:
                        sure.add(number)
                elif number not in found and length <= at_most and not any(map(grams.isdisjoint, others)):
                    found.add(number)
        return sorted(found | sure)

    def _ready(self, index: int) -> _Searcher:
        searcher = self._searchers[index]
        if searcher is None:
            searcher = self._searchers[index] = _Searcher(self._patterns[index])
        return searcher


def _in_characters(encoded: bytes, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of UTF-8 bytes, first to last, as spans of characters."""
    found: list[tuple[int, int]] = []
    last = characters = 0
    for start, end in spans:
        begins = characters + len(encoded[last:start].decode())
        characters = begins + len(encoded[start:end].decode())
        found.append((begins, characters))
        last = end
    return found
