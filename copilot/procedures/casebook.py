"""What a case is measured by, beside its steps: response clocks, promised times, emergencies and solutions from policy."""

from __future__ import annotations

from functools import cached_property

from copilot.procedures.clocks import ClockRecord, read_clocks
from copilot.procedures.holidays import Calendar, read_calendar
from copilot.procedures.loading import read_procedures
from copilot.procedures.model import ProcedureRecord
from copilot.procedures.promises import PromiseReader
from copilot.procedures.solutions import Solutions
from copilot.procedures.special_cases import SpecialCases
from copilot.workspace import Workspace


class CaseBook:
    """The data of one workspace, each part read when it is first asked for. Each raises WorkspaceError."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def procedures(self) -> dict[str, ProcedureRecord]:
        return read_procedures(self._workspace)

    def procedure(self, name: str) -> ProcedureRecord | None:
        """The procedure of this id, title or beginning of a title; None where there is none."""
        wanted = name.strip().lower()
        exact = [each for each in self.procedures.values() if wanted in (each.id.lower(), each.title.lower())]
        begun = [each for each in self.procedures.values() if wanted and each.title.lower().startswith(wanted)]
        return next(iter([*exact, *begun]), None)

    @cached_property
    def clocks(self) -> ClockRecord:
        return read_clocks(self._workspace)

    @cached_property
    def calendar(self) -> Calendar:
        return read_calendar(self._workspace)

    @cached_property
    def special_cases(self) -> SpecialCases:
        return SpecialCases(self._workspace)

    @cached_property
    def solutions(self) -> Solutions:
        return Solutions(self._workspace)

    @cached_property
    def promises(self) -> PromiseReader:
        return PromiseReader(self.clocks.promises, self.calendar)
