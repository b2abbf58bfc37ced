"""Emergencies and VIP customers (agreement 2.5) as data: what to say first, whom to call, what not to do, what to record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, model_validator

from copilot.language import PatternSet, normalise
from copilot.procedures.model import ClauseRecord, Text
from copilot.workspace import DataRecord, Workspace

SPECIAL_CASES = "special_cases.yaml"
_MAX_CHARACTERS = 2_000


class EmergencyRecord(DataRecord):
    """One kind of emergency. What to say comes from the clause, unless it has none or `own_words` is set.

    `also` are words that go with any kind (an ambulance): they count where no `words` of a kind were said.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]{2,20}$")]
    title: Text
    clause: ClauseRecord
    say: Text
    own_words: bool = False
    words: tuple[Text, ...]
    also: tuple[Text, ...] = ()
    call: tuple[Text, ...] = Field(min_length=1)
    never: tuple[Text, ...] = Field(min_length=1)
    record: tuple[Text, ...] = Field(min_length=1)


class VipRecord(DataRecord):
    """One thing that a VIP customer is due, always or only with a `complaint`."""

    text: Text
    clause: ClauseRecord
    complaint: bool = False


class SpecialCaseFile(DataRecord):
    """The file. The last emergency stands for all that no words tell apart."""

    emergencies: tuple[EmergencyRecord, ...] = Field(min_length=1)
    vip: tuple[VipRecord, ...] = ()

    @model_validator(mode="after")
    def _usable(self) -> SpecialCaseFile:
        names = [each.id for each in self.emergencies]
        if len(set(names)) < len(names):
            raise ValueError("有两种紧急情况的 id 相同，请改名。")
        for each in self.emergencies[:-1]:
            if not each.words:
                raise ValueError(f"紧急情况 {each.id} 没有 words，认不出来；只有最后一种可以不写。")
        PatternSet((each.id, pattern) for each in self.emergencies for pattern in (*each.words, *each.also))
        return self


class SpecialCases:
    """Which emergency a customer tells of, and what a VIP is due. Raises WorkspaceError when the data cannot be used."""

    def __init__(self, workspace: Workspace) -> None:
        self._file = workspace.read_record(SPECIAL_CASES, SpecialCaseFile)
        self._words = PatternSet((each.id, pattern) for each in self._file.emergencies for pattern in each.words)
        self._also = PatternSet((each.id, pattern) for each in self._file.emergencies for pattern in each.also)

    @property
    def emergencies(self) -> tuple[EmergencyRecord, ...]:
        return self._file.emergencies

    def emergency(self, customer_texts: Sequence[str]) -> EmergencyRecord:
        """The kind of emergency that these messages tell of, the newest that says so; the last kind where none does."""
        texts = [normalise(text[:_MAX_CHARACTERS]).text for text in reversed(customer_texts)]
        for words in (self._words, self._also):
            for text in texts:
                found = set(words.keys_in(text))
                for each in self.emergencies:
                    if each.id in found:
                        return each
        return self.emergencies[-1]

    def vip(self, *, complaint: bool) -> tuple[VipRecord, ...]:
        """What a VIP customer is due now."""
        return tuple(each for each in self._file.vip if complaint or not each.complaint)
