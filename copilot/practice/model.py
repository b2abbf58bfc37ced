"""The shape of a scenario: a customer as data, and what is marked.

A scenario is a small machine. In each state the customer answers by the first `move` that fits what the trainee just
did; `when` names events: acts of the reply ("apologise"), steps it completed ("step:propose") or passed by
("skip:agree"), the review's verdict ("verdict:block", "verdict:warn", "verdict:pass"), a clause it broke
("clause:1.3.4") and "curt" for a reply of a few characters.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from copilot.conversation import AGENT_ACTS
from copilot.workspace import DataRecord

Text = Annotated[str, Field(min_length=1)]
Difficulty = Literal["容易", "中等", "较难"]
_VERDICTS = ("verdict:pass", "verdict:warn", "verdict:block")
_PREFIXES = ("step:", "skip:", "clause:")


def check_event(event: str) -> None:
    """Raises ValueError, with the remedy, when nothing could ever give this event."""
    if event in AGENT_ACTS or event in _VERDICTS or event == "curt":
        return
    if event.startswith(_PREFIXES) and not event.endswith(":"):
        return
    raise ValueError(
        f"没有名为 {event!r} 的事件；可用的有动作（{'、'.join(AGENT_ACTS)}）、"
        "step:步骤、skip:步骤、clause:条款号、verdict:pass/warn/block 和 curt。"
    )


class Move(DataRecord):
    """Where the customer goes and what they say when the reply gives any of `when`, all of `also`, none of `unless`."""

    when: tuple[Text, ...] = Field(min_length=1)
    also: tuple[Text, ...] = ()
    unless: tuple[Text, ...] = ()
    to: Text
    lines: tuple[Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _events_exist(self) -> Move:
        for event in (*self.when, *self.also, *self.unless):
            check_event(event)
        return self

    def fits(self, events: frozenset[str]) -> bool:
        """Whether what the trainee just did calls for this move."""
        return not events.isdisjoint(self.when) and events.issuperset(self.also) and events.isdisjoint(self.unless)


class State(DataRecord):
    """How the customer is disposed. `ends` closes the run; other states answer by a move, or else stay with `lines`."""

    id: Text
    lines: tuple[Text, ...] = ()
    moves: tuple[Move, ...] = ()
    ends: str | None = None  # the outcome in a few words, for the scorecard

    @model_validator(mode="after")
    def _can_answer(self) -> State:
        if self.ends is not None and self.moves:
            raise ValueError(f"状态 {self.id} 已写了 ends，不能再有 moves；请删去一项。")
        if self.ends is None and len(set(self.lines)) < 2:
            raise ValueError(f"状态 {self.id} 的 lines 少于两句，客户会重复自己；请至少写两句不同的话。")
        return self


class Criterion(DataRecord):
    """What is marked: full points when the trainee showed it in time, half when late, less for each reply that spoils it."""

    id: Text
    title: Text
    document: Text = "agreement"
    clause: Text
    points: int = Field(ge=1, le=100)
    shown_by: tuple[Text, ...] = ()  # empty: points are there from the start and can only be lost
    all_of: bool = False  # each of `shown_by` counts for its share
    within_replies: int | None = Field(default=None, ge=1)
    spoiled_by: tuple[Text, ...] = ()
    advice: Text

    @model_validator(mode="after")
    def _can_be_marked(self) -> Criterion:
        for event in (*self.shown_by, *self.spoiled_by):
            check_event(event)
        if not self.shown_by and not self.spoiled_by:
            raise ValueError(f"评分项 {self.id} 既没有 shown_by 也没有 spoiled_by，无从评分；请至少写一项。")
        return self


class Scenario(DataRecord):
    """One training case. Loading proves that every state can be reached and that an end can be reached from each."""

    id: Text
    title: Text
    difficulty: Difficulty
    procedure: Text
    brief: Text
    persona: Text
    opening: Text
    start: Text
    max_replies: int = Field(default=12, ge=3, le=40)
    out_of_patience: Text  # what the customer says when the replies are used up
    states: tuple[State, ...] = Field(min_length=2)
    criteria: tuple[Criterion, ...] = Field(min_length=3)

    def state(self, identity: str) -> State:
        """The state with this id. Raises KeyError."""
        return {state.id: state for state in self.states}[identity]

    @model_validator(mode="after")
    def _can_be_played(self) -> Scenario:
        by_id = {state.id: state for state in self.states}
        if len(by_id) != len(self.states):
            raise ValueError(f"场景 {self.id} 有两个状态的 id 相同，请改名。")
        ways = {state.id: {move.to for move in state.moves} for state in self.states}
        for source, targets in ways.items():
            for target in sorted(targets - set(by_id)):
                raise ValueError(f"状态 {source} 通向 {target!r}，没有这个状态；请改成 {'、'.join(by_id)} 之一。")
        if self.start not in by_id:
            raise ValueError(f"start 写着 {self.start!r}，没有这个状态；请改成 {'、'.join(by_id)} 之一。")
        reached = _closure({self.start}, ways)
        lost = [identity for identity in by_id if identity not in reached]
        if lost:
            raise ValueError(f"状态 {'、'.join(lost)} 走不到；请在别的状态里写一条通向它的 moves，或删去它。")
        ends = {state.id for state in self.states if state.ends is not None}
        for identity in by_id:
            if _closure({identity}, ways).isdisjoint(ends):
                raise ValueError(f"从状态 {identity} 走不到任何结局；请加一条通向带 ends 的状态的 moves。")
        total = sum(criterion.points for criterion in self.criteria)
        if total != 100:
            raise ValueError(f"场景 {self.id} 各评分项合计 {total} 分，请调成 100 分。")
        if len({criterion.id for criterion in self.criteria}) != len(self.criteria):
            raise ValueError(f"场景 {self.id} 有两个评分项的 id 相同，请改名。")
        return self


def _closure(start: set[str], ways: dict[str, set[str]]) -> set[str]:
    reached, edge = set(start), set(start)
    while edge:
        edge = {target for place in edge for target in ways.get(place, ())} - reached
        reached |= edge
    return reached
