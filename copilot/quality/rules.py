"""How whole conversations are checked and scored, as data: the shape of `knowledge/quality.yaml`."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator, model_validator

from copilot.conversation import ClauseRef, PersonalDataType, Role
from copilot.workspace import DataRecord, Workspace

RULES_FILE = "quality.yaml"
Column = Literal["id", "time", "role", "text", "channel"]


@lru_cache(maxsize=256)
def _reference(text: str) -> ClauseRef:
    document, _, number = text.strip().rpartition(" ")
    if not document or not number:
        raise ValueError(f"{text!r} 不是条款，请写成“文件 编号”，例如 agreement 2.1。")
    return ClauseRef(document, number)


class Group(DataRecord):
    """A clause group that gets a score. `clauses` are the beginnings of clause numbers; `rest` takes what no group names."""

    id: str
    title: str
    shown: str
    clauses: tuple[str, ...]
    rest: bool = False

    def holds(self, ref: ClauseRef) -> bool:
        """Whether a clause belongs to this group: "agreement 1.3" holds agreement 1.3 and 1.3.4, not 1.30."""
        return any(
            ref.document == own.document and (ref.clause == own.clause or ref.clause.startswith(f"{own.clause}."))
            for own in map(_reference, self.clauses)
        )


class Deductions(DataRecord):
    """Points taken off a group's 100 for one mark of each kind."""

    block: int = Field(ge=0, le=100)
    warn: int = Field(ge=0, le=100)
    tip: int = Field(ge=0, le=100)
    late: int = Field(ge=0, le=100)
    repeated: int = Field(ge=0, le=100)
    step_skipped: int = Field(ge=0, le=100)
    step_missing: int = Field(ge=0, le=100)
    emergency: int = Field(ge=0, le=100)


class Channel(DataRecord):
    """How soon a channel answers. `figure` is how `seconds` stands in the clause ("24" hours)."""

    id: str
    title: str
    names: tuple[str, ...]
    seconds: int | None = Field(default=None, ge=1)
    clause: str
    figure: str = ""

    @property
    def ref(self) -> ClauseRef:
        return _reference(self.clause)


class AskedAgain(DataRecord):
    """Asking for personal data of this kind: patterns in normal form (RE2)."""

    kind: PersonalDataType
    title: str
    asked: tuple[str, ...] = Field(min_length=1)


class RepetitionRules(DataRecord):
    """What counts as repetition; patterns in normal form (RE2)."""

    clause: str
    same_again: str
    customer_repeats: str
    customer_says_so: tuple[str, ...]
    customer_says_so_unless: tuple[str, ...] = ()
    asked_again: tuple[AskedAgain, ...]
    asked_unless: tuple[str, ...] = ()

    @property
    def ref(self) -> ClauseRef:
        return _reference(self.clause)


class _Columns(DataRecord):
    id: tuple[str, ...]
    time: tuple[str, ...]
    role: tuple[str, ...]
    text: tuple[str, ...]
    channel: tuple[str, ...] = ()


class _Roles(DataRecord):
    customer: tuple[str, ...]
    agent: tuple[str, ...]
    ignored: tuple[str, ...] = ()


class QualityRules(DataRecord):
    """Everything that `knowledge/quality.yaml` says."""

    groups: tuple[Group, ...] = Field(min_length=1)
    deductions: Deductions
    most_per_norm: int = Field(ge=1)
    emergency_steps: tuple[str, ...]
    later_steps: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = Field(min_length=1)
    repetition: RepetitionRules
    columns: _Columns
    roles: _Roles

    @field_validator("groups")
    @classmethod
    def _one_rest(cls, groups: tuple[Group, ...]) -> tuple[Group, ...]:
        if sum(group.rest for group in groups) != 1:
            raise ValueError("要有一组、且只有一组写 rest: true，没有列出的条款都算在这一组。")
        return groups

    @model_validator(mode="after")
    def _clauses_are_named(self) -> QualityRules:
        for text in (self.repetition.clause, *(c.clause for c in self.channels), *(t for g in self.groups for t in g.clauses)):
            _reference(text)
        return self

    def group_of(self, ref: ClauseRef) -> Group:
        """The group that a clause counts in."""
        named = next((group for group in self.groups if group.holds(ref)), None)
        return named or next(group for group in self.groups if group.rest)

    def channel(self, name: str) -> Channel | None:
        """The channel of this name; the first one for an empty name, None for one that nobody knows."""
        wanted = name.strip().casefold()
        if not wanted:
            return self.channels[0]
        return next((c for c in self.channels if wanted == c.id or wanted in map(str.casefold, c.names)), None)

    def column(self, heading: str) -> Column | None:
        """What a column with this heading holds; None for a column that is left out."""
        wanted = heading.strip().lstrip("\ufeff").casefold()
        names: dict[Column, tuple[str, ...]] = {
            "id": self.columns.id, "time": self.columns.time, "role": self.columns.role,
            "text": self.columns.text, "channel": self.columns.channel,
        }  # fmt: skip
        return next((column for column, known in names.items() if wanted in map(str.casefold, known)), None)

    def role(self, name: str) -> Role | Literal["ignored"] | None:
        """Who speaks; "ignored" for the system's own messages, None for a word that nobody knows."""
        wanted = name.strip().rstrip("：:").casefold()
        roles: dict[Role | Literal["ignored"], tuple[str, ...]] = {
            "customer": self.roles.customer, "agent": self.roles.agent, "ignored": self.roles.ignored,
        }  # fmt: skip
        return next((role for role, known in roles.items() if wanted in map(str.casefold, known)), None)


def read_rules(workspace: Workspace) -> QualityRules:
    """The rules of this workspace. Raises WorkspaceError naming file, line and remedy."""
    return workspace.read_record(RULES_FILE, QualityRules)
