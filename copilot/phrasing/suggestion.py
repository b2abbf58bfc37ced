"""The value that phrasing gives away: one reply that the agent may send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copilot.conversation import ClauseRef

Style = Literal["soothe", "act", "explain", "ask", "greet", "close"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply that the agent may send as it stands, with the clauses that it rests on (at least one).

    `beside` says the same in Chinese where `text` is in another language. `source` is "mine" for a phrase of the agent's
    own and "team" for one of the team's; `phrase` names the phrase behind it, empty where there is none.
    """

    text: str
    cites: tuple[ClauseRef, ...]
    style: Style
    source: Literal["offline", "llm", "mine", "team"] = "offline"
    beside: str = ""
    phrase: str = ""
