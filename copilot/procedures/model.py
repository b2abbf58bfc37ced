"""The shape of a procedure's data: signals that a turn gives, and steps that signals complete, work on or reopen.

A signal is something one turn does ("the agent says that it is done"): acts that `reading` names, or patterns of the
procedure's own where acts are too coarse, less what `unless` excludes. A step says which signals complete it and what
must have come before; the tracker knows nothing of complaints but walks whatever stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from copilot.conversation import AGENT_ACTS, CUSTOMER_ACTS, Act, ClauseRef, Role
from copilot.language import PatternSet
from copilot.workspace import DataRecord

Text = Annotated[str, Field(min_length=1)]


class SignalExamples(DataRecord):
    """Texts that give the signal by its patterns alone, and near misses that do not."""

    hit: tuple[Text, ...] = ()
    miss: tuple[Text, ...] = ()


class SignalRecord(DataRecord):
    """Something a turn of `role` does: any of `acts` or `patterns`, and none of `unless`.

    Patterns are RE2 on the normal form of the text (simplified, lower case, ASCII punctuation).
    """

    id: Text
    role: Role
    acts: tuple[Act, ...] = ()
    patterns: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    echoes: bool = False  # its words must stand in the last turn of the other side too
    examples: SignalExamples = SignalExamples()

    @model_validator(mode="after")
    def _usable(self) -> SignalRecord:
        if not self.acts and not self.patterns:
            raise ValueError(f"信号 {self.id} 既没有 acts 也没有 patterns，请至少写一项。")
        known: tuple[str, ...] = AGENT_ACTS if self.role == "agent" else CUSTOMER_ACTS
        for act in self.acts:
            if act not in known:
                raise ValueError(f"信号 {self.id}：{self.role} 没有动作 {act!r}，可用的有 {'、'.join(known)}。")
        PatternSet((self.id, pattern) for pattern in (*self.patterns, *self.unless))
        if self.patterns and not self.examples.hit:
            raise ValueError(f"信号 {self.id} 有 patterns 却没有例句，请在 examples.hit 补上。")
        return self


class SignalFile(DataRecord):
    """The one file of signals that all procedures share."""

    signals: tuple[SignalRecord, ...]

    @model_validator(mode="after")
    def _unique(self) -> SignalFile:
        seen: set[str] = set()
        for signal in self.signals:
            if signal.id in seen:
                raise ValueError(f"信号 {signal.id} 写了两次，请改名或删去一个。")
            seen.add(signal.id)
        return self


class ConditionRecord(DataRecord):
    """A turn fulfils it by giving `signal`, when the signals of `after` came in this order, each in a later turn than
    the one before (the last may be in this turn), no signal of `unless` is in this turn, any of `answering` (where
    given) and none of `unless_answering` are in the last turn of the other side. With `in_hand` the step must be the one in hand, and `after`
    counts only from the turn that brought it there.
    """

    signal: Text
    after: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    answering: tuple[Text, ...] = ()
    unless_answering: tuple[Text, ...] = ()
    in_hand: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (self.signal, *self.after, *self.unless, *self.answering, *self.unless_answering)


class ClauseRecord(DataRecord):
    """A clause as written in data."""

    document: Text
    clause: Text

    @property
    def ref(self) -> ClauseRef:
        return ClauseRef(self.document, self.clause)


class FieldRecord(DataRecord):
    """A fact that a step needs: `found` are patterns on what the customer wrote, `ask` is the question that gets it."""

    title: Text
    found: tuple[Text, ...] = Field(min_length=1)
    ask: Text

    @model_validator(mode="after")
    def _usable(self) -> FieldRecord:
        PatternSet((self.title, pattern) for pattern in self.found)
        return self


class LimitRecord(DataRecord):
    """A time limit: from the beginning of the case (or the end of step `since`) to the end of step `until`.

    Either `within_s` seconds or `working_days`, which end at 18:00.
    """

    title: Text
    until: Text
    since: str | None = None
    within_s: int | None = Field(None, gt=0)
    working_days: int | None = Field(None, gt=0)
    clause: ClauseRecord

    @model_validator(mode="after")
    def _one_measure(self) -> LimitRecord:
        if (self.within_s is None) == (self.working_days is None):
            raise ValueError(f"时限“{self.title}”请在 within_s（秒）和 working_days（工作日）里写一项。")
        return self


class StepRecord(DataRecord):
    """One step: what completes it, what shows that the agent works on it, what sends the case back to it."""

    number: int = Field(ge=1)
    id: Text
    title: Text
    requirement: Text
    hint: Text
    clause: ClauseRecord
    stage: str = ""  # what GB/T 19012 calls this part of the way
    say: str = ""  # what one may say now, for the card
    fields: tuple[FieldRecord, ...] = ()
    next: str | None = None
    completed_by: tuple[ConditionRecord, ...] = Field(min_length=1)
    worked_on_by: tuple[ConditionRecord, ...] = ()
    excused_by: tuple[ConditionRecord, ...] = ()  # seen since the step was open: passing it by is no reproach
    reopened_by: tuple[ConditionRecord, ...] = ()  # only from a later step
    patience_turns: int = Field(default=0, ge=0)  # agent turns on the very next step before it counts as skipped

    @property
    def conditions(self) -> Iterator[ConditionRecord]:
        yield from self.completed_by
        yield from self.worked_on_by
        yield from self.excused_by
        yield from self.reopened_by


class ProcedureRecord(DataRecord):
    """A procedure: its steps in order. Loading proves that the chain of `next` reaches each of them once."""

    id: Text
    title: Text
    description: Text
    clause: ClauseRecord
    opened_by: tuple[ConditionRecord, ...] = Field(min_length=1)  # before it, nothing can be skipped
    restarted_by: tuple[ConditionRecord, ...] = ()  # only while the last step is in hand or done
    reopened_by: tuple[ConditionRecord, ...] = ()  # only once finished: the case starts anew
    closed_by: tuple[ConditionRecord, ...] = ()  # the agent ends the case: what is open then is skipped
    limits: tuple[LimitRecord, ...] = ()
    steps: tuple[StepRecord, ...] = Field(min_length=1)

    @property
    def conditions(self) -> Iterator[ConditionRecord]:
        yield from self.opened_by
        yield from self.restarted_by
        yield from self.reopened_by
        yield from self.closed_by
        for step in self.steps:
            yield from step.conditions

    @model_validator(mode="after")
    def _every_step_is_reached(self) -> ProcedureRecord:
        by_id = {step.id: step for step in self.steps}
        if len(by_id) != len(self.steps):
            raise ValueError(f"流程 {self.id} 有两个步骤的 id 相同，请改名。")
        numbers = [step.number for step in self.steps]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"流程 {self.id} 的步骤编号是 {numbers}，请从 1 起依次编号。")
        reached: list[str] = []
        place: str | None = self.steps[0].id
        while place is not None:
            if place not in by_id:
                raise ValueError(f"步骤 {reached[-1]} 的 next 写着 {place!r}，没有这个步骤；请改成 {'、'.join(by_id)} 之一。")
            if place in reached:
                raise ValueError(f"步骤 {reached[-1]} 的 next 又回到 {place!r}，流程走不完；请改成后面的步骤。")
            reached.append(place)
            place = by_id[place].next
        lost = [identity for identity in by_id if identity not in reached]
        if lost:
            raise ValueError(f"走不到步骤 {'、'.join(lost)}；请在它前一步写 next: {lost[0]}，或删去这一步。")
        for limit in self.limits:
            unknown = [name for name in (limit.until, limit.since) if name is not None and name not in by_id]
            if unknown:
                raise ValueError(f"时限“{limit.title}”写着步骤 {unknown[0]!r}，没有这个步骤；请改成 {'、'.join(by_id)} 之一。")
        if reached != [step.id for step in self.steps]:
            raise ValueError(f"流程 {self.id} 的 next 顺序与编号不一致，请按编号排列。")
        return self
