"""What the trainee just did, as a set of names that scenarios and marks refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from copilot.conversation import Act, Conversation, Turn, Verdict

_CURT_CHARACTERS = 6  # a reply of so few characters to a customer with a problem is none


class FindingLike(Protocol):
    """What marking needs of a review's finding."""

    @property
    def clause(self) -> str: ...

    @property
    def quote(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def severity(self) -> str: ...


class ReviewLike(Protocol):
    """What marking needs of a review."""

    @property
    def verdict(self) -> Verdict: ...

    @property
    def findings(self) -> Sequence[FindingLike]: ...


class PracticeReviewer(Protocol):
    """What practice needs of `copilot.norms.Reviewer`."""

    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = ...) -> ReviewLike: ...


class PracticeReader(Protocol):
    """What practice needs of `copilot.reading.Reader`."""

    def acts(self, turn: Turn, before: Conversation = ...) -> frozenset[Act]: ...


class _TurnLike(Protocol):
    @property
    def completed(self) -> tuple[int, ...]: ...

    @property
    def skipped(self) -> tuple[int, ...]: ...


class _StepLike(Protocol):
    @property
    def number(self) -> int: ...

    @property
    def id(self) -> str: ...


class ProgressLike(Protocol):
    """What practice needs of `copilot.procedures.Progress`."""

    @property
    def turns(self) -> Sequence[_TurnLike]: ...

    @property
    def steps(self) -> Sequence[_StepLike]: ...


class PracticeTracker(Protocol):
    """What practice needs of `copilot.procedures.Tracker`."""

    def track(self, turns: Sequence[Turn], procedure: str = ...) -> ProgressLike: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the trainee: its place among the turns, its text, what it did, and what the review found in it."""

    place: int
    text: str
    events: frozenset[str]
    findings: tuple[FindingLike, ...]


class Observer:
    """Sees what each reply of a dialogue did."""

    def __init__(self, reader: PracticeReader, reviewer: PracticeReviewer, tracker: PracticeTracker) -> None:
        self._reader, self._reviewer, self._tracker = reader, reviewer, tracker

    def replies(self, turns: Sequence[Turn], procedure: str, *, only_last: bool = False) -> list[Reply]:
        """All replies of the trainee in order, or only the last one."""
        progress = self._tracker.track(turns, procedure)
        names = {step.number: step.id for step in progress.steps}
        places = [place for place, turn in enumerate(turns) if turn.role == "agent"]
        found = []
        for place in places[-1:] if only_last else places:
            before = Conversation(tuple(turns[:place]))
            review = self._reviewer.review(turns[place].text, before, with_rewrite=False)
            serious = tuple(finding for finding in review.findings if finding.severity != "tip")
            earlier = set(progress.turns[place - 1].skipped) if place else set()
            events = {
                *self._reader.acts(turns[place], before),
                f"verdict:{review.verdict}",
                *(f"clause:{finding.clause}" for finding in serious),
                *(f"step:{names[number]}" for number in progress.turns[place].completed if number in names),
                *(f"skip:{names[n]}" for n in progress.turns[place].skipped if n in names and n not in earlier),
            }
            if len("".join(turns[place].text.split())) <= _CURT_CHARACTERS:
                events.add("curt")
            found.append(Reply(place, turns[place].text, frozenset(events), serious))
        return found
