"""Practice: a customer who answers from a scenario's own lines, by state and by what the trainee just did.

Everything is pure: a run is a value, an answer gives a new one, and the marks follow from the words alone.
"""

from __future__ import annotations

from typing import Any

from copilot.conversation import Turn
from copilot.errors import CopilotError
from copilot.practice.events import Observer, PracticeReader, PracticeReviewer, PracticeTracker
from copilot.practice.model import Scenario
from copilot.practice.run import PracticeRun
from copilot.practice.scorecard import Scorecard, score
from copilot.workspace import Workspace

FOLDER = "scenarios"
_CUT_OFF = "学员先结束了对话，客户的事还没有了结"
_OUT_OF_REPLIES = "拖得太久，客户失去了耐心"


def read_scenarios(workspace: Workspace) -> tuple[Scenario, ...]:
    """All scenarios, in the order of their files. Raises WorkspaceError naming file, line and remedy."""
    return tuple(workspace.read_records(FOLDER, Scenario))


class Practice:
    """The scenarios of a workspace, to be played and marked."""

    def __init__(
        self, workspace: Workspace, reader: PracticeReader, reviewer: PracticeReviewer, tracker: PracticeTracker
    ) -> None:
        """Reads and proves all scenarios. Raises WorkspaceError."""
        self.scenarios = read_scenarios(workspace)
        self._by_id = {scenario.id: scenario for scenario in self.scenarios}
        self._observer = Observer(reader, reviewer, tracker)

    def start(self, scenario: str) -> tuple[PracticeRun, str]:
        """A new run and the customer's first words. Raises CopilotError for an unknown scenario."""
        found = self._scenario(scenario)
        return PracticeRun(found.id, found.start, (Turn("customer", found.opening),)), found.opening

    def answer(self, run: PracticeRun, text: str) -> tuple[PracticeRun, str | None, bool]:
        """The run after the trainee's reply, what the customer says to it, and whether that was the end.

        A finished run stays as it is and answers None.
        """
        if run.finished:
            return run, None, True
        scenario = self._scenario(run.scenario)
        state = scenario.state(run.state)
        turns = (*run.turns, Turn("agent", text))
        events = self._observer.replies(turns, scenario.procedure, only_last=True)[0].events
        move = next((move for move in state.moves if move.fits(events)), None)
        target = state if move is None else scenario.state(move.to)
        lines = state.lines if move is None else move.lines
        outcome = target.ends or ""
        line = _fresh(lines, run.turns, (*target.lines, *state.lines))
        if not outcome and move is None and "close" in events:
            outcome = _CUT_OFF
        elif not outcome and len(run.replies) + 1 >= scenario.max_replies:
            outcome, line = _OUT_OF_REPLIES, scenario.out_of_patience
        after = PracticeRun(run.scenario, target.id, (*turns, Turn("customer", line)), outcome)
        return after, line, after.finished

    def scorecard(self, run: PracticeRun) -> Scorecard:
        """The marks for what the trainee has written so far; the same words get the same marks."""
        scenario = self._scenario(run.scenario)
        return score(scenario, self._observer.replies(run.turns, scenario.procedure), run.outcome)

    def restore(self, values: dict[str, Any]) -> PracticeRun:
        """The run that `PracticeRun.to_json` wrote. Raises CopilotError when its scenario or state is gone."""
        try:
            run = PracticeRun.from_json(values)
            self._scenario(run.scenario).state(run.state)
        except (KeyError, TypeError, ValueError) as error:
            raise CopilotError("这次练习的记录与现在的场景对不上，无法继续。请重新开始一次练习。") from error
        return run

    def _scenario(self, identity: str) -> Scenario:
        found = self._by_id.get(identity)
        if found is None:
            raise CopilotError(f"没有编号为 {identity!r} 的场景。现有场景：{'、'.join(self._by_id)}")
        return found


def _fresh(lines: tuple[str, ...], turns: tuple[Turn, ...], spare: tuple[str, ...]) -> str:
    """The first line not said yet, else the one said longest ago; never the one said last."""
    said = [turn.text for turn in turns if turn.role == "customer"]
    unused = next((line for line in lines if line not in said), None)
    if unused is not None:
        return unused
    choices = [line for line in (*lines, *spare) if line != said[-1]]
    return min(choices, key=lambda line: len(said) - 1 - said[::-1].index(line) if line in said else -1)
