"""What a checked conversation comes to, as plain values. Words are judged, not people: there is no name in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copilot.conversation import ClauseRef, Severity, Turn

MarkKind = Literal[
    "norm", "late", "said_again", "customer_repeats", "asked_again", "step_skipped", "step_missing", "emergency"
]
ScoreState = Literal["scored", "unchecked", "not_concerned"]
REPETITIONS: frozenset[MarkKind] = frozenset({"said_again", "customer_repeats", "asked_again"})
LEFT_OPEN: frozenset[MarkKind] = frozenset({"step_skipped", "step_missing", "emergency"})


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A finished conversation as it was read. `place` says where it stands ("chats.csv 第 12 行")."""

    id: str
    turns: tuple[Turn, ...]
    channel: str = ""
    place: str = ""
    minutes_only: bool = False  # times were written without seconds
    unread: int = 0  # messages of this conversation that could not be read
    ignored: int = 0  # messages of the system or a robot


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to look at. `turn` counts from 1, 0 stands for the conversation; `start`, `end` lie in the turn's text.

    `name` is what marks are counted by: the norm, or the kind and the step.
    """

    kind: MarkKind
    name: str
    title: str
    turn: int
    clause: ClauseRef
    severity: Severity
    reason: str
    start: int = 0
    end: int = 0
    rewrite: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer after `seconds`, given by the agent in turn number `turn`."""

    turn: int
    seconds: float
    late: bool


@dataclass(frozen=True, slots=True)
class Score:
    """What a clause group gets: points (0–100) where it was checked, else None and why."""

    group: str
    title: str
    shown: str
    state: ScoreState
    points: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked conversation. `notes` say what could not be checked; `complaint` is True only where it is sure."""

    dialogue: Dialogue
    marks: tuple[Mark, ...]
    responses: tuple[Response, ...]
    scores: tuple[Score, ...]
    notes: tuple[str, ...]
    complaint: bool
    emergency: bool

    @property
    def agent_turns(self) -> int:
        return sum(turn.role == "agent" for turn in self.dialogue.turns)

    @property
    def has_findings(self) -> bool:
        """Whether there is anything to change; tips alone are none."""
        return any(mark.severity != "tip" for mark in self.marks)
