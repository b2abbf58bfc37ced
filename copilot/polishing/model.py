"""The data of polishing: what a rough fragment means and how it is said, and what stands before and after."""

from __future__ import annotations

from typing import Literal

from copilot.conversation import Mood
from copilot.workspace import DataRecord

Kind = Literal["reason", "refuse", "state", "yes", "ask", "todo", "wait", "offer", "sorry", "thanks", "greet", "close"]


class Fragment(DataRecord):
    """A way to put it roughly, and how it is said. `rough` and `polite` are its example.

    `unless`: where draft and customer speak of this, another fragment is meant.
    """

    id: str
    kind: Kind
    match: str
    say: str
    rough: str
    polite: str
    unless: str = ""


class Softening(DataRecord):
    """Words within a fragment that nothing else knows, and what is said in their place. The example as in `Fragment`.

    `kind` is what the fragment does then, where the words tell; `{1}` are the groups.
    """

    id: str
    match: str
    say: str
    rough: str
    polite: str
    kind: Kind = "state"


class Frames(DataRecord):
    """What stands before and after: regret by mood, ways out of a refusal, next steps, and the clauses behind it all.

    `goes_on` matches drafts about what is under way, which end with a next step; others end with `told`.
    """

    greeting: str
    sorry: dict[Mood, tuple[str, ...]]
    ways_out: tuple[str, ...]
    next_steps: tuple[str, ...]
    told: tuple[str, ...]
    goes_on: str
    thanks: str
    cites: tuple[str, ...]
