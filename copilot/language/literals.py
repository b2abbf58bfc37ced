"""What a text must hold for a pattern to match in it: the literal words that no match can do without.

A pattern is read once into *needs*: groups of short texts, of each of which at least one stands in every match. A text
without them need not be searched at all, and to know that takes a look into a set instead of a run over the text. The
idea is that of Russ Cox's trigram index (https://swtch.com/~rsc/regexp/regexp4.html).

Only the plain part of RE2's syntax is read (https://github.com/google/re2/wiki/Syntax); of a pattern with anything
else nothing is known, and it is always searched. What is read here, RE2 takes too, so it need not be compiled to be
checked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

Need = frozenset[str]  # at least one of these stands in the match

# A text is looked at as if these stood around it; so `^好` needs a text that holds the two characters BEGINNING and 好.
BEGINNING, END = "\x02", "\x03"


class Branch(NamedTuple):
    """What one way to match needs: all of `needs`, the rarest first, in a text of at most `at_most` characters."""

    needs: tuple[Need, ...]
    at_most: int | None = None  # None: however long


_MOST_JOINED = 64  # texts that a sequence is spelled out into
_MOST_CHOICES = 400  # texts of one need; more are too many to look for
_MOST_NEEDS = 4  # of one branch; the rarest ones
_MOST_REPEATED = 100  # of repetitions inside each other; RE2 takes up to 1,000
_LONGEST = 3_000  # characters of a pattern
_BOUNDS = frozenset({BEGINNING, END})
_ALWAYS = 1e9  # likelihood of what each text holds
_OFTEN = 15.0  # how much likelier than a pair a single character stands in a text
_VERY_OFTEN = {  # ... and those that are far from it, measured on the examples of the norms
    ",": 240.0, "我": 140.0, "您": 120.0, "的": 115.0, "了": 115.0, "不": 95.0, "一": 75.0, "是": 55.0,
    **dict.fromkeys("这就有个给没到好能下你上们吗在可要以", 40.0), **dict.fromkeys((",我", "了,", ",您", "的,"), 35.0),
    "可以": 28.0, "给您": 26.0, **dict.fromkeys(("我们", "你们", "一下", "怎么", "什么", "这个", ",不"), 15.0),
}  # fmt: skip
_QUANTIFIERS = frozenset("*+?{")
_CLASSES = {"d": frozenset("0123456789"), "s": None, "w": None, "D": None, "S": None, "W": None}
_HAN = "{Han}"
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_SURROGATES = range(0xD800, 0xE000)  # no characters
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}


class _UnreadError(Exception):
    """Syntax that is not read here."""


_ANY = frozenset({""})  # any text begins and ends with that


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pattern: all texts that it matches (None: too many to list), what each match needs, repetitions.

    `longest` is the number of characters that it matches at most, `at_most` that of a whole text with a match. Each
    match begins with one of `starts` and ends with one of `ends`, of which an empty one says nothing.
    """

    exact: frozenset[str] | None
    needs: tuple[Need, ...] = ()
    repeated: int = 1
    longest: int | None = None
    at_most: int | None = None
    choices: tuple[_Part, ...] = ()  # where it is one of several parts
    starts: frozenset[str] = _ANY
    ends: frozenset[str] = _ANY

    @property
    def length(self) -> int | None:
        """`longest`, also of a part whose texts are listed."""
        if self.exact is None:
            return self.longest
        return max((len(text.strip(BEGINNING + END)) for text in self.exact), default=0)

    def known(self) -> tuple[Need, ...]:
        """The needs, also of a part whose texts are listed."""
        if self.exact is None:
            return self.needs
        return (self.exact,) if self.exact and "" not in self.exact else ()


_NOTHING = _Part(frozenset({""}))
_BEGINNING, _END = _Part(frozenset({BEGINNING})), _Part(frozenset({END}))
_ANYTHING = _Part(None, longest=1)


@dataclass(frozen=True, slots=True)
class Literals:
    """What a match of a pattern needs: one of `words`, which is a match by itself, or what one of `branches` needs.

    A branch that needs nothing may match in any text.
    """

    words: frozenset[str]
    branches: tuple[Branch, ...]

    @property
    def anywhere(self) -> bool:
        """Whether any text may match."""
        return any(not branch.needs and branch.at_most is None for branch in self.branches)


def literals_of(pattern: str) -> Literals | None:
    """What a match of `pattern` (RE2 syntax) needs; None where the pattern is not read here."""
    if len(pattern) > _LONGEST or not _BOUNDS.isdisjoint(pattern):
        return None
    try:
        reading = _Reading(pattern)
        parts = reading.parts()
    except (_UnreadError, IndexError):
        return None
    if reading.place < len(pattern):  # a bracket too many
        return None
    listed = frozenset().union(*(part.exact for part in parts if part.exact is not None))
    words = listed if not reading.anchored else frozenset()
    branches = [_branch(_Part(listed))] if listed and not (words and "" not in words) else []
    branches += [_branch(part) for part in parts if part.exact is None]
    return Literals(words - {""}, tuple(branches))


