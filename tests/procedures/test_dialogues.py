"""Whole dialogues against the built-in complaint procedure: the figures that the project promises, and no accusation."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes.acting import NoActs, RuleActs

from copilot.conversation import Turn
from copilot.procedures import Progress, Tracker
from copilot.workspace import builtin_workspace

FOLDER = Path(__file__).parent / "dialogues"


def dialogues(*, held_out: bool) -> list[dict[str, Any]]:
    files = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem.startswith("held_out") == held_out]
    return [dialogue for path in files for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))]


def turns_of(dialogue: dict[str, Any]) -> list[Turn]:
    return [
        Turn("customer", str(turn["customer"])) if "customer" in turn else Turn("agent", str(turn["agent"]))
        for turn in dialogue["turns"]
    ]


@dataclass
class Figures:
    """How well steps, skips and emergencies are followed, summed over dialogues."""

    right: int = 0
    turns: int = 0
    hits: int = 0
    false: int = 0
    missed: int = 0
    skips: list[bool] = field(default_factory=list)
    accused: list[str] = field(default_factory=list)
    emergencies: list[bool] = field(default_factory=list)

    def add(self, dialogue: dict[str, Any], progress: Progress) -> None:
        for expected, got in zip(dialogue["turns"], progress.turns, strict=True):
            self.turns += 1
            self.right += got.step == expected["step"] or got.step in expected.get("alt", [])
            wanted, completed = set(expected.get("done", [])), set(got.completed)
            self.hits += len(wanted & completed)
            self.false += len(completed - wanted)
            self.missed += len(wanted - completed)
        named = {step for turn in progress.turns for step in turn.skipped}
        if dialogue.get("skipped"):
            self.skips.append(bool(named & set(dialogue["skipped"])))
        elif named:
            self.accused.append(dialogue["id"])
        if "emergency_turn" in dialogue:
            self.emergencies.append(progress.turns[dialogue["emergency_turn"] - 1].emergency)

    @property
    def step_right(self) -> float:
        return self.right / self.turns

    @property
    def completes_f1(self) -> float:
        return 2 * self.hits / (2 * self.hits + self.false + self.missed)


def measure(tracker: Tracker, *, held_out: bool = False) -> Figures:
    figures = Figures()
    for dialogue in dialogues(held_out=held_out):
        figures.add(dialogue, tracker.track(turns_of(dialogue)))
    return figures


@pytest.fixture(scope="module")
def tracker() -> Tracker:
    return Tracker(builtin_workspace(), RuleActs())


@pytest.fixture(scope="module")
def without_acts() -> Tracker:
    return Tracker(builtin_workspace(), NoActs())


def test_there_are_enough_dialogues_of_each_kind() -> None:
    known = dialogues(held_out=False)
    assert len(known) >= 12
    assert sum("skipped" in dialogue for dialogue in known) >= 6
    assert sum("emergency_turn" in dialogue for dialogue in known) >= 2
    assert len(dialogues(held_out=True)) >= 4


def test_dialogue_ids_are_unique() -> None:
    names = [dialogue["id"] for held_out in (True, False) for dialogue in dialogues(held_out=held_out)]
    assert len(names) == len(set(names))


def test_every_turn_of_a_dialogue_has_the_keys_that_the_figures_read() -> None:
    allowed = {"customer", "agent", "step", "alt", "done", "skipped", "emergency"}
    for held_out in (True, False):
        for dialogue in dialogues(held_out=held_out):
            for turn in dialogue["turns"]:
                assert set(turn) <= allowed, (dialogue["id"], turn)
                assert ("customer" in turn) != ("agent" in turn)
                assert "step" in turn


def test_steps_and_completions_are_right_on_the_known_dialogues(tracker: Tracker) -> None:
    figures = measure(tracker)
    assert figures.step_right >= 0.95
    assert figures.completes_f1 >= 0.95


def test_every_skipped_step_is_named_and_no_correct_dialogue_is_accused(tracker: Tracker) -> None:
    figures = measure(tracker)
    assert figures.skips == [True] * len(figures.skips)
    assert figures.accused == []


def test_the_figures_hold_without_any_act_from_reading(without_acts: Tracker) -> None:
    figures = measure(without_acts)
    assert figures.step_right >= 0.9
    assert figures.completes_f1 >= 0.9
    assert figures.accused == []


def test_every_emergency_is_caught_at_its_turn(tracker: Tracker) -> None:
    assert measure(tracker).emergencies == [True] * 10
    assert all(measure(tracker, held_out=True).emergencies)


def test_dialogues_without_danger_raise_no_alarm(tracker: Tracker) -> None:
    calm = [dialogue for dialogue in dialogues(held_out=False) if "emergency_turn" not in dialogue]
    alarmed = [dialogue["id"] for dialogue in calm if tracker.track(turns_of(dialogue)).emergency]
    assert alarmed == []


def test_held_out_dialogues_reach_the_promised_figures(tracker: Tracker) -> None:
    figures = measure(tracker, held_out=True)
    assert figures.step_right >= 0.85
    assert figures.completes_f1 >= 0.85
    assert figures.accused == []


def test_a_turn_takes_less_than_ten_milliseconds(tracker: Tracker) -> None:
    turns = turns_of(dialogues(held_out=False)[0])
    tracker.track(turns)
    started = time.perf_counter()
    tracker.track(turns)
    assert (time.perf_counter() - started) / len(turns) < 0.010


def test_progress_of_a_part_is_the_beginning_of_the_progress_of_the_whole(tracker: Tracker) -> None:
    for dialogue in dialogues(held_out=False)[:6]:
        turns = turns_of(dialogue)
        whole = tracker.track(turns).turns
        assert [tracker.track(turns[: n + 1]).turns[-1] for n in range(len(turns))] == list(whole)
