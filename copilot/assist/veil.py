"""Personal data replaced by numbered marks on the way out to a model, and put back on the way in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from copilot.conversation import PersonalDatum
from copilot.reading import PLACEHOLDERS

_MARK = re.compile(r"【[^【】]{1,12}\d{1,4}】")


class FindsPersonalData(Protocol):
    """What veiling needs of `copilot.reading.Reader`."""

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]: ...


@dataclass(frozen=True, slots=True)
class Veil:
    """Texts with personal data replaced by numbered marks, and what each mark stands for."""

    texts: tuple[str, ...]
    originals: dict[str, str]

    def lift(self, text: str) -> str:
        """`text` with the marks replaced by what they stand for; a mark that was never given stays as it is."""
        for mark, original in self.originals.items():
            text = text.replace(mark, original)
        return text


def veil(texts: Sequence[str], reader: FindsPersonalData) -> Veil:
    """Replace personal data in all texts; the same value gets the same mark everywhere."""
    marks: dict[str, str] = {}
    covered: list[str] = []
    for text in texts:
        for datum in reader.personal_data(text):
            value = text[datum.start : datum.end]
            if value not in marks:
                marks[value] = PLACEHOLDERS[datum.type].replace("】", f"{len(marks) + 1}】")
    for text in texts:
        for value in sorted(marks, key=len, reverse=True):
            text = text.replace(value, marks[value])
        covered.append(text)
    return Veil(tuple(covered), {mark: value for value, mark in marks.items()})


def has_mark(text: str) -> bool:
    """Whether a mark is left in a text: the model invented it."""
    return bool(_MARK.search(text))
