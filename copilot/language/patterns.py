"""Many patterns in one pass over a text.

RE2 matches in time linear in the text whatever the pattern (https://github.com/google/re2), so no input can make the
reviewer slow; in exchange there is no look-around and no back-reference: exceptions are patterns of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Generic, TypeVar

import re2

KeyT = TypeVar("KeyT")


@cache
def _quiet() -> Any:
    """RE2's options without its own messages on standard error: a pattern that it refuses is reported by us."""
    options = re2.Options()
    options.log_errors = False
    return options


def compile_pattern(pattern: str) -> Any:
    """One compiled pattern (RE2 syntax) with `search`, `fullmatch` and `finditer`.

    For code that needs groups or anchors; many patterns at once belong into a PatternSet. Raises ValueError.
    """
    try:
        return re2.compile(pattern, _quiet())
    except re2.error as error:
        raise ValueError(f"模式 {pattern!r} 无法使用：{error}（不支持前后断言和反向引用）") from error


@dataclass(frozen=True, slots=True)
class PatternMatch(Generic[KeyT]):
    """Pattern `key` matched at `[start, end)` of the scanned text."""

    key: KeyT
    start: int
    end: int


class PatternSet(Generic[KeyT]):
    """Patterns (RE2 syntax, unanchored) with a key each. Raises ValueError naming a pattern RE2 refuses."""

    def __init__(self, patterns: Iterable[tuple[KeyT, str]]) -> None:
        self._keys: list[KeyT] = []
        self._compiled: list[Any] = []
        self._set: Any = re2.Filter()  # looks for the literals of all patterns first, runs only those that can match
        for key, pattern in patterns:
            try:
                self._compiled.append(self._set.re(self._set.Add(pattern, _quiet())))
            except re2.error as error:
                raise ValueError(f"模式 {pattern!r} 无法使用：{_why(pattern)}（不支持前后断言和反向引用）") from error
            self._keys.append(key)
        if self._keys:
            self._set.Compile()

    def __len__(self) -> int:
        return len(self._keys)

    def keys_in(self, text: str) -> list[KeyT]:
        """Keys of the patterns that match anywhere, in the order given; a key per pattern, so it may repeat."""
        if not self._keys:
            return []
        return [self._keys[index] for index in sorted(self._set.Match(text) or ())]

    def scan(self, text: str, *, most: int | None = None) -> list[PatternMatch[KeyT]]:
        """All non-overlapping matches of each pattern, sorted by start; of one pattern the first `most`, if given.

        Empty matches are left out.
        """
        if not self._keys:
            return []
        found = [
            PatternMatch(self._keys[index], match.start(), match.end())
            for index in sorted(self._set.Match(text) or ())
            for match in islice(self._compiled[index].finditer(text), most)
            if match.end() > match.start()
        ]
        return sorted(found, key=lambda match: (match.start, -match.end))


def _why(pattern: str) -> str:
    """RE2's own words on a pattern that it refuses; the set itself does not tell."""
    try:
        re2.compile(pattern, _quiet())
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return "写法有误"
