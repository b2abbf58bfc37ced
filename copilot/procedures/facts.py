"""What a card says beside the steps: facts still missing, and how long the case has run against its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache

from copilot.conversation import ClauseRef, Turn
from copilot.language import compile_pattern, normalise
from copilot.procedures.holidays import Calendar
from copilot.procedures.model import FieldRecord, LimitRecord, ProcedureRecord, StepRecord
from copilot.procedures.progress import Progress

_DAY_END = time(18, 0)
_MAX_CHARACTERS = 2_000
_compiled = lru_cache(maxsize=256)(compile_pattern)


@dataclass(frozen=True, slots=True)
class RunningLimit:
    """A limit that is not met yet: what must be done until `due_at` (aware)."""

    title: str
    due_at: datetime
    clause: ClauseRef


@dataclass(frozen=True, slots=True)
class CaseTime:
    """When the case in hand began, and the limits that run, the next first."""

    since: datetime
    limits: tuple[RunningLimit, ...]


def missing_fields(step: StepRecord, customer_texts: Sequence[str]) -> tuple[FieldRecord, ...]:
    """The facts of this step that nothing the customer wrote holds, in the order of the data."""
    texts = [normalise(text[:_MAX_CHARACTERS]).text for text in customer_texts]
    return tuple(
        field
        for field in step.fields
        if not any(_compiled(pattern).search(text) for pattern in field.found for text in texts)
    )


def case_texts(progress: Progress, turns: Sequence[Turn]) -> tuple[str, ...]:
    """What the customer wrote about the complaint in hand."""
    return tuple(
        turn.text
        for turn, after in zip(turns, progress.turns, strict=False)
        if turn.role == "customer" and after.case == progress.case
    )


def case_time(
    procedure: ProcedureRecord, progress: Progress, turns: Sequence[Turn], calendar: Calendar
) -> CaseTime | None:
    """The case's time; None where the turns have no times, or nothing was said yet. `calendar` knows the working days."""
    mine = [(turn, after) for turn, after in zip(turns, progress.turns, strict=False) if after.case == progress.case]
    begun = next((turn.at for turn, _ in mine if turn.role == "customer"), None)
    if begun is None:
        return None
    ended: dict[str, datetime] = {}
    done = {step.id for step in progress.steps if step.status == "done"}
    ids = {step.number: step.id for step in progress.steps}
    for turn, after in mine:
        ended.update({ids[number]: turn.at for number in after.completed if turn.at is not None})
    limits = [
        RunningLimit(limit.title, _due(limit, since, calendar), limit.clause.ref)
        for limit in procedure.limits
        if limit.until not in done and (since := begun if limit.since is None else ended.get(limit.since)) is not None
    ]
    return CaseTime(begun, tuple(sorted(limits, key=lambda each: each.due_at)))


def _due(limit: LimitRecord, since: datetime, calendar: Calendar) -> datetime:
    if limit.working_days is None:
        return since + timedelta(seconds=limit.within_s or 0)
    local = since.astimezone()
    return datetime.combine(calendar.working_day(local.date(), limit.working_days), _DAY_END, local.tzinfo)
