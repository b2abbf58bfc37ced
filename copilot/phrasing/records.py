"""The data of the phrase bank: phrases, topics and word lists, as they stand under `knowledge/phrases/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator, model_validator

from copilot.conversation import ClauseRef, Intent, Mood, ServiceStage, Urgency
from copilot.phrasing.suggestion import Style
from copilot.workspace import DataRecord

Slot = Literal["name", "order", "product", "time", "topic", "also", "amount", "model", "agreed", "chosen"]
Fact = Literal[
    "order", "phone", "name", "photo", "model", "time", "amount", "address", "product", "reason", "header"
]  # fmt: skip
_SLOT = re.compile(r"\{([a-z_]+)\}")
_SLOTS: frozenset[str] = frozenset(get_args(Slot))
_CITE = re.compile(r"([a-z][a-z0-9_-]*) (\d+(?:\.\d+)*)")


def _clause_ref(value: Any) -> Any:
    if isinstance(value, str) and (match := _CITE.fullmatch(value.strip())):
        return ClauseRef(match[1], match[2])
    if isinstance(value, dict) and set(value) == {"document", "clause"}:
        return ClauseRef(str(value["document"]), str(value["clause"]))
    if isinstance(value, ClauseRef):
        return value
    raise ValueError(f"{value!r} 不是条款，请写成“文件 条款号”，例如“agreement 1.3.3”")


Cite = Annotated[ClauseRef, BeforeValidator(_clause_ref)]


class Topic(DataRecord):
    """What a customer can be talking about, recognised by patterns (RE2, on the normalised text)."""

    id: str
    kind: Literal["matter", "move", "emergency", "trade"] = "matter"
    """A matter is the trouble or the question; a trade only the field it belongs to; a move is what the customer does (accepts, thanks, presses on)."""
    field: Literal["goods", "service"] | None = None
    """What it belongs to: things that are bought and sent, or a service; where a service is talked about, goods count less."""
    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    trouble: bool = False
    """True where the customer has had trouble, so that a word of understanding comes first however calm they are."""
    weight: float = 1.0
    damps: float = 1.0
    """For a move: what it leaves of the matters talked about, in (0, 1]; after thanks little is left to discuss."""
    carries: float = 1.0
    """What is left of it in later messages, in [0, 1]: who has complained once need not be told so again."""
    examples: tuple[str, ...] = Field(min_length=1)


class Said(DataRecord):
    """More ways in which customers speak of a topic, for recognition by likeness."""

    topic: str
    texts: tuple[str, ...] = Field(min_length=1)


class Phrase(DataRecord):
    """One thing to say, and when it is right to say it. Empty conditions mean: always."""

    id: str
    text: str = Field(min_length=4, max_length=120)
    known: str | None = Field(default=None, max_length=120)
    """What to say instead when everything in `asks` is known already; without it the phrase is then left out."""
    style: Style
    stage: ServiceStage
    part: Literal["whole", "opener"] = "whole"
    about: tuple[str, ...] = ()
    """Topics: at least one of them must be the customer's."""
    intents: tuple[Intent, ...] = ()
    moods: tuple[Mood, ...] = ()
    complaint: bool | None = None
    urgency: Urgency | None = None
    steps: tuple[int, ...] = ()
    vip: Literal[True] | None = None
    opening: bool | None = None
    """True: only as the first reply of a conversation; False: never as the first one."""
    when: tuple[str, ...] = ()
    """Patterns on the newest turns (see `Moment.recent`), where a topic is too coarse; one of them must match."""
    unless: tuple[str, ...] = ()
    asks: tuple[Fact, ...] = ()
    answers: tuple[Cite, ...] = ()
    """Policy clauses: one of them must be a likely answer to the customer's message. They are cited where `cites` is empty."""
    cites: tuple[Cite, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _answers_are_cited(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("answers") and not values.get("cites"):
            return {**values, "cites": values["answers"]}
        return values

    @field_validator("steps")
    @classmethod
    def _steps_exist(cls, steps: tuple[int, ...]) -> tuple[int, ...]:
        if any(step not in range(1, 7) for step in steps):
            raise ValueError("投诉步骤只有 1 到 6")
        return steps

    @model_validator(mode="after")
    def _slots_exist(self) -> Phrase:
        for text in (self.text, self.known or ""):
            unknown = [slot for slot in _SLOT.findall(text) if slot not in _SLOTS]
            if unknown or text.count("{") != text.count("}") or text.count("{") != len(_SLOT.findall(text)):
                raise ValueError(f"占位符只能是 {'、'.join(sorted(_SLOTS))}，请更正 {text!r}")
        return self

    @property
    def empathic(self) -> bool:
        """Whether the phrase itself says that it is sorry or that it understands."""
        return bool(EMPATHY.search(self.text))


EMPATHY = re.compile(r"抱歉|对不起|不好意思|歉意|理解|体谅|久等|难受|心疼|委屈|添麻烦|不容易|担心|辛苦")


class WordLists(DataRecord):
    """Words that may be echoed to the customer, and surnames by which a form of address is checked."""

    surnames: str
    products: tuple[str, ...]
    topics: tuple[str, ...]
    english: Mapping[str, str] = Field(default_factory=dict)
    """English words that customers mix in, with what they mean."""


def slot_names(text: str) -> tuple[str, ...]:
    """The slots that a phrase's text has, in order."""
    return tuple(_SLOT.findall(text))
