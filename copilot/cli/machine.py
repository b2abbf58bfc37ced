"""The machine side of the command line: JSON objects in on standard input, one a line, one JSON object out per line.

A bad line gives `{"id": …, "error": "line 3: …"}`, the rest still runs, and the exit status is 1. The shapes are the
command-line contract of the design; nothing else writes to standard output.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from copilot.cli.asking import Questions
from copilot.cli.rows import BadLineError, Row, text_of
from copilot.cli.suggesting import suggestions
from copilot.cli.writing import polished, summary_of
from copilot.conversation import Conversation, PersonalDatum, turns_from_history
from copilot.engine import Copilot
from copilot.errors import CopilotError

Handler = Callable[[Copilot, Row], dict[str, Any]]
_log = logging.getLogger(__name__)


def _turns(row: Row, field: str) -> Conversation:
    value = row[field]
    if not isinstance(value, list):
        raise BadLineError(f"字段 {field} 应为列表，每项是 {{role, text}}")
    try:
        return Conversation.of(turns_from_history(value))
    except ValueError as error:
        raise BadLineError(f"字段 {field} 不可用：{error}") from error


def _conversation(row: Row, text_field: str, *, required: bool) -> Conversation:
    """The conversation that a row describes: its `history`, or one customer message in `text_field`."""
    if row.get("history") is not None:
        return _turns(row, "history")
    if required or row.get(text_field) is not None:
        return Conversation.from_customer(text_of(row, text_field))
    return Conversation()


def _spans(data: tuple[PersonalDatum, ...]) -> list[dict[str, Any]]:
    return [asdict(datum) for datum in data]


def review_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    review = copilot.review(text_of(row, "reply"), _conversation(row, "customer", required=False))
    return {
        "verdict": review.verdict,
        "findings": [asdict(finding) for finding in review.findings],
        "rewrite": review.rewrite,
    }


def reading_fields(copilot: Copilot, conversation: Conversation) -> dict[str, Any]:
    reading = copilot.read(conversation)
    return {
        "mood": reading.mood, "complaint": reading.complaint, "urgency": reading.urgency,
        "intents": list(reading.intents), "vip": reading.vip, "personal_data": _spans(reading.personal_data),
    }  # fmt: skip


def read_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    return reading_fields(copilot, _conversation(row, "text", required=True))


def suggest_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    if "history" not in row:
        raise BadLineError("缺少字段 history")
    conversation = _turns(row, "history")
    result = suggestions(copilot, conversation)
    progress = result.progress
    return {
        "suggestions": [
            {"text": item.text, "cites": [asdict(ref) for ref in item.cites], "style": item.style,
             "source": item.source}
            for item in result.suggestions
        ],
        "reading": reading_fields(copilot, conversation),
        "procedure": {"id": progress.procedure, "step": progress.step} if progress else None,
    }  # fmt: skip


def ask_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    """The answer without keeping what is not covered; the command keeps it (`Questions`)."""
    return Questions(copilot).row(copilot, row)


def guide_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    if "turns" not in row:
        raise BadLineError("缺少字段 turns")
    progress = copilot.guide(_turns(row, "turns").turns)
    return {
        "turns": [
            {"step": turn.step, "completed": list(turn.completed), "skipped": list(turn.skipped),
             "emergency": turn.emergency}
            for turn in progress.turns
        ]
    }  # fmt: skip


def polish_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    return polished(copilot, text_of(row, "draft"), _conversation(row, "customer", required=False))


def summary_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    if "history" not in row:
        raise BadLineError("缺少字段 history")
    return dict(summary_of(copilot, _turns(row, "history")).as_dict())


def mask_row(copilot: Copilot, row: Row) -> dict[str, Any]:
    masked = copilot.mask(text_of(row, "text"))
    return {"masked": masked.masked, "spans": _spans(masked.spans)}


HANDLERS: dict[str, Handler] = {
    "review": review_row, "read": read_row, "suggest": suggest_row,
    "ask": ask_row, "guide": guide_row, "mask": mask_row, "polish": polish_row, "summary": summary_row,
}  # fmt: skip


def _encode(answer: Mapping[str, Any]) -> bytes:
    # ASCII only: a reader whose locale is not UTF-8, or who splits lines at U+0085, still reads it right.
    return json.dumps(answer).encode("ascii") + b"\n"


def _answer(handler: Handler, command: str, copilot: Copilot, raw: bytes, number: int) -> dict[str, Any]:
    """The object for one line of input; trouble becomes its `error`."""
    identity: Any = None
    try:
        try:
            row = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError:
            raise BadLineError("不是 UTF-8 编码") from None
        except (ValueError, RecursionError):
            raise BadLineError("不是合法的 JSON") from None
        if not isinstance(row, dict):
            raise BadLineError("应为 JSON 对象，例如 {\"id\": 1, …}")
        identity = row.get("id")
        return {"id": identity, **handler(copilot, row)}
    except CopilotError as error:
        return {"id": identity, "error": f"line {number}: {error}"}
    except Exception:  # one line must not end the others
        _log.exception("line %d of %s failed", number, command)
        return {"id": identity, "error": f"line {number}: 处理这一行时出了意外，其余各行照常处理"}


def run_jsonl(
    command: str, copilot: Copilot, source: BinaryIO, sink: BinaryIO, handler: Handler | None = None
) -> int:
    """Answer each line of `source` on `sink` as it comes; 0, or 1 when a line was bad. Blank lines are passed over.

    `handler` answers in place of the command's usual one.
    """
    status = 0
    for number, raw in enumerate(source, start=1):
        if not raw.strip():
            continue
        answer = _answer(handler or HANDLERS[command], command, copilot, raw, number)
        if "error" in answer:
            status = 1
        sink.write(_encode(answer))
        sink.flush()
    return status
