"""Words of a conversation without what names or reaches a person; order numbers stay, they find the case again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from copilot.conversation import PersonalDataType, PersonalDatum, Turn
from copilot.reading import PLACEHOLDERS


class FindsPersonalData(Protocol):
    """What hiding needs of `copilot.reading.Reader`."""

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]: ...


class Nobody:
    """Knows the persons of a conversation: a name told once counts without its cue as well."""

    def __init__(self, turns: Sequence[Turn], reader: FindsPersonalData) -> None:
        self._reader = reader
        self._values: dict[str, PersonalDataType] = {
            turn.text[datum.start : datum.end]: datum.type
            for turn in turns
            for datum in reader.personal_data(turn.text)
            if datum.type != "order_id" and datum.end - datum.start > 1
        }

    def in_place(self, text: str) -> str:
        """`text` with each person, number and address replaced by its kind."""
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, PLACEHOLDERS[self._values[value]])
        for datum in reversed(self._reader.personal_data(text)):
            if datum.type != "order_id":
                text = text[: datum.start] + PLACEHOLDERS[datum.type] + text[datum.end :]
        return text
