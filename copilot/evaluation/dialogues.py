"""How well complaints are followed: the step after each turn, what was completed, what was skipped, emergencies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot.conversation import Conversation, Turn
from copilot.evaluation.counts import Hits, share
from copilot.evaluation.figures import Figure, times
from copilot.evaluation.sets import Row, read_set
from copilot.procedures import Progress

EXAMPLE = '{"id": "d1", "turns": [{"role": "customer", "text": "我要投诉", "step": 1, "completes": []}], "skipped": [], "emergency_turn": null}'


@dataclass(frozen=True, slots=True)
class Expected:
    """After one turn: the steps that may be worked on next, and those that the turn completes."""

    steps: frozenset[int]
    completes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A complaint's turns with what a person says after each; `emergency_turn` counts from 1, None for none."""

    id: str
    conversation: Conversation
    expected: tuple[Expected, ...]
    skipped: frozenset[int]
    emergency_turn: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A dialogue, and what the tracker made of it."""

    dialogue: Dialogue
    progress: Progress
    milliseconds_a_turn: float


def read_dialogues(path: Path) -> list[Dialogue]:
    """The dialogues in a file of one JSON object a line. Raises CopilotError with file, line and remedy."""
    return read_set(path, EXAMPLE, _dialogue)


def _dialogue(row: Row) -> Dialogue:
    conversation = row.conversation("turns")
    at = row.values.get("emergency_turn")
    if at is not None and (not isinstance(at, int) or not 1 <= at <= len(conversation.turns)):
        raise row.error(f"emergency_turn 应是 1 到 {len(conversation.turns)} 的整数，没有就写 null")
    expected = tuple(_expected(row, each) for each in row.objects("turns"))
    return Dialogue(row.id, conversation, expected, frozenset(row.numbers("skipped")), at)


def _expected(row: Row, turn: Mapping[str, Any]) -> Expected:
    step = turn.get("step")
    if not isinstance(step, int):
        raise row.error("每一轮都要有 step，应是整数")
    return Expected(frozenset({step, *row.numbers("step_alt", turn)}), frozenset(row.numbers("completes", turn)))


def follow_all(dialogues: Sequence[Dialogue], guide: Callable[[Sequence[Turn]], Progress]) -> Iterator[Followed]:
    """Follow each dialogue to its end, first come first."""
    for each in dialogues:
        start = time.perf_counter()
        progress = guide(each.conversation.turns)
        taken = (time.perf_counter() - start) * 1000
        yield Followed(each, progress, taken / max(1, len(each.conversation.turns)))


def figures_of(followed: Sequence[Followed]) -> list[Figure]:
    """What the product promises of a guided complaint, then times for one turn."""
    turns = [pair for each in followed for pair in zip(each.dialogue.expected, each.progress.turns, strict=True)]
    completed = sum(
        (
            Hits(len(true & got), len(got - true), len(true - got))
            for true, got in ((expected.completes, set(turn.completed)) for expected, turn in turns)
        ),
        Hits(),
    )
    skipping = [each for each in followed if each.dialogue.skipped]
    clean = [each for each in followed if not each.dialogue.skipped]
    emergencies = [each for each in followed if each.dialogue.emergency_turn is not None]
    return [
        Figure(
            "step",
            "每轮之后的步骤判对",
            share(turn.step in expected.steps for expected, turn in turns),
            len(turns),
            least=0.85,
        ),
        Figure("completed_f1", "完成的步骤 F1", completed.f1, completed.right + completed.missed, least=0.85),
        Figure(
            "skipped_named", "跳过的步骤，指出", share(map(_names_a_skipped_step, skipping)), len(skipping), least=0.80
        ),
        Figure("accused", "没有跳过却被指的对话，个", sum(map(_accuses, clean)), len(clean), "count", most=0),
        Figure(
            "emergency", "紧急情况，当轮发现", share(map(_sees_the_emergency, emergencies)), len(emergencies), least=1.0
        ),
        *times((each.milliseconds_a_turn for each in followed), most=(None, 10.0)),
    ]


def _names_a_skipped_step(each: Followed) -> bool:
    return any(each.dialogue.skipped & set(turn.skipped) for turn in each.progress.turns)


def _accuses(each: Followed) -> bool:
    return any(turn.skipped for turn in each.progress.turns)


def _sees_the_emergency(each: Followed) -> bool:
    at = each.dialogue.emergency_turn
    return at is not None and each.progress.turns[at - 1].emergency
