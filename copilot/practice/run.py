"""One run of a scenario as a plain value that can be stored between any two replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from copilot.conversation import Conversation, Turn, turns_from_history


@dataclass(frozen=True, slots=True)
class PracticeRun:
    """Where a run stands: the scenario, the customer's state, what was said, and the outcome once it has ended."""

    scenario: str
    state: str
    turns: tuple[Turn, ...]
    outcome: str = ""

    @property
    def finished(self) -> bool:
        return bool(self.outcome)

    @property
    def conversation(self) -> Conversation:
        return Conversation(self.turns)

    @property
    def replies(self) -> tuple[str, ...]:
        """What the trainee has written."""
        return self.conversation.agent_texts

    def to_json(self) -> dict[str, Any]:
        """The run as JSON values."""
        return {
            "scenario": self.scenario,
            "state": self.state,
            "turns": [{"role": turn.role, "text": turn.text} for turn in self.turns],
            "outcome": self.outcome,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> PracticeRun:
        """The run that `to_json` wrote. Raises KeyError or ValueError when it is not that."""
        return cls(
            str(values["scenario"]), str(values["state"]), turns_from_history(values["turns"]), str(values["outcome"])
        )
