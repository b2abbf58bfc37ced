r"""A pattern in an alphabet of its own, so that RE2 searches a text of one byte a character.

RE2 reads Chinese as UTF-8: three bytes a character, a dozen instructions for each "anything but a comma". It builds its
automata while it searches, so with texts that are always new most of the time goes into states that it has not met. But
a pattern tells only those characters apart that stand in it. Given a byte for each of them, and one for all others, the
same pattern over bytes has a third of the steps, and soon meets no state that is new.

Only non-ASCII characters are renamed, also to the controls of ASCII; the rest of it, and with it all syntax, stays. A
pattern for which that is not enough (ranges of characters, scripts, some 150 characters) is left to RE2 as it is.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]

_ASCII, _OTHER = 128, 255
_FREE = (*range(_ASCII, _OTHER), *range(1, 9), *range(14, 32))  # bytes that no class of RE2 tells apart
_UNTOLD = re.compile(  # what a renaming would change: escapes, flags, ranges, named classes ([[:cntrl:]])
    r"\[:\^?\w+:\]|\\[^\x00-\x7f]|\\[xpPCQE]|\(\?[^:]|[^\x00-\x7f]-|-[^\x00-\x7f]|[\x00-\x1f]-|\\[afnrtv]-"
)
# Each character of a pattern has a number, the same for all patterns: a text is turned into numbers once.
_NUMBERS: dict[str, int] = {chr(code): code for code in range(_ASCII)}
_UNKNOWN = _ASCII  # the number of all characters that stand in no pattern


def codes_of(text: str) -> Codes:
    """The numbers of a text's characters, shape (n_characters,), good as long as `known` stays the same."""
    return np.array([_NUMBERS.get(character, _UNKNOWN) for character in text], dtype=np.int32)


def known() -> int:
    """How many characters have a number."""
    return len(_NUMBERS)


class Alphabet:
    """The bytes in which one pattern is searched. Make one with `of`."""

    __slots__ = ("_bytes", "pattern")

    def __init__(self, pattern: bytes, table: npt.NDArray[np.uint8]) -> None:
        """`pattern` is to be compiled as Latin-1; `table` gives the byte of each number, the last that of all beyond."""
        self.pattern, self._bytes = pattern, table

    @classmethod
    def of(cls, pattern: str) -> Alphabet | None:
        """The alphabet of a pattern (RE2 syntax); None where it cannot be renamed."""
        if _UNTOLD.search(pattern):
            return None
        characters = dict.fromkeys(each for each in pattern if ord(each) >= _ASCII)
        free = [code for code in _FREE if chr(code) not in pattern]
        if len(characters) > len(free):
            return None
        renamed = dict(zip(characters, free, strict=False))
        for character in renamed:
            _NUMBERS.setdefault(character, len(_NUMBERS) + 1)
        table = np.full(len(_NUMBERS) + 2, _OTHER, dtype=np.uint8)
        table[:_ASCII] = np.arange(_ASCII)
        table[[code for code in renamed.values() if code < _ASCII]] = _OTHER
        for character, byte in renamed.items():
            table[_NUMBERS[character]] = byte
        spelled = pattern.translate({ord(character): f"\\x{byte:02x}" for character, byte in renamed.items()})
        return cls(spelled.encode("ascii"), table)

    def spell(self, codes: Codes) -> bytes:
        """A text, given as `codes_of` does, in this alphabet: one byte a character."""
        return self._bytes.take(codes, mode="clip").tobytes()
