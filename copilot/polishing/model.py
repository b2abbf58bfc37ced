"""The data of polishing: what a rough fragment means and how it is said, and what stands before and after."""

from __future__ import annotations

from typing import Literal

from copilot.conversation import Mood
from copilot.workspace import DataRecord

Kind = Literal["reason", "refuse", "state", "yes", "ask", "todo", "wait", "offer", "sorry", "thanks", "greet", "close"]


class Fragment(DataRecord):
    """A way to put it roughly, and how it is said. `rough` and `polite` are its example."""

    id: str
    kind: Kind
    match: str
    say: str
    rough: str
    polite: str


class Frames(DataRecord):
    """What stands before and after: regret by mood, ways out of a refusal, next steps, and the clauses behind it all."""

    greeting: str
    sorry: dict[Mood, tuple[str, ...]]
    ways_out: tuple[str, ...]
    next_steps: tuple[str, ...]
    thanks: str
    cites: tuple[str, ...]
