"""How far a case has come, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copilot.conversation import ClauseRef

StepStatus = Literal["done", "current", "open", "skipped"]


@dataclass(frozen=True, slots=True)
class TurnProgress:
    """The state after one turn. `step` is the one to work on next; `skipped` are those passed by and not made good."""

    step: int
    completed: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    emergency: bool = False
    case: int = 1


@dataclass(frozen=True, slots=True)
class StepState:
    """One step for the card. `evidence` quotes the turn that completed it or passed it by, or is empty."""

    number: int
    id: str
    title: str
    status: StepStatus
    hint: str
    clause: ClauseRef
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A procedure's progress through a dialogue: after each turn, and now. `case` counts complaints, from 1."""

    procedure: str
    turns: tuple[TurnProgress, ...]
    steps: tuple[StepState, ...]
    step: int
    finished: bool
    case: int = 1
    earlier: tuple[bool, ...] = ()  # of each complaint before this one: whether it was finished
    title: str = ""  # of the procedure

    @property
    def skipped(self) -> tuple[int, ...]:
        """Steps passed by so far."""
        return self.turns[-1].skipped if self.turns else ()

    @property
    def emergency(self) -> bool:
        """Whether any turn told of an emergency."""
        return any(turn.emergency for turn in self.turns)

    @property
    def current(self) -> StepState:
        """The step in hand."""
        return self.steps[self.step - 1]
