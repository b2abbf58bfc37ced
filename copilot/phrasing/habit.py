"""What a team takes and what it leaves, as a small adjustment of the order of phrases.

The share of a phrase that was taken, drawn towards the team's own average while it was seldom shown (Laplace smoothing
with a pseudo-count), less that average; so a phrase that nobody has met moves nowhere, and no phrase moves far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

EDITED = 0.6  # what a suggestion that was sent after an edit counts, beside 1 for one that was sent as it stood
AS_IF_SHOWN = 12  # average showings that every phrase starts with
SLOPE, MOST = 5.0, 1.5  # points for a share 1 above the average, and the most either way; a matching topic brings 9


class Used(Protocol):
    """How often a phrase was shown among decided suggestions, taken as it stood, and taken with an edit."""

    @property
    def phrase(self) -> str: ...
    @property
    def shown(self) -> int: ...
    @property
    def accepted(self) -> int: ...
    @property
    def edited(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Habit:
    """What is known of one phrase: its smoothed share, in [0, 1], and the points that it moves by."""

    share: float
    points: float


def habits(uses: Iterable[Used]) -> Mapping[str, Habit]:
    """The habit per phrase id; empty where nothing was decided yet. The same uses give the same habits."""
    known = [use for use in uses if use.shown > 0]
    shown = sum(use.shown for use in known)
    if not shown:
        return {}
    average = sum(map(_credit, known)) / shown
    found: dict[str, Habit] = {}
    for use in known:
        share = (_credit(use) + AS_IF_SHOWN * average) / (use.shown + AS_IF_SHOWN)
        found[use.phrase] = Habit(share, max(-MOST, min(MOST, SLOPE * (share - average))))
    return found


def _credit(use: Used) -> float:
    return min(use.shown, use.accepted + EDITED * use.edited)
