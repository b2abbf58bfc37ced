"""The agent's own ticks: what they say about a step counts more than what was read from the dialogue.

A tick speaks about what was said until then: a later turn that completes the step, or sends the case back to it or
before it, counts more again. A tick belongs to one procedure and one complaint.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.desk.session import Session

if TYPE_CHECKING:
    from copilot.conversation import Conversation
    from copilot.procedures import Progress


def tick_step(session: Session, progress: Progress, number: int, done: bool) -> None:
    """Remember the agent's word on a step of the case in hand."""
    case = _case_of(progress)
    same = session.state.ticked_case == case
    ticks = {**(session.state.ticks if same else {}), number: done}
    places = {**(session.state.tick_turns if same else {}), number: len(progress.turns)}
    session.update(ticks=ticks, tick_turns=places, ticked_case=case)


def led_progress(session: Session, conversation: Conversation, read: Progress | None) -> Progress | None:
    """The progress that this conversation's cards show: what was `read` from it, or the procedure started by hand.

    None while the agent has paused it; an emergency is shown whatever was started or paused.
    """
    state = session.state
    if read is not None and read.procedure == "emergency":
        return read
    if state.paused:
        return None
    if state.procedure and (read is None or read.procedure != state.procedure):
        read = session.copilot.guide(conversation.turns, state.procedure)
    elif read is None and state.guided:
        read = session.copilot.guide(conversation.turns)
    return ticked(session, read)


def ticked(session: Session, progress: Progress | None) -> Progress | None:
    """The progress with the agent's own ticks."""
    state = session.state
    if progress is None or not state.ticks or state.ticked_case not in ("", _case_of(progress)):
        return progress
    ticks = _still_counting(progress, state.ticks, state.tick_turns)
    done = {step.number: ticks.get(step.number, step.status == "done") for step in progress.steps}
    current = next(
        (
            step.number for step in progress.steps
            if not done[step.number] and (step.status != "skipped" or step.number in ticks)
        ),
        None,
    )  # fmt: skip
    steps = tuple(
        replace(
            step,
            status="done" if done[step.number]
            else "current" if step.number == current
            else "open" if step.number in ticks or step.status in ("done", "current")
            else step.status,
        )
        for step in progress.steps
    )  # fmt: skip
    return replace(progress, steps=steps, step=current or len(steps), finished=current is None)


def _case_of(progress: Progress) -> str:
    return f"{progress.procedure}:{progress.case}"


def _still_counting(progress: Progress, ticks: dict[int, bool], places: dict[int, int]) -> dict[int, bool]:
    """The ticks that no later turn has overtaken."""
    kept = dict(ticks)
    for number in ticks:
        place = places.get(number, 0)
        before = progress.turns[place - 1].step if 0 < place <= len(progress.turns) else 0
        for turn in progress.turns[place:]:
            if number in turn.completed or (turn.step < before and turn.step <= number):
                kept.pop(number, None)
            before = turn.step
    return kept
