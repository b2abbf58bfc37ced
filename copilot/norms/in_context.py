"""What the linear model sees of a draft as the answer to one customer: the same words are right here and wrong there.

Beside the characters of both sides it sees signs of the customer (what was said, mood, intent) crossed with signs of the
draft (its tone, its length, whether it speaks of the same things), so that "closes the case" means one thing after
"thank you" and another after "it still does not work". No cue is decisive alone; the examples say what goes together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from copilot.norms.model import ExampleSet, Norm, When
from copilot.norms.situation import content_words
from copilot.reading import Reading

_LENGTHS = (8, 16, 30, 50)  # characters
_MOST_SHARED = 3  # words that customer and draft have in common; more says nothing new


def crossed_signs(
    draft: str, customer: str, reading: Reading, cues: Sequence[str], said: Sequence[str]
) -> tuple[str, ...]:
    """Signs of the customer, signs of the draft, and every pair of the two; texts in normal form."""
    shared = len(content_words([customer]) & content_words([draft]))
    of_customer = (
        *(f"said={sign}" for sign in said), f"mood={reading.mood}", f"complaint={reading.complaint}",
        f"urgency={reading.urgency}", f"intent={reading.intents[0] if reading.intents else ''}", f"vip={reading.vip}",
    )  # fmt: skip
    of_draft = (
        *(f"cue={cue}" for cue in cues), f"shared={min(shared, _MOST_SHARED)}",
        f"length={sum(len(draft) >= step for step in _LENGTHS)}",
    )  # fmt: skip
    return (*of_customer, *of_draft, *(f"{one}&{other}" for one in of_customer for other in of_draft))


_NEEDED = (
    "mood", "complaint", "urgency", "intents", "vip", "stage", "customer", "echo", "before", "not_before", "first_reply",
)  # fmt: skip


def depends_on_customer(norm: Norm | None) -> bool:
    """Whether a breach of the norm shows only beside what the customer said, in each case that it names."""
    return norm is not None and norm.severity != "tip" and bool(norm.when) and all(map(_needs_customer, norm.when))


def _needs_customer(when: When) -> bool:
    return any(getattr(when, name) not in ((), None) for name in _NEEDED)


def either_way(sets: Iterable[ExampleSet]) -> frozenset[str]:
    """Replies that are right to one customer and wrong to another: their words alone say nothing."""
    bad: set[str] = set()
    good: set[str] = set()
    for examples in sets:
        bad.update(line.reply for line in examples.bad)
        good.update(line.reply for line in examples.good)
    return frozenset(bad & good)
