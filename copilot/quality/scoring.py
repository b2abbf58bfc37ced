"""A score per clause group: 100 less what `quality.yaml` takes off for each mark, never below 0; deterministic.

The same norm counts at most `most_per_norm` times in one conversation. A group of which something could not be
checked gets no points ("未核查"), its marks are listed all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from copilot.quality.report import REPETITIONS, Mark, Score
from copilot.quality.rules import Deductions, Group, QualityRules


def deduction(mark: Mark, points: Deductions) -> int:
    """The points that one mark takes off its group."""
    if mark.severity == "tip":
        return points.tip
    if mark.kind in REPETITIONS:
        return points.repeated
    if mark.kind == "norm":
        return points.block if mark.severity == "block" else points.warn
    return {
        "late": points.late, "step_skipped": points.step_skipped, "step_missing": points.step_missing,
        "emergency": points.emergency,
    }[mark.kind]  # fmt: skip


def scores_of(
    marks: Iterable[Mark], rules: QualityRules, *, unchecked: str = "", response: str = "", answers: bool = True
) -> tuple[Score, ...]:
    """A score for each group.

    `unchecked` says why nothing can be scored, `response` why answering times cannot; `answers` is False where no
    customer was answered, so that there was nothing to time.
    """
    lost: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for mark in marks:
        if mark.kind != "late":
            seen[mark.kind, mark.name] += 1
            if seen[mark.kind, mark.name] > rules.most_per_norm:
                continue
        lost[rules.group_of(mark.clause).id] += deduction(mark, rules.deductions)
    timed = rules.group_of(rules.channels[0].ref).id
    return tuple(
        _score(group, lost[group.id], unchecked or (response if group.id == timed else ""), group.id != timed or answers)
        for group in rules.groups
    )


def _score(group: Group, lost: int, unchecked: str, concerned: bool) -> Score:
    if unchecked:
        return Score(group.id, group.title, group.shown, "unchecked", None, unchecked)
    if not concerned and not lost:
        return Score(group.id, group.title, group.shown, "not_concerned")
    return Score(group.id, group.title, group.shown, "scored", max(0, 100 - lost))
