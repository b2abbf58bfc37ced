"""Norms as data: the shape of `knowledge/norms/*.yaml` and of the examples beside them in `knowledge/norm_examples/`.

Examples are kept apart from the rules because parsing them takes longer than everything else together and a start
with trained weights does not need them; `norm_examples/<norm>.yaml` belongs to the norm of that name.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from copilot.conversation import AGREEMENT, Act, Intent, Mood, ServiceStage, Severity, Urgency
from copilot.errors import WorkspaceError
from copilot.workspace import DataRecord, Workspace

NORMS_FOLDER = "norms"
EXAMPLES_FOLDER = "norm_examples"
ACCEPTED_FILE = f"{EXAMPLES_FOLDER}/disputed.yaml"  # replies that trainers accepted after a dispute
BANK_FOLDER = "phrases/bank"
WORDS_FILE = "norm_words.yaml"

_WORD = re.compile(r"<([\u4e00-\u9fff]+)>")


class When(DataRecord):
    """The conversation in which a norm applies; every field given must hold. Texts are matched in normal form.

    `customer` needs a message of the customer that one of its patterns matches; `draft` looks at the draft itself.
    `echo` matches clauses of the customer's messages, of which the breach must share a two-character word;
    with a clause that `echo_unless` matches it must share none.
    `before` and `not_before` are acts of the agent earlier in the conversation, or in its last `within` turns.
    """

    mood: tuple[Mood, ...] = ()
    complaint: bool | None = None
    urgency: tuple[Urgency, ...] = ()
    intents: tuple[Intent, ...] = ()
    vip: bool | None = None
    stage: tuple[ServiceStage, ...] = ()
    customer: tuple[str, ...] = ()
    customer_unless: tuple[str, ...] = ()
    echo: tuple[str, ...] = ()
    echo_unless: tuple[str, ...] = ()
    draft: tuple[str, ...] = ()
    draft_unless: tuple[str, ...] = ()
    before: tuple[Act, ...] = ()
    not_before: tuple[Act, ...] = ()
    within: int | None = Field(default=None, ge=1)
    first_reply: bool | None = None
    min_chars: int = 0
    max_chars: int | None = None


class Replacement(DataRecord):
    """Words that mend a breach: `pattern` (normal form, RE2) becomes `with`."""

    pattern: str
    with_: str = Field(alias="with")


class Norm(DataRecord):
    """One checkable rule drawn from a clause.

    A `forbid` norm is broken by text that a pattern matches (or by any draft, where it has none), unless an exception
    matches in the same sentence. A `require` norm is broken by a draft that shows none of `acts` and no pattern;
    of a `forbid` norm, `acts` are what a draft must do (one of them) for the models to name it without a pattern.
    `valid_until` is the first day on which the norm no longer holds.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    document: str = AGREEMENT
    clause: str
    kind: Literal["forbid", "require"]
    severity: Severity
    title: str
    reason: str = Field(min_length=4)
    advice: str = Field(min_length=4)
    patterns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    unless_draft: tuple[str, ...] = ()
    squeezed_patterns: tuple[str, ...] = ()
    squeezed_unless: tuple[str, ...] = ()
    even_quoted: bool = False
    when: tuple[When, ...] = ()
    acts: tuple[Act, ...] = ()
    replace: tuple[Replacement, ...] = ()
    say: tuple[str, ...] = ()
    say_first: bool = False
    general: bool = False  # `say` is a stopgap: a reply that fits the customer's message is better
    broad: bool = False  # its patterns reach far: where the models are sure that nothing is wrong, it gives way
    shorten: bool = False  # a rewrite says the first part and offers to go on
    valid_from: date | None = None
    valid_until: date | None = None

    @field_validator("when", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _can_ever_fire(self) -> Norm:
        if self.kind == "forbid" and not (self.patterns or self.squeezed_patterns or self.when):
            raise ValueError("forbid 规范至少要有 patterns、squeezed_patterns 或 when 之一，请补上。")
        if self.kind == "require" and not (self.acts or self.patterns):
            raise ValueError("require 规范要写明 acts 或 patterns（说了哪一句就算做到），请补上。")
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError("valid_until 要晚于 valid_from（它是不再适用的第一天），请改正。")
        return self

    @property
    def always_holds(self) -> bool:
        """Whether the norm has no dates."""
        return self.valid_from is None and self.valid_until is None

    def holds_on(self, day: date) -> bool:
        """Whether the norm is in force on that day."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_until is None or day < self.valid_until)


class ExampleLine(DataRecord):
    """One reply, and the customer's message it answers (empty where the reply speaks for itself)."""

    customer: str = ""
    reply: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, value: Any) -> Any:
        """A plain text is a reply; a list of two texts is the customer's message and the reply."""
        if isinstance(value, str):
            return {"reply": value}
        if isinstance(value, list) and len(value) == 2:
            return {"customer": value[0], "reply": value[1]}
        return value


class ExampleSet(DataRecord):
    """The examples of one norm; `norm: ordinary` holds replies that nothing may flag."""

    norm: str
    bad: tuple[ExampleLine, ...] = ()
    good: tuple[ExampleLine, ...] = ()


