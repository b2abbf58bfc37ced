"""How often each norm was reported, heeded, overridden and disputed: which one cries wolf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Protocol

_CONFIDENCE = 1.645  # standard deviations: nineteen in twenty, from below
_SENT = frozenset({"sent", "rewritten", "overridden"})


class Judged(Protocol):
    """A reviewed draft, as the store gives it back."""

    @property
    def conversation(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def norms(self) -> frozenset[str]: ...
    @property
    def disputed(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class NormCount:
    """One norm over a period, counted in drafts that it was reported in.

    `rewritten` were replaced with one tap, `changed` by hand: the next draft no longer broke the norm. `overridden` were
    sent all the same, without a dispute of this norm. The disputes count by their own time, so those about an earlier
    draft are among them.
    """

    norm: str
    reported: int = 0
    rewritten: int = 0
    changed: int = 0
    overridden: int = 0
    open: int = 0
    accepted: int = 0
    declined: int = 0

    @property
    def disputed(self) -> int:
        return self.open + self.accepted + self.declined

    @property
    def heeded_rate(self) -> float:
        """The part of the drafts that were rewritten or changed, in [0, 1]."""
        return _part(self.rewritten + self.changed, self.reported)

    @property
    def overridden_rate(self) -> float:
        return _part(self.overridden, self.reported)

    @property
    def disputed_rate(self) -> float:
        """The part that was disputed and not declined, in [0, 1]."""
        return _part(self.open + self.accepted, self.reported)

    @property
    def wolf(self) -> float:
        """How surely agents do not believe this norm, in [0, 1]: the rate disputed or overridden, cautiously estimated.

        The lower end of Wilson's interval (https://doi.org/10.1080/01621459.1927.10502953), so that one dispute of one
        report does not outrank thirty of a hundred.
        """
        return _at_least(self.open + self.accepted + self.overridden, self.reported)


def count_norms(drafts: Iterable[Judged], disputes: Mapping[tuple[str, str], int]) -> list[NormCount]:
    """A count per norm, the one least believed first. `drafts` come conversation by conversation, oldest first in each.

    `disputes` are the numbers per norm and status (open, accepted, declined).
    """
    counts: dict[str, dict[str, int]] = {}

    def add(norm: str, field: str, number: int = 1) -> None:
        fields = counts.setdefault(norm, {})
        fields[field] = fields.get(field, 0) + number

    for draft, following in pairwise([*drafts, None]):
        assert draft is not None
        for norm in draft.norms:
            add(norm, "reported")
            if draft.outcome == "rewritten":
                add(norm, "rewritten")
            elif draft.outcome == "overridden" and norm not in draft.disputed:
                add(norm, "overridden")
            elif draft.outcome not in _SENT and _mended(draft, following, norm):
                add(norm, "changed")
    for (norm, status), number in disputes.items():
        add(norm, status, number)
    found = [NormCount(norm, **fields) for norm, fields in counts.items()]
    return sorted(found, key=lambda each: (-each.wolf, -each.disputed, -each.reported, each.norm))


def _mended(draft: Judged, following: Judged | None, norm: str) -> bool:
    return following is not None and following.conversation == draft.conversation and norm not in following.norms


def _part(some: int, all_of: int) -> float:
    return min(1.0, some / all_of) if all_of else 0.0


def _at_least(some: int, all_of: int) -> float:
    if not all_of or not some:
        return 0.0
    rate, z = min(1.0, some / all_of), _CONFIDENCE
    middle = rate + z * z / (2 * all_of)
    return (middle - z * sqrt(rate * (1 - rate) / all_of + z * z / (4 * all_of * all_of))) / (1 + z * z / all_of)
