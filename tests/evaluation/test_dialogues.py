"""Counting of guided complaints, on progress that the test decides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from copilot.conversation import Turn
from copilot.errors import CopilotError
from copilot.evaluation.dialogues import figures_of, follow_all, read_dialogues
from copilot.procedures import Progress, TurnProgress

TURNS = [
    {"role": "customer", "text": "漏水了", "step": 1, "completes": []},
    {"role": "agent", "text": "抱歉", "step": 2, "step_alt": [3], "completes": [1]},
]


def write(folder: Path, *rows: Mapping[str, Any]) -> Path:
    path = folder / "set.jsonl"
    lines = [json.dumps({"id": f"r{number}", **row}, ensure_ascii=False) for number, row in enumerate(rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def figures(path: Path, *turns: TurnProgress) -> dict[str, float | None]:
    def guide(_: Sequence[Turn]) -> Progress:
        return Progress("complaint", turns, (), 1, False)

    return {each.name: each.value for each in figures_of(list(follow_all(read_dialogues(path), guide)))}


def test_another_step_that_is_allowed_counts_as_right_and_completions_are_counted_apart(tmp_path: Path) -> None:
    path = write(tmp_path, {"turns": TURNS})
    found = figures(path, TurnProgress(1, (2,)), TurnProgress(3, (1,)))
    assert found["step"] == 1.0
    assert found["completed_f1"] == pytest.approx(2 / 3)
    assert found["accused"] == 0


def test_a_clean_dialogue_that_is_accused_counts_and_a_named_skip_does_not(tmp_path: Path) -> None:
    path = write(tmp_path, {"turns": TURNS}, {"turns": TURNS, "skipped": [2]})
    found = figures(path, TurnProgress(1), TurnProgress(3, (1,), (2,)))
    assert (found["accused"], found["skipped_named"]) == (1, 1.0)


@pytest.mark.parametrize(("at", "seen"), [(1, 1.0), (2, 0.0)])
def test_an_emergency_counts_at_its_own_turn_only(tmp_path: Path, at: int, seen: float) -> None:
    path = write(tmp_path, {"turns": TURNS, "emergency_turn": at})
    assert figures(path, TurnProgress(1, emergency=True), TurnProgress(2, (1,)))["emergency"] == seen


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"turns": TURNS, "emergency_turn": 3}, "1 到 2 的整数"),
        ({"turns": [{"role": "agent", "text": "好"}]}, "都要有 step"),
        ({"turns": TURNS, "skipped": "2"}, "skipped 应是整数的列表"),
        ({}, "缺少 turns"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, row: Mapping[str, Any], says: str) -> None:
    with pytest.raises(CopilotError, match=f"set.jsonl:1：.*{says}"):
        read_dialogues(write(tmp_path, row))
