"""Where the reviewer is not sure: norms that a draft may break or not, for whoever can look a second time.

Rules are never in question. The linear model's opinion is, where it lies a little below its threshold and so nothing was
said, or a little above it and so something was; a better judge may then add a finding or take one back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copilot.norms.matching import Hit
from copilot.norms.model import Norm
from copilot.norms.opinion import Opinion

DOUBTFUL = 0.6  # probability of a breach from which a draft is worth a second look
_CLEAR = 0.95  # ... and from which it needs none
_MOST = 2  # norms in question at once


@dataclass(frozen=True, slots=True)
class InQuestion:
    """A norm that the draft may break at `[start, end)` of its normal form; `found` says whether the reviewer said so."""

    norm: Norm
    start: int
    end: int
    found: bool


def in_question(hits: Sequence[Hit], leanings: Iterable[Opinion]) -> tuple[InQuestion, ...]:
    """The norms in question, given what the reviewer found and what the linear model leans to.

    None where a rule found something serious: the agent has enough to mend, and the model was not even asked.
    """
    if any(hit.norm.severity != "tip" and not hit.guessed for hit in hits):
        return ()
    found = {hit.norm.id for hit in hits if hit.guessed}
    doubtful = [each for each in leanings if DOUBTFUL <= each.probability < _CLEAR]
    # Where something was found, only that is in question: what else the model leans to is less likely still.
    kept = [each for each in doubtful if each.norm.id in found or not found]
    return tuple(InQuestion(each.norm, each.start, each.end, each.norm.id in found) for each in kept[:_MOST])
