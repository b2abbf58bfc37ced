"""One figure of a measurement, so that every set is told in the same way to a person and to a program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from copilot.evaluation.counts import percentile

Unit = Literal["share", "count", "ms"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value under a name for programs and a label for people, over `of` cases; None where there was no case.

    `least` and `most` are the figures that the product has set itself; None where it has not.
    """

    name: str
    label: str
    value: float | None
    of: int
    unit: Unit = "share"
    least: float | None = None
    most: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the value is what the product wants; None without a value or a wish."""
        if self.value is None or (self.least is None and self.most is None):
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


def times(taken_ms: Iterable[float], *, most: tuple[float | None, float | None] = (None, None)) -> list[Figure]:
    """The times of half and of 95 % of the cases, in milliseconds, with the budgets for each."""
    taken = list(taken_ms)
    return [
        Figure(f"p{percent}_ms", label, percentile(taken, percent), len(taken), "ms", most=budget)
        for percent, label, budget in ((50, "用时，一半在", most[0]), (95, "用时，95% 在", most[1]))
    ]
