"""Conversations written as JSON: one a line, `{"id": …, "turns": [{"role": …, "text": …, "at": …}]}`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from copilot.conversation import Turn
from copilot.errors import DocumentError
from copilot.quality.moments import Moment, moment_of
from copilot.quality.report import Dialogue
from copilot.quality.rules import Column, QualityRules
from copilot.quality.spill import storable
from copilot.quality.tables import MOST_CHARACTERS, Told

_TURNS = ("turns", "history", "messages", "对话", "消息", "内容")
_LONGEST_LINE = 64 * 1024 * 1024  # bytes


def count_lines(path: Path) -> int:
    """How many lines of a file hold something."""
    with path.open("rb") as lines:
        return sum(1 for line in iter(lambda: lines.readline(_LONGEST_LINE), b"") if line.strip())


def read_lines(path: Path, rules: QualityRules, told: Told) -> Iterator[Dialogue]:
    """The conversations of a jsonl file; what is wrong with a line goes to `told`, with file and line."""
    with path.open("rb") as lines:
        for number, raw in enumerate(iter(lambda: lines.readline(_LONGEST_LINE), b""), start=1):
            if not raw.strip():
                continue
            place = f"{path.name} 第 {number} 行"
            try:
                value = json.loads(_decoded(raw))
                yield dialogue_of(value, rules, place, told, str(number))
            except (ValueError, RecursionError) as error:
                told(f"{place}：{_why(error)}，这一行没有读。")


def read_json(content: str, rules: QualityRules, name: str, told: Told) -> list[Dialogue]:
    """The conversations of one JSON text: one object, a list of messages, or a list of objects. Raises DocumentError."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise DocumentError(f"{name}：不是合法的 JSON。请检查引号、逗号和括号。") from None
    if isinstance(value, list) and any(isinstance(each, dict) and _turns(each) is not None for each in value):
        values = value
    else:
        values = [value if isinstance(value, dict) else {"turns": value}]
    found: list[Dialogue] = []
    for number, each in enumerate(values, start=1):
        place = f"{name} 第 {number} 通" if len(values) > 1 else name
        try:
            found.append(dialogue_of(each, rules, place, told, str(number)))
        except ValueError as error:
            told(f"{place}：{_why(error)}，没有读。")
    return found


def dialogue_of(value: Any, rules: QualityRules, place: str, told: Told, identity: str) -> Dialogue:
    """The conversation that a JSON value describes; `identity` names one without an id.

    A message that cannot be read goes to `told` and counts as unread. Raises ValueError, in Chinese, where the
    value is no conversation.
    """
    entries = _turns(value) if isinstance(value, Mapping) else None
    if not isinstance(entries, list):
        raise ValueError("应为 {\"id\": …, \"turns\": [{\"role\": …, \"text\": …}]}")
    turns: list[Turn] = []
    unread = ignored = 0
    exact = True
    for number, entry in enumerate(entries, start=1):
        fields = _fields(entry, rules)
        role = rules.role(str(fields.get("role") or ""))
        text = fields.get("text")
        if role == "ignored":
            ignored += 1
        elif role is None or not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            unread += 1
            what = f"不认识角色“{str(fields.get('role') or '')[:20]}”" if role is None else "内容不是文字，或太长"
            told(f"{place}：第 {number} 条消息{what}，没有读。")
        else:
            moment = _moment(fields.get("time"), f"{place}：第 {number} 条消息", told)
            exact = exact and (moment is None or moment.exact)
            turns.append(Turn(role, storable(text), moment.at if moment else None))
    own = _fields(value, rules)
    name, channel = own.get("id"), own.get("channel")
    return Dialogue(
        identity if name is None or name == "" else storable(str(name)), tuple(turns), str(channel or ""), place,
        not exact, unread, ignored,
    )  # fmt: skip


def _moment(value: Any, place: str, told: Told) -> Moment | None:
    try:
        return moment_of(value)
    except ValueError as error:
        told(f"{place}：{error}；这一条不计响应时间。")
        return None


def _turns(value: Mapping[str, Any]) -> Any:
    return next((value[key] for key in _TURNS if isinstance(value.get(key), list)), None)


def _fields(entry: Any, rules: QualityRules) -> dict[Column, Any]:
    """The entry's values by what they are; the first of two names for the same thing counts."""
    found: dict[Column, Any] = {}
    for key, value in entry.items() if isinstance(entry, Mapping) else ():
        column = rules.column(str(key))
        if column is not None and not isinstance(value, (list, dict)):
            found.setdefault(column, value)
    return found


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "不是合法的 JSON"
    if isinstance(error, UnicodeDecodeError):
        return "看不出文字的编码"
    return str(error) if not isinstance(error, RecursionError) else "括号套得太深"
