"""What is shown of a conversation: its texts with personal data replaced, and parts of them.

A name or a number that was recognised in one message is also replaced where another message repeats it bare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from copilot.conversation import PersonalDatum, Turn
from copilot.reading.personal import PLACEHOLDERS, Masked

_SHORTEST = 2  # characters of a value that is looked for elsewhere


class Veil:
    """The texts of one conversation as they may be shown. `mask` finds personal data; None shows everything."""

    def __init__(self, turns: Sequence[Turn], mask: Callable[[str], Masked] | None) -> None:
        self._turns, self._mask = turns, mask

    def text(self, number: int) -> str:
        """The whole text of turn `number` (from 1)."""
        return self.part(number, 0, len(self._turns[number - 1].text))

    def part(self, number: int, start: int, end: int) -> str:
        """`[start, end)` of turn `number`; personal data that reaches into it is replaced whole."""
        text = self._turns[number - 1].text
        pieces: list[str] = []
        place = start
        for span in self._spans[number - 1] if self._mask else ():
            if span.end <= start or span.start >= end:
                continue
            pieces += [text[place : max(place, span.start)], PLACEHOLDERS[span.type]]
            place = max(place, span.end)
        return "".join([*pieces, text[place:end]])

    def other(self, text: str) -> str:
        """A text about the conversation, such as a better reply, without personal data."""
        return self._mask(text).masked if self._mask else text

    @cached_property
    def _spans(self) -> list[list[PersonalDatum]]:
        assert self._mask is not None
        own = [self._mask(turn.text).spans for turn in self._turns]
        values = {
            turn.text[span.start : span.end]: span
            for turn, spans in zip(self._turns, own, strict=True)
            for span in spans
            if span.end - span.start >= _SHORTEST
        }
        return [_with(turn.text, list(spans), values) for turn, spans in zip(self._turns, own, strict=True)]


def _with(text: str, spans: list[PersonalDatum], values: dict[str, PersonalDatum]) -> list[PersonalDatum]:
    """`spans`, and every further place where one of `values` stands, first to last."""
    for value in sorted(values, key=len, reverse=True):
        at = text.find(value)
        while at >= 0:
            end = at + len(value)
            if not any(span.start < end and at < span.end for span in spans):
                spans.append(PersonalDatum(values[value].type, at, end))
            at = text.find(value, end)
    return sorted(spans, key=lambda span: span.start)
