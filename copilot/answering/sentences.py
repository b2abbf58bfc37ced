"""Picks the part of a clause that fits a question: neighbouring sentences, word for word."""

from __future__ import annotations

from copilot.language import character_bigrams, words

_ENDS = frozenset("。！？；!?;\n")
_CLOSING = frozenset("”’」』）)")


def sentences(text: str) -> list[str]:
    """The sentences of `text` with their marks; joined together they are `text` again."""
    found: list[str] = []
    start = 0
    for place, character in enumerate(text):
        following = text[place + 1 : place + 2]
        if character in _ENDS and following not in _ENDS and following not in _CLOSING:
            found.append(text[start : place + 1])
            start = place + 1
    return [*found, text[start:]] if start < len(text) else found


def best_passage(text: str, question: str, max_characters: int) -> str:
    """The whole text if it is short enough, else the run of neighbouring sentences that fits the question best.

    A single sentence longer than `max_characters` is returned whole: a rule is not cut in the middle.
    """
    if len(text) <= max_characters:
        return text.strip()
    parts = sentences(text)
    fits = _fits(parts, question)
    best, best_fit = 0, -1.0
    for start in range(len(parts)):
        end = _end_of_run(parts, start, max_characters)
        fit = sum(fits[start:end])
        if fit > best_fit:
            best, best_fit = start, fit
    return "".join(parts[best : _end_of_run(parts, best, max_characters)]).strip()


def _end_of_run(parts: list[str], start: int, max_characters: int) -> int:
    """The end of the longest run from `start` that stays within the limit; at least one sentence."""
    length, end = 0, start
    while end < len(parts) and (end == start or length + len(parts[end]) <= max_characters):
        length += len(parts[end])
        end += 1
    return end


def _fits(parts: list[str], question: str) -> list[float]:
    """How many terms of the question each sentence holds, rarer ones counting more."""
    asked = _terms(question)
    holds = [_terms(part) & asked for part in parts]
    return [sum(1.0 / sum(term in other for other in holds) for term in terms) for terms in holds]


def _terms(text: str) -> set[str]:
    return {*words(text), *character_bigrams(text)}
