"""The value that phrasing gives away: one reply that the agent may send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copilot.conversation import ClauseRef

Style = Literal["soothe", "act", "explain", "ask", "greet", "close"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply that the agent may send as it stands, with the clauses that it rests on (at least one)."""

    text: str
    cites: tuple[ClauseRef, ...]
    style: Style
    source: Literal["offline", "llm"] = "offline"
