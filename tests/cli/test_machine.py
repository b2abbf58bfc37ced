"""The command-line contract for machines: shapes, order, bad lines, exit status."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from copilot.cli.machine import HANDLERS, run_jsonl
from copilot.conversation import INTENTS, MOODS, PERSONAL_DATA_TYPES, URGENCIES
from copilot.engine import Copilot

GOOD: dict[str, dict[str, Any]] = {
    "review": {"id": 1, "reply": "您好，马上为您核实。", "customer": "快递呢"},
    "read": {"id": 1, "text": "快递呢"},
    "suggest": {"id": 1, "history": [{"role": "customer", "text": "快递呢"}]},
    "ask": {"id": 1, "question": "投诉要分几步处理？"},
    "guide": {"id": 1, "turns": [{"role": "customer", "text": "我要投诉"}]},
    "mask": {"id": 1, "text": "电话13912345678"},
    "polish": {"id": 1, "draft": "退不了 过7天了"},
    "summary": {"id": 1, "history": [{"role": "customer", "text": "我要投诉"}]},
}


def answers(command: str, copilot: Copilot, *lines: str | bytes) -> tuple[int, list[dict[str, Any]]]:
    source = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n"
    sink = io.BytesIO()
    status = run_jsonl(command, copilot, io.BytesIO(source), sink)
    return status, [json.loads(line) for line in sink.getvalue().splitlines()]


@pytest.mark.parametrize("command", sorted(HANDLERS))
def test_a_bad_line_is_named_and_spoils_no_other(copilot: Copilot, command: str) -> None:
    good = json.dumps(GOOD[command], ensure_ascii=False)
    status, out = answers(command, copilot, good, "{not json", '{"id": "empty"}', "[1]", b"\xff\xfe", good)
    assert status == 1
    assert [row["id"] for row in out] == [1, None, "empty", None, None, 1]
    assert [row["error"].partition(":")[0] for row in out[1:5]] == ["line 2", "line 3", "line 4", "line 5"]
    assert "error" not in out[0]
    assert {**out[0]} == {**out[5]}


@pytest.mark.parametrize("command", sorted(HANDLERS))
@pytest.mark.parametrize("value", [5, None, ["x"], {"role": "customer"}])
def test_a_field_of_the_wrong_kind_is_an_error_of_its_line(copilot: Copilot, command: str, value: object) -> None:
    field = {"review": "reply", "suggest": "history", "ask": "question", "guide": "turns", "polish": "draft", "summary": "history"}.get(command, "text")
    status, out = answers(command, copilot, json.dumps({"id": 7, field: value}))
    if command in {"suggest", "guide", "summary"} and value == ["x"]:
        assert "entry 1" in out[0]["error"]
    assert status == 1
    assert out[0]["id"] == 7
    assert out[0]["error"].startswith("line 1: ")


@pytest.mark.parametrize("text", ["", " ", "😀", "\u0000", "\ud83d", "a" * 50_000, "滚" * 50_000, "<b>&amp;</b>"])
@pytest.mark.parametrize("command", sorted(HANDLERS))
def test_strange_text_is_a_normal_day(copilot: Copilot, command: str, text: str) -> None:
    row = {
        "review": {"reply": text, "customer": text}, "read": {"text": text}, "ask": {"question": text},
        "suggest": {"history": [{"role": "customer", "text": text}]}, "mask": {"text": text},
        "guide": {"turns": [{"role": "customer", "text": text}, {"role": "agent", "text": text}]},
        "polish": {"draft": text, "customer": text}, "summary": {"history": [{"role": "customer", "text": text}]},
    }[command]  # fmt: skip
    status, out = answers(command, copilot, json.dumps({"id": "x", **row}))
    assert (status, "error" in out[0]) == (0, False), out[0]


def test_blank_lines_are_passed_over_but_counted(copilot: Copilot) -> None:
    status, out = answers("mask", copilot, "", json.dumps(GOOD["mask"]), "   ", "{")
    assert status == 1
    assert [row.get("error", "ok")[:6] for row in out] == ["ok", "line 4"]


def test_a_review_names_norm_clause_quote_and_verdict(copilot: Copilot) -> None:
    reply = "滚远点，这不归我管，你爱找谁找谁去。"
    _, out = answers("review", copilot, json.dumps({"id": 1, "reply": reply, "customer": "你们到底管不管？"}))
    assert out[0]["verdict"] == "block"
    for finding in out[0]["findings"]:
        assert reply[finding["start"] : finding["end"]] == finding["quote"]
        assert finding["norm"]
        assert finding["clause"]
        assert finding["reason"]


def test_a_reading_keeps_to_the_closed_sets_of_labels(copilot: Copilot) -> None:
    text = "等了半个月还没发货，我要投诉你们！我电话13912345678"
    _, out = answers("read", copilot, json.dumps({"id": 1, "text": text}))
    assert out[0]["mood"] in MOODS
    assert out[0]["urgency"] in URGENCIES
    assert set(out[0]["intents"]) <= set(INTENTS)
    assert out[0]["complaint"] is True
    assert [(d["type"], text[d["start"] : d["end"]]) for d in out[0]["personal_data"]] == [("phone", "13912345678")]
    assert {d["type"] for d in out[0]["personal_data"]} <= set(PERSONAL_DATA_TYPES)


def test_an_uncovered_question_is_refused_without_citations(copilot: Copilot) -> None:
    _, out = answers("ask", copilot, json.dumps({"id": 1, "question": "明天北京天气怎么样？"}))
    assert out[0]["answered"] is False
    assert out[0]["cites"] == []


def test_a_covered_question_is_answered_with_its_figure(copilot: Copilot) -> None:
    _, out = answers("ask", copilot, json.dumps({"id": 1, "question": "在线客户发来消息后多久必须回复？"}))
    assert out[0]["answered"] is True
    assert (out[0]["cites"][0]["document"], out[0]["cites"][0]["clause"]) == ("agreement", "2.1")
    assert "30" in out[0]["answer"]
    scores = [cite["score"] for cite in out[0]["cites"]]
    assert scores == sorted(scores, reverse=True)
