"""What a door with a whole screen shows of a desk: the conversation, whose turn it is, the cards, the practice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from copilot.conversation import Role, Turn
from copilot.desk.cards import Card
from copilot.desk.clocks import Waiting


@dataclass(frozen=True, slots=True)
class DeskView:
    """The present state of one agent's desk; cards are newest last.

    `expects` is whose text most likely comes next; `practice_turns` are those of the run in hand, or of the last one.
    """

    turns: tuple[Turn, ...]
    expects: Role
    cards: tuple[Card, ...]
    practising: bool = False
    practice_turns: tuple[Turn, ...] = ()
    draft: str = ""  # reviewed and not decided yet
    draft_fine: bool = False
    waiting: Waiting | None = None  # the customer who waits for an answer
    now: datetime | None = None  # the desk's clock when this was seen
    alerts: tuple[Card, ...] = ()  # emergencies at any desk that nobody has taken over
