"""Shares, precision and recall, times: what every set is counted with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found rightly, found wrongly and missed; sums of two are sums of their counts."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Hits) -> Hits:
        return Hits(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @classmethod
    def of(cls, pairs: Iterable[tuple[bool, bool]]) -> Hits:
        """Counts over (found, true) of each case."""
        listed = list(pairs)
        return cls(
            sum(found and true for found, true in listed), sum(found and not true for found, true in listed),
            sum(true and not found for found, true in listed),
        )  # fmt: skip

    @property
    def precision(self) -> float | None:
        return _ratio(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        return _ratio(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        return _ratio(2 * self.right, 2 * self.right + self.wrong + self.missed)


def share(values: Iterable[bool]) -> float | None:
    """How many of them are true, in [0, 1]; None of none."""
    listed = list(values)
    return _ratio(sum(listed), len(listed))


def percentile(values: Iterable[float], percent: float) -> float:
    """The value below which `percent` of them lie; 0.0 of none."""
    ordered: Sequence[float] = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
