"""Counting of readings and of personal data, on readings that the test decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes.reading import FakeReading

from copilot.conversation import PersonalDatum
from copilot.errors import CopilotError
from copilot.evaluation.customers import figures_of, mask_figures, read_all, read_customers, read_marked

CALM = {
    "text": "几点发货",
    "mood": "calm",
    "complaint": False,
    "urgency": "normal",
    "intents": ["logistics", "other"],
    "vip": False,
}
FIRE = {"text": "冒烟了", "mood": "anxious", "complaint": False, "urgency": "emergency", "intents": ["quality"]}
ANGRY = {"text": "骗子", "mood": "angry", "complaint": True, "urgency": "normal", "intents": ["complaint_escalation"]}


def write(folder: Path, *rows: Mapping[str, Any]) -> Path:
    path = folder / "set.jsonl"
    lines = [json.dumps({"id": f"r{number}", **row}, ensure_ascii=False) for number, row in enumerate(rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_each_label_is_counted_by_itself(tmp_path: Path) -> None:
    readings = {
        "几点发货": FakeReading(intents=("other",), complaint=True),
        "冒烟了": FakeReading(mood="anxious", urgency="emergency", intents=("logistics",)),
        "骗子": FakeReading(
            mood="dissatisfied", complaint=True, urgency="emergency", intents=("complaint_escalation",)
        ),
    }
    customers = read_customers(write(tmp_path, CALM, FIRE, ANGRY))
    outcomes = list(read_all(customers, lambda conversation: readings[conversation.last_customer_text]))  # type: ignore[arg-type,return-value]
    found = {each.name: each.value for each in figures_of(outcomes)}
    assert found["mood"] == pytest.approx(2 / 3)
    assert found["complaint_f1"] == pytest.approx(2 / 3)
    assert (found["emergency_recall"], found["emergency_precision"]) == (1.0, 0.5)
    assert found["intent"] == pytest.approx(2 / 3)
    assert found["vip_f1"] is None


def test_a_label_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(CopilotError, match=r"set\.jsonl:1：没有 furious 这个标签，可用的是 calm、"):
        read_customers(write(tmp_path, {**CALM, "mood": "furious"}))


def test_personal_data_counts_only_to_the_character(tmp_path: Path) -> None:
    texts = read_marked(write(tmp_path, {"text": "电话13800138000找李明", "spans": [
        {"type": "phone", "start": 2, "end": 13}, {"type": "name", "start": 14, "end": 16}]}))  # fmt: skip
    found = {
        each.name: each.value
        for each in mask_figures(texts, lambda text: (PersonalDatum("phone", 2, 13), PersonalDatum("name", 13, 16)))
    }
    assert (found["personal_f1"], found["personal_f1_phone"], found["personal_f1_name"]) == (0.5, 1.0, 0.0)


def test_a_span_outside_its_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CopilotError, match="0 到 2 之间"):
        read_marked(write(tmp_path, {"text": "李明", "spans": [{"type": "name", "start": 0, "end": 3}]}))
