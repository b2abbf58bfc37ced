"""Solutions from policy: what the clauses allow in the case at hand, and who decides above the agent's authority."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from copilot.language import PatternSet, figures, normalise
from copilot.procedures.model import ClauseRecord, Text
from copilot.workspace import DataRecord, Workspace

SOLUTIONS = "solutions.yaml"
MOST_OPTIONS = 4
_MAX_CHARACTERS = 2_000
_MESSAGES = 6  # of the customer's; what was said long before is another matter
_SENTENCE = re.compile(r"[^。!?;\n]+")
_AMOUNT = re.compile(
    r"(?P<number>\d{1,7}(?:\.\d+)?|[零一二两三四五六七八九十百千万]{1,8})(?P<unit>多|来)?(?:元|块|圆|rmb|钱)"
    r"|(?P<bare>\d{2,7})(?=[^\d,。;]{0,4}(?:券|红包|礼品卡|现金))"
)

Kind = Literal["退款", "换货", "维修", "补发", "补偿", "办理", "上报"]


class OptionRecord(DataRecord):
    """One thing that a clause allows; `most` is its limit in yuan, where it has one."""

    kind: Kind
    text: Text
    clause: ClauseRecord
    most: int | None = Field(None, gt=0)


class CaseRecord(DataRecord):
    """A kind of case, told by words of the customer, and what may be done about it."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{2,30}$")]
    title: Text
    words: tuple[Text, ...] = Field(min_length=1)
    options: tuple[OptionRecord, ...] = Field(min_length=1)


class LevelRecord(DataRecord):
    """Who may grant up to `most` yuan (None: any amount), and by when they answer."""

    who: Text
    most: int | None = Field(None, gt=0)
    answers: str = ""


class AuthorityRecord(DataRecord):
    """The levels from the agent upwards, and how an offer of compensation reads in a draft."""

    clause: ClauseRecord
    path: ClauseRecord
    levels: tuple[LevelRecord, ...] = Field(min_length=2)
    offers: tuple[Text, ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()
    approved: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _rising(self) -> AuthorityRecord:
        limits = [level.most for level in self.levels[:-1]]
        if any(most is None for most in limits) or limits != sorted(limits, key=lambda most: most or 0):
            raise ValueError("authority 的各级要从低到高，除最后一级外都要写 most。")
        return self

    @property
    def own(self) -> int:
        """What the agent may grant, in yuan."""
        return self.levels[0].most or 0

    def decides(self, amount: float) -> LevelRecord:
        """The lowest level that may grant this amount."""
        return next((level for level in self.levels if level.most is None or amount <= level.most), self.levels[-1])


class SolutionFile(DataRecord):
    """The file."""

    authority: AuthorityRecord
    cases: tuple[CaseRecord, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _usable(self) -> SolutionFile:
        names = [case.id for case in self.cases]
        if len(set(names)) < len(names):
            raise ValueError("有两种情形的 id 相同，请改名。")
        PatternSet((case.id, pattern) for case in self.cases for pattern in case.words)
        PatternSet((True, pattern) for pattern in (*self.authority.offers, *self.authority.unless, *self.authority.approved))
        return self


class Solutions:
    """What may be offered. Raises WorkspaceError when the data cannot be used."""

    def __init__(self, workspace: Workspace) -> None:
        self._file = workspace.read_record(SOLUTIONS, SolutionFile)
        self._words = PatternSet((case.id, pattern) for case in self._file.cases for pattern in case.words)
        authority = self._file.authority
        self._offers = PatternSet(
            [(True, pattern) for pattern in authority.offers] + [(False, pattern) for pattern in authority.unless]
        )
        self._approved = PatternSet((True, pattern) for pattern in authority.approved)

    @property
    def authority(self) -> AuthorityRecord:
        return self._file.authority

    @property
    def cases(self) -> tuple[CaseRecord, ...]:
        return self._file.cases

    def cases_of(self, customer_texts: Sequence[str]) -> tuple[CaseRecord, ...]:
        """The kinds of case that these messages tell of, those of most messages first."""
        count: dict[str, int] = {}
        for text in customer_texts[-_MESSAGES:]:
            for name in set(self._words.keys_in(normalise(text[:_MAX_CHARACTERS]).text)):
                count[name] = count.get(name, 0) + 1
        found = [case for case in self.cases if case.id in count]
        return tuple(sorted(found, key=lambda case: -count[case.id]))

    def options(self, customer_texts: Sequence[str]) -> tuple[OptionRecord, ...]:
        """What the clauses allow, the first few, each clause once; the kinds of case take turns."""
        cases = self.cases_of(customer_texts)[:3]
        longest = max((len(case.options) for case in cases), default=0)
        turns = [case.options[place] for place in range(longest) for case in cases if place < len(case.options)]
        return tuple({str(option.clause.ref): option for option in reversed(turns)}.values())[::-1][:MOST_OPTIONS]

    def beyond_authority(self, draft: str) -> float | None:
        """The largest compensation in yuan that a draft promises above the agent's authority; None for none."""
        amounts: list[float] = []
        for sentence in _SENTENCE.finditer(normalise(draft[:_MAX_CHARACTERS]).text):
            words = sentence.group().replace(" ", "")
            if self._approved.keys_in(words):
                continue
            for part in words.split(","):
                if set(self._offers.keys_in(part)) == {True}:
                    amounts += _amounts(part)
        most = max(amounts, default=0.0)
        return most if most > self.authority.own else None


def _amounts(words: str) -> list[float]:
    """Amounts of money in Arabic or Chinese numerals."""
    found = []
    for match in _AMOUNT.finditer(words):
        said = match.group("number") or match.group("bare")
        values = figures(f"{said}元")
        found += [float(value) for value in values if value.replace(".", "", 1).isdigit()]
    return found