def _branch(part: _Part) -> Branch:
    needs = [need for need in dict.fromkeys(part.known()) if need.isdisjoint(_BOUNDS)]  # each text has bounds
    return Branch(tuple(sorted(needs, key=_likelihood)[:_MOST_NEEDS]), part.at_most)


def _likelihood(need: Need) -> float:
    """How likely a text holds one of these, on no scale in particular."""
    if not need.isdisjoint(_BOUNDS):
        return _ALWAYS
    return sum(_VERY_OFTEN.get(text) or (_OFTEN if len(text) == 1 else 1.0 / (len(text) - 1)) for text in need)


class _Reading:
    """One pass over a pattern, part by part."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self.place = pattern, 0
        self.anchored = False  # whether a place matters somewhere: then its words alone prove nothing

    def parts(self) -> list[_Part]:
        """The alternatives up to the end or the closing bracket."""
        parts = [self._sequence()]
        while self._peek() == "|":
            self.place += 1
            parts.append(self._sequence())
        return [choice for part in parts for choice in part.choices or (part,)]

    def _peek(self) -> str:
        return self._pattern[self.place] if self.place < len(self._pattern) else ""

    def _take(self) -> str:
        self.place += 1
        return self._pattern[self.place - 1]  # IndexError: the pattern ends too early

    def _sequence(self) -> _Part:
        joined, after_unlisted, starts = _ANY, False, _ANY
        needs: list[Need] = []
        parts: list[_Part] = []
        while self._peek() not in ("", "|", ")"):
            part = self._repeated(self._single())
            parts.append(part)
            spelled = _spelled_out(joined, part.exact) if part.exact is not None else None
            if spelled is not None:
                joined = spelled
                continue
            joined = _spelled_out(joined, part.starts) or joined if part.exact is None else joined
            needs += _Part(joined).known()
            starts = starts if after_unlisted else joined
            after_unlisted = True
            if part.exact is None and part.needs != (part.starts,):  # what `joined` has said already
                needs += part.needs
            joined = part.exact if part.exact is not None else part.ends
        repeated = max((part.repeated for part in parts), default=1)
        if not after_unlisted:
            return _Part(joined, (), repeated)
        if len(parts) == 1:
            return parts[0]
        longest, at_most = _lengths(parts)
        return _Part(None, (*needs, *_Part(joined).known()), repeated, longest, at_most, (), starts, joined)

    def _single(self) -> _Part:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == ".":
            return _ANYTHING
        if character in "^$":
            self.anchored = True
            return _BEGINNING if character == "^" else _END
        if character == "\\":
            return self._escaped()
        if character in _QUANTIFIERS:
            raise _UnreadError
        return _Part(frozenset({character}))

    def _group(self) -> _Part:
        if self._peek() == "?":
            self.place += 1
            if self._take() != ":":
                raise _UnreadError
        parts = self.parts()
        if self._take() != ")":
            raise _UnreadError
        return _either(parts) if len(parts) > 1 else parts[0]

    def _escaped(self) -> _Part:
        letter = self._take()
        if letter in _CLASSES:
            return _Part(_CLASSES[letter])
        if letter == "b":
            self.anchored = True
            return _NOTHING
        if self._is_script(letter):
            return _ANYTHING
        return _Part(frozenset({self._literal(letter)}))

    def _is_script(self, letter: str) -> bool:
        r"""Whether this is `\p{Han}`, the one class of its kind that is read; it is taken."""
        found = letter == "p" and self._pattern.startswith(_HAN, self.place)
        self.place += len(_HAN) if found else 0
        return found

    def _literal(self, escaped: str) -> str:
        if escaped == "x":
            return self._numbered()
        if escaped in _CONTROLS:
            return _CONTROLS[escaped]
        if escaped.isalnum() or not escaped.isascii() or escaped == "_":
            raise _UnreadError
        return escaped

    def _numbered(self) -> str:
        r"""The character of `\x{4e00}`, its `\x` taken."""
        end = self._pattern.find("}", self.place)
        digits = self._pattern[self.place + 1 : max(end, self.place)]
        if self._peek() != "{" or not 1 <= len(digits) <= 6 or not set(digits) <= _HEXADECIMAL:
            raise _UnreadError
        number = int(digits, 16)
        if number > sys.maxunicode or number in _SURROGATES or chr(number) in _BOUNDS:
            raise _UnreadError
        self.place = end + 1
        return chr(number)

    def _class(self) -> _Part:
        """A class of characters, its opening bracket taken; listed unless it is negated or wide."""
        negated = self._peek() == "^"
        if negated:
            self.place += 1
        listed: set[str] = set()
        wide = negated
        first = True
        while (character := self._take()) != "]":
            if character == "[" or (character == "-" and not first and self._peek() != "]"):
                raise _UnreadError
            first = False
            if character == "\\" and self._peek() in _CLASSES:
                known = _CLASSES[self._take()]
                wide = wide or known is None
                listed |= known or frozenset()
                continue
            if character == "\\" and self._peek() == "p":
                if not self._is_script(self._take()):
                    raise _UnreadError
                wide = True
                continue
            start = self._literal(self._take()) if character == "\\" else character
            if self._peek() != "-" or self._pattern[self.place + 1 : self.place + 2] == "]":
                listed.add(start)
                continue
            self.place += 1
            end = self._take()
            end = self._numbered() if end == "\\" and self._take() == "x" else end
            if end in "]\\[-" or end < start:
                raise _UnreadError
            if ord(end) - ord(start) > _MOST_JOINED:
                wide = True
            else:
                listed |= {chr(code) for code in range(ord(start), ord(end) + 1)}
        if first or not _BOUNDS.isdisjoint(listed):
            raise _UnreadError
        return _ANYTHING if wide else _Part(frozenset(listed))

    def _repeated(self, part: _Part) -> _Part:
        """The part with the quantifier behind it, if there is one."""
        if self._peek() not in _QUANTIFIERS or not self._peek():
            return part
        least, most = self._times()
        if self._peek() == "?":  # as few as possible: where the match ends, not whether there is one
            self.place += 1
        if self._peek() and self._peek() in _QUANTIFIERS:
            raise _UnreadError
        repeated = part.repeated * max(1, most or least)
        if repeated > _MOST_REPEATED:
            raise _UnreadError
        if (least, most) == (0, 1) and part.exact is not None:
            return _Part(part.exact | {""}, (), repeated)
        if least == most and part.exact is not None:
            whole: frozenset[str] | None = frozenset({""})
            for _ in range(least):
                whole = _spelled_out(whole, part.exact) if whole is not None else None
            if whole is not None:
                return _Part(whole, (), repeated)
        longest = part.length * most if part.length is not None and most is not None else None
        if not least:
            return _Part(None, (), repeated, longest)
        starts, ends = (part.starts, part.ends) if part.exact is None else (part.exact, part.exact)
        return _Part(
            None, part.known(), repeated, longest, part.at_most, (), _together([starts]), _together([ends])
        )  # fmt: skip

    def _times(self) -> tuple[int, int | None]:
        """The least and the greatest number of times that a quantifier allows; None: any number."""
        character = self._take()
        if character != "{":
            return (1 if character == "+" else 0), (1 if character == "?" else None)
        end = self._pattern.find("}", self.place)
        least, comma, most = self._pattern[self.place : max(end, self.place)].partition(",")
        if not (least.isascii() and least.isdigit()) or (most and not (most.isascii() and most.isdigit())):
            raise _UnreadError
        self.place = end + 1
        times = int(least), int(most) if most else None if comma else int(least)
        if times[1] is not None and times[1] < times[0]:
            raise _UnreadError
        return times


def _lengths(parts: Sequence[_Part]) -> tuple[int | None, int | None]:
    """How long a match of the parts, one after the other, can be, and how long a text with one."""
    lengths = [part.length for part in parts]
    longest = None if None in lengths else sum(length for length in lengths if length is not None)
    limits = [part.at_most for part in parts if part.at_most is not None]
    if parts[0] is _BEGINNING and parts[-1] is _END and longest is not None:
        limits.append(longest)
    return longest, min(limits, default=None)


def _spelled_out(first: frozenset[str], then: frozenset[str]) -> frozenset[str] | None:
    """All texts of one followed by one of the other; None where they are too many."""
    if len(first) * len(then) > max(_MOST_JOINED, len(first), len(then)):
        return None
    return frozenset(_at_bounds(one + other) for one, other in product(first, then))


def _at_bounds(text: str) -> str:
    """A text with each bound said once: there is no second beginning before the first."""
    if END + BEGINNING in text:  # matches nothing but an empty text
        raise _UnreadError
    return text.replace(BEGINNING * 2, BEGINNING).replace(END * 2, END)


def _either(parts: Iterable[_Part]) -> _Part:
    """Any one of the parts: what it needs is what one of them needs."""
    parts = tuple(parts)
    repeated = max(part.repeated for part in parts)
    listed = [part.exact for part in parts if part.exact is not None]
    if len(listed) == len(parts):
        together = frozenset().union(*listed)
        return _Part(together, (), repeated) if len(together) <= _MOST_CHOICES else _Part(None, (), repeated)
    lengths, limits = [part.length for part in parts], [part.at_most for part in parts]
    whole = _Part(
        None, (), repeated,
        None if None in lengths else max(length for length in lengths if length is not None),
        None if None in limits else max(limit for limit in limits if limit is not None),
        parts,
        _together(part.starts if part.exact is None else part.exact for part in parts),
        _together(part.ends if part.exact is None else part.exact for part in parts),
    )  # fmt: skip
    best = [min(part.known(), key=_likelihood, default=None) for part in parts]
    if None in best:
        return whole
    choices = frozenset().union(*(need for need in best if need is not None))
    return replace(whole, needs=(choices,)) if len(choices) <= _MOST_CHOICES else whole


def _together(texts: Iterable[frozenset[str]]) -> frozenset[str]:
    """All of the texts; the one that says nothing where it is among them, or where they are too many."""
    together = frozenset().union(*texts)
    return together if "" not in together and len(together) <= _MOST_CHOICES else _ANY
