"""What many checked conversations come to: counts only, so it stays small however many there are."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from copilot.conversation import ClauseRef, Severity
from copilot.quality.report import LEFT_OPEN, Checked, MarkKind

_STEPS: frozenset[MarkKind] = frozenset({"step_skipped", "step_missing"})
_LONGEST_S = 7 * 86_400  # longer waits count as this


@dataclass(slots=True)
class MarkCount:
    """How often one thing was marked, and in how many conversations."""

    kind: MarkKind
    title: str
    clause: ClauseRef
    severity: Severity
    times: int = 0
    conversations: int = 0


@dataclass(slots=True)
class GroupCount:
    """The points of one clause group over all conversations in which it was checked."""

    title: str
    shown: str
    points: int = 0
    scored: int = 0
    unchecked: int = 0

    @property
    def average(self) -> float | None:
        """The mean of the points; None where the group was never checked."""
        return self.points / self.scored if self.scored else None


@dataclass(slots=True)
class Summary:
    """Counts over all conversations; `take` adds one."""

    files: int = 0
    conversations: int = 0
    turns: int = 0
    agent_turns: int = 0
    flagged_turns: int = 0
    with_findings: int = 0
    blocked: int = 0
    complaints: int = 0
    emergencies: int = 0
    late: int = 0
    untimed: int = 0
    bad_rows: int = 0
    marks: dict[tuple[str, str], MarkCount] = field(default_factory=dict)
    groups: dict[str, GroupCount] = field(default_factory=dict)
    seconds: Counter[int] = field(default_factory=Counter)

    def take(self, checked: Checked) -> None:
        """Add one conversation."""
        self.conversations += 1
        self.turns += len(checked.dialogue.turns)
        self.agent_turns += checked.agent_turns
        flagged = {mark.turn for mark in checked.marks if mark.kind == "norm" and mark.severity != "tip"}
        self.flagged_turns += len(flagged)
        self.with_findings += checked.has_findings
        self.blocked += any(mark.severity == "block" for mark in checked.marks)
        self.complaints += checked.complaint
        self.emergencies += checked.emergency
        self.late += sum(response.late for response in checked.responses)
        self.untimed += not checked.responses
        self.seconds.update(min(math.ceil(response.seconds), _LONGEST_S) for response in checked.responses)
        self._take_marks(checked)
        self._take_scores(checked)

    def _take_marks(self, checked: Checked) -> None:
        seen: set[tuple[str, str]] = set()
        for mark in checked.marks:
            if mark.kind in _STEPS and not checked.complaint:
                continue  # nobody knows whether there were steps to take
            key = (mark.kind, mark.name)
            count = self.marks.setdefault(key, MarkCount(mark.kind, mark.title, mark.clause, mark.severity))
            count.times += 1
            count.conversations += key not in seen
            seen.add(key)

    def _take_scores(self, checked: Checked) -> None:
        for score in checked.scores:
            group = self.groups.setdefault(score.group, GroupCount(score.title, score.shown))
            group.unchecked += score.state == "unchecked"
            if score.points is not None:
                group.points += score.points
                group.scored += 1

    @property
    def responses(self) -> int:
        """How many answers were timed."""
        return self.seconds.total()

    def response_s(self, share: float) -> int | None:
        """The time in seconds within which this share of the answers came (nearest rank); None without times."""
        rank = math.ceil(share * self.responses)
        for seconds in sorted(self.seconds):
            rank -= self.seconds[seconds]
            if rank <= 0:
                return seconds
        return None

    def top(self, most: int = 10) -> list[MarkCount]:
        """What was marked most often, steps apart."""
        found = [count for count in self.marks.values() if count.kind not in LEFT_OPEN]
        return sorted(found, key=lambda count: (-count.times, count.title))[:most]

    def missed_steps(self) -> list[MarkCount]:
        """The steps that were skipped or never reached, most often first."""
        found = [count for count in self.marks.values() if count.kind in LEFT_OPEN]
        return sorted(found, key=lambda count: (-count.conversations, count.title))