ORDINARY = "ordinary"


class Fitting(DataRecord):
    """A sentence that fits what a customer says: `customer` is a pattern (normal form, RE2), `say` what to answer."""

    customer: str
    say: str


class _Banked(BaseModel):
    """Of an entry of the phrase bank only what is said."""

    text: str


class _Words(DataRecord):
    """`words` may stand in patterns as <名>; `cues` are patterns that the linear model sees beside the characters,
    and `said` those that it looks for in what the customer said.

    `openings` and `replies` are for rewrites: of each the first one that fits the customer's message is said.
    """

    words: dict[str, str]
    cues: dict[str, str] = Field(default_factory=dict)
    said: dict[str, str] = Field(default_factory=dict)
    openings: tuple[Fitting, ...] = ()
    replies: tuple[Fitting, ...] = ()


def read_norms(workspace: Workspace) -> tuple[Norm, ...]:
    """All norms with `<名>` in their patterns replaced by the words of `norm_words.yaml`.

    Raises WorkspaceError naming file, line and remedy.
    """
    words = workspace.read_record(WORDS_FILE, _Words).words
    return tuple(_spelled_out(norm, words, workspace) for norm in workspace.read_records(NORMS_FOLDER, Norm))


def read_cues(workspace: Workspace) -> dict[str, str]:
    """The cues of `norm_words.yaml`, name to pattern, spelled out. Raises WorkspaceError for an unknown <名>."""
    record = workspace.read_record(WORDS_FILE, _Words)
    return {name: _spelled(pattern, record.words, workspace) for name, pattern in record.cues.items()}


def read_said(workspace: Workspace) -> dict[str, str]:
    """As `read_cues`, for what the customer said."""
    record = workspace.read_record(WORDS_FILE, _Words)
    return {name: _spelled(pattern, record.words, workspace) for name, pattern in record.said.items()}


def read_bank(workspace: Workspace) -> tuple[str, ...]:
    """Everything that the phrase bank says; empty where there is none. Raises WorkspaceError."""
    return tuple(phrase.text for phrase in workspace.read_records(BANK_FOLDER, _Banked, key=None))


def read_fittings(workspace: Workspace) -> tuple[tuple[Fitting, ...], tuple[Fitting, ...]]:
    """The openings and the replies of `norm_words.yaml`, in the order in which they are tried."""
    record = workspace.read_record(WORDS_FILE, _Words)
    return record.openings, record.replies


def read_examples(workspace: Workspace, norms: tuple[Norm, ...]) -> tuple[ExampleSet, ...]:
    """All example sets. Raises WorkspaceError when a set names a norm that does not exist."""
    known = {norm.id for norm in norms} | {ORDINARY}
    found = tuple(workspace.read_records(EXAMPLES_FOLDER, ExampleSet, key=None))
    for examples in found:
        if examples.norm not in known:
            if ACCEPTED_FILE in place_of(workspace, EXAMPLES_FOLDER, f"norm: {examples.norm}"):
                continue  # written by ourselves for a norm that is gone by now: no use, no harm
            place = place_of(workspace, EXAMPLES_FOLDER, examples.norm)
            raise WorkspaceError(f"{place}：没有编号为 {examples.norm!r} 的规范，请改正 norm，或先添加这条规范。")
    return found


def place_of(workspace: Workspace, folder: str, needle: str) -> str:
    """ "knowledge/norms/tone.yaml:12", the first place below `knowledge/<folder>` that holds `needle`."""
    for path in workspace.files(folder, ".yaml"):
        for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
            if needle in line or needle in line.replace("\\\\", "\\"):
                return f"{workspace.name_of(path)}:{number}"
    return f"knowledge/{folder}"


_PATTERN_FIELDS = ("patterns", "unless", "unless_draft", "squeezed_patterns", "squeezed_unless")
_WHEN_FIELDS = ("customer", "customer_unless", "echo", "echo_unless", "draft", "draft_unless")


def _spelled(pattern: str, words: dict[str, str], workspace: Workspace) -> str:
    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            place = place_of(workspace, NORMS_FOLDER, match[0])
            raise WorkspaceError(
                f"{place}：{match[0]} 不在 {WORDS_FILE} 里，请先在那里添加 {match[1]}，或改正这里的写法。"
            )
        return f"(?:{words[match[1]]})"

    return _WORD.sub(word, pattern)


def _spelled_out(norm: Norm, words: dict[str, str], workspace: Workspace) -> Norm:
    def spell(pattern: str) -> str:
        return _spelled(pattern, words, workspace)

    changed: dict[str, Any] = {
        field: tuple(map(spell, getattr(norm, field))) for field in _PATTERN_FIELDS if getattr(norm, field)
    }
    if norm.when:
        changed["when"] = tuple(
            when.model_copy(
                update={field: tuple(map(spell, getattr(when, field))) for field in _WHEN_FIELDS if getattr(when, field)}
            )
            for when in norm.when
        )
    return norm.model_copy(update=changed) if changed else norm
