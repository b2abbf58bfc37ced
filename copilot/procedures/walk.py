"""The state machine of one procedure: turns in, progress out; it knows signals and steps, nothing of their wording."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.conversation import Role, Turn
from copilot.procedures.model import ConditionRecord, ProcedureRecord, StepRecord
from copilot.procedures.progress import Progress, StepState, StepStatus, TurnProgress

_QUOTE_CHARACTERS = 40
_CATCH_UP_STEPS = 2  # a step passed by longer ago is not made good by a word in passing
_ROLE_NAMES = {"customer": "客户", "agent": "客服"}


class Walk:
    """One walk through a procedure. Feed it turns in order with `take`."""

    def __init__(self, procedure: ProcedureRecord) -> None:
        self._procedure = procedure
        self._steps = procedure.steps
        self._by_alarm = any(each.signal == "alarm" for each in procedure.opened_by)
        self._alarmed = False
        self._turns: list[TurnProgress] = []
        self._case = 0
        self._earlier: list[bool] = []
        self._last: dict[Role, frozenset[str]] = {"customer": frozenset(), "agent": frozenset()}
        self._answered: frozenset[str] = frozenset()  # signals of the turn that the current one answers
        self._begin()

    def _begin(self) -> None:
        """A new case: nothing done, nothing seen."""
        if self._case:
            self._earlier.append(self._steps[-1].number in self._done)
        self._case += 1
        self._opened = False
        self._in_hand = 1
        self._in_hand_since = 0  # place in `_seen` of the turn that brought the step in hand
        self._done: set[int] = set()
        self._skipped: set[int] = set()
        self._waited: dict[int, int] = {}
        self._evidence: dict[int, str] = {}
        self._seen: list[frozenset[str]] = []  # signals of the turns of this case
        self._since: dict[int, int] = {step.number: 0 for step in self._steps}  # when each step was last open anew

    def take(self, turn: Turn, signals: frozenset[str], *, emergency: bool = False) -> None:
        """Move on by one turn."""
        last = self._steps[-1].number
        finished = last in self._done
        completed: list[int] = []
        if self._any(self._procedure.reopened_by, signals) and finished:
            self._begin()
        if emergency and self._by_alarm and not self._alarmed:
            self._alarmed = True
            if not self._done:  # what was said before the danger was known is no answer to it, and skipped nothing
                self._case = 0
                self._begin()
        self._answered = self._last["agent" if turn.role == "customer" else "customer"]
        self._last[turn.role] = signals
        self._seen.append(signals)
        if not self._opened and self._any(self._procedure.opened_by, signals):
            self._opened = True
        if not self._fall_back(signals):
            completed = self._complete(turn, signals)
        if (last in self._done or self._in_hand == last) and self._any(self._procedure.restarted_by, signals):
            self._begin()
            self._seen.append(signals)
            self._opened = True
        elif turn.role == "agent" and self._opened:
            self._move_on(turn, signals)
        self._turns.append(TurnProgress(self._in_hand, tuple(completed), tuple(sorted(self._skipped)), emergency, self._case))

    def progress(self) -> Progress:
        """The progress so far."""
        last = self._steps[-1].number
        finished = last in self._done
        states = tuple(self._state(step, finished) for step in self._steps)
        return Progress(
            self._procedure.id, tuple(self._turns), states, self._in_hand, finished, self._case,
            tuple(self._earlier), self._procedure.title,
        )  # fmt: skip

    def _state(self, step: StepRecord, finished: bool) -> StepState:
        status: StepStatus = "open"
        if step.number in self._done:
            status = "done"
        elif step.number in self._skipped:
            status = "skipped"
        elif step.number == self._in_hand and not finished:
            status = "current"
        return StepState(
            step.number, step.id, step.title, status, step.hint, step.clause.ref, self._evidence.get(step.number, "")
        )

    # -- the four moves ------------------------------------------------------------------------------------------

    def _fall_back(self, signals: frozenset[str]) -> bool:
        """Back to the earliest step that this turn reopens."""
        for step in self._steps:
            if step.number < self._in_hand and self._any(step.reopened_by, signals, step.number):
                self._take_in_hand(step.number)
                later = {other.number for other in self._steps if other.number >= step.number}
                self._done -= later
                self._skipped -= later
                for number in later:
                    self._since[number] = len(self._seen)
                    self._evidence.pop(number, None)
                return True
        return False

    def _complete(self, turn: Turn, signals: frozenset[str]) -> list[int]:
        """Numbers of the steps that this turn completes, in order."""
        completed: list[int] = []
        for step in self._steps if self._opened else ():
            if step.number in self._done or not self._any(step.completed_by, signals, step.number):
                continue
            if step.number in self._skipped and self._in_hand - step.number > _CATCH_UP_STEPS:
                continue
            self._pass_by(step.number, turn, signals)
            self._done.add(step.number)
            self._skipped.discard(step.number)
            completed.append(step.number)
            self._evidence[step.number] = self._quote(turn)
            following = max(self._in_hand, min(step.number + 1, self._steps[-1].number))
            while following in self._done and following < self._steps[-1].number:
                following += 1
            self._take_in_hand(following)
        return completed

    def _move_on(self, turn: Turn, signals: frozenset[str]) -> None:
        """The agent works on a later step, or ends the case: what is open before it is passed by."""
        last = self._steps[-1].number
        if last not in self._done and self._any(self._procedure.closed_by, signals):
            self._pass_by(last + 1, turn, signals)
            return
        for step in reversed(self._steps):
            if step.number >= self._in_hand and self._any(step.worked_on_by, signals, step.number):
                self._pass_by(step.number, turn, signals)
                self._take_in_hand(step.number)
                return

    def _take_in_hand(self, number: int) -> None:
        if number != self._in_hand:
            self._in_hand, self._in_hand_since = number, len(self._seen) - 1

    def _pass_by(self, target: int, turn: Turn, signals: frozenset[str]) -> None:
        """Settle the open steps before `target`: excused, given patience, or skipped."""
        if not self._opened:
            return
        for step in self._steps:
            number = step.number
            if number >= target or number in self._done or number in self._skipped:
                continue
            if self._was_excused(step):
                self._done.add(number)
                continue
            self._waited[number] = self._waited.get(number, 0) + (turn.role == "agent")
            if target > number + 1 or self._waited[number] > step.patience_turns:
                self._skipped.add(number)
                self._evidence[number] = self._quote(turn)

    # -- conditions ----------------------------------------------------------------------------------------------

    def _any(self, conditions: Iterable[ConditionRecord], signals: frozenset[str], number: int | None = None) -> bool:
        return any(self._holds(condition, signals, number) for condition in conditions)

    def _holds(self, condition: ConditionRecord, signals: frozenset[str], number: int | None) -> bool:
        if condition.signal not in signals or not signals.isdisjoint(condition.unless):
            return False
        if not self._answered.isdisjoint(condition.unless_answering):
            return False
        if condition.answering and self._answered.isdisjoint(condition.answering):
            return False
        if not condition.in_hand:
            return self._came_before(condition.after, self._seen)
        return number == self._in_hand and self._came_before(condition.after, self._seen[self._in_hand_since :])

    def _was_excused(self, step: StepRecord) -> bool:
        since = self._in_hand_since if step.number == self._in_hand else self._since[step.number]
        for place in range(since, len(self._seen)):
            for condition in step.excused_by:
                if (
                    condition.signal in self._seen[place]
                    and self._seen[place].isdisjoint(condition.unless)
                    and self._came_before(condition.after, self._seen[since : place + 1])
                ):
                    return True
        return False

    @staticmethod
    def _came_before(after: tuple[str, ...], seen: list[frozenset[str]]) -> bool:
        """Whether these signals came in this order, each in a later turn than the one before."""
        place = 0
        for turn in seen:
            if place < len(after) and after[place] in turn:
                place += 1
        return place == len(after)

    def _quote(self, turn: Turn) -> str:
        text = " ".join(turn.text.split())
        short = text if len(text) <= _QUOTE_CHARACTERS else text[: _QUOTE_CHARACTERS - 1] + "…"
        return f"第{len(self._turns) + 1}条（{_ROLE_NAMES[turn.role]}）：“{short}”"
