"""Counting of judged drafts, on cases whose verdict the test decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from copilot.conversation import Conversation
from copilot.errors import CopilotError
from copilot.evaluation.figures import Figure
from copilot.evaluation.reviewing import figures_of, judge_all, read_cases
from copilot.norms import Finding, Review

BREACH = {"reply": "等着", "violation": True, "clauses": ["2.1"], "severity": "warn"}
GOOD = {"reply": "马上为您查", "violation": False}


def write(folder: Path, *rows: Mapping[str, Any]) -> Path:
    path = folder / "review.jsonl"
    lines = [json.dumps({"id": f"r{number}", **row}, ensure_ascii=False) for number, row in enumerate(rows)]
    path.write_text("\n".join(lines), "utf-8")
    return path


def review(draft: str, conversation: Conversation) -> Review:
    """等 is a breach of 2.1, 滚 one that blocks; after an angry customer 好的 is one too."""
    if "滚" in draft:
        return Review("block", (Finding("n", "agreement", "1.2.1", "block", 0, 1, "滚", "r"),))
    if "等" in draft or ("好的" in draft and "气" in conversation.last_customer_text):
        return Review("warn", (Finding("n", "agreement", "2.1", "warn", 0, 1, "等", "r"),))
    return Review("pass")


def figures(folder: Path, *rows: Mapping[str, Any]) -> dict[str, Figure]:
    return {each.name: each for each in figures_of(list(judge_all(read_cases(write(folder, *rows)), review)))}


def test_recall_precision_and_clauses_are_counted_over_plain_cases(tmp_path: Path) -> None:
    missed = {"reply": "自己看", "violation": True, "clauses": ["1.3.2"], "severity": "block"}
    wrong_clause = {**BREACH, "clauses": ["1.3.2"]}
    false_alarm = {"reply": "您等一下我两分钟内回来", "violation": False}
    found = figures(tmp_path, BREACH, wrong_clause, missed, GOOD, false_alarm)
    assert found["recall"].value == pytest.approx(2 / 3)
    assert found["recall_block"].value == 0.0
    assert found["precision"].value == pytest.approx(2 / 3)
    assert found["clause"].value == 0.5
    assert found["recall"].reached is False


def test_a_pair_counts_only_when_both_halves_are_judged_right(tmp_path: Path) -> None:
    pairs = [
        {"reply": "好的", "customer": customer, "violation": breach, "pair": pair}
        for pair, customer, breach in [
            ("a", "气死我了", True), ("a", "地址是南门", False), ("b", "气死我了", True), ("b", "气人但没事了", False)
        ]
    ]  # fmt: skip
    found = figures(tmp_path, *pairs)
    assert (found["pairs_right"].value, found["pairs_right"].of) == (0.5, 2)
    assert "recall" not in found


def test_ordinary_chats_count_what_is_flagged_and_what_is_blocked(tmp_path: Path) -> None:
    chat = [
        {"reply": text, "violation": False, "part": "chat"} for text in ("亲在的", "滚筒洗衣机有货", "等您", "好的")
    ]
    found = figures(tmp_path, *chat)
    assert (found["chat_flagged"].value, found["chat_blocked"].value) == (0.5, 0.25)
    assert found["chat_blocked"].reached is False


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"reply": "好", "violation": "yes"}, "violation 应是 true 或 false"),
        ({"violation": True}, "缺少 reply"),
        ({**GOOD, "part": "else"}, "part 是 else"),
        ({**GOOD, "history": [{"role": "nobody", "text": "x"}]}, "history 应如"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, row: Mapping[str, Any], says: str) -> None:
    with pytest.raises(CopilotError, match=f"review.jsonl:2：.*{says}"):
        read_cases(write(tmp_path, GOOD, row))
