"""A set to measure with: one JSON object a line, read with errors that name file, line and remedy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from copilot.conversation import Conversation, turns_from_history
from copilot.errors import CopilotError, reason_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a set. Its methods raise CopilotError that says which field is wrong and how it should be."""

    path: Path
    number: int
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id as given, or the line's number."""
        return str(self.values.get("id", self.number))

    def error(self, what: str) -> CopilotError:
        return CopilotError(f"{self.path}:{self.number}：{what}。")

    def text(self, field: str, *, default: str | None = None) -> str:
        """The text of a field that must not be blank; `default`, if given, where there is none."""
        value = self.values.get(field, default)
        if default is not None and (value is None or value == ""):
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"缺少 {field}，内容应为文字")
        return value

    def flag(self, field: str, *, default: bool | None = None) -> bool:
        value = self.values.get(field, default)
        if not isinstance(value, bool):
            raise self.error(f"{field} 应是 true 或 false")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """The texts of a list; empty where the field is missing."""
        value = self.values.get(field, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.error(f'{field} 应是文字的列表，如 ["2.1"]')
        return tuple(value)

    def numbers(self, field: str, values: Mapping[str, Any] | None = None) -> tuple[int, ...]:
        """The whole numbers of a list, in the row or in `values`, a part of it; empty where the field is missing."""
        value = (self.values if values is None else values).get(field, [])
        if not isinstance(value, list) or not all(
            isinstance(each, int) and not isinstance(each, bool) for each in value
        ):
            raise self.error(f"{field} 应是整数的列表，如 [1, 2]")
        return tuple(value)

    def objects(self, field: str) -> tuple[Mapping[str, Any], ...]:
        """The objects of a list that must be there."""
        value = self.values.get(field)
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.error(f"缺少 {field}，应是对象的列表")
        return tuple(value)

    def conversation(self, field: str = "history") -> Conversation:
        """The conversation of a list of turns with role and text."""
        try:
            return Conversation(turns_from_history([dict(each) for each in self.objects(field)]))
        except ValueError as error:
            raise self.error(f'{field} 应如 [{{"role": "customer", "text": "在吗"}}]') from error


def read_set(path: Path, example: str, case_of: Callable[[Row], T]) -> list[T]:
    """What `case_of` makes of each row of a set, whose ids differ. `example` is a line as it should be.

    Raises CopilotError that names file and line.
    """
    try:
        content = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise CopilotError(f"读不了 {path}（{reason}）。请检查文件名，并存为 UTF-8。") from error
    rows = [
        Row(path, number, _object(path, number, line, example))
        for number, line in enumerate(content.splitlines(), start=1)
        if line.strip()
    ]
    if not rows:
        raise CopilotError(f"{path} 是空的。每行应是一个 JSON，如 {example}")
    cases = [case_of(row) for row in rows]
    _refuse_repeated(rows)
    return cases


def _object(path: Path, number: int, line: str, example: str) -> Mapping[str, Any]:
    try:
        values: Any = json.loads(line)
    except ValueError as error:
        raise Row(path, number, {}).error(f"不是完整的 JSON，应如 {example}") from error
    if not isinstance(values, dict):
        raise Row(path, number, {}).error(f"应是一个 JSON 对象，如 {example}")
    return values


def _refuse_repeated(rows: Sequence[Row]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise row.error(f"编号 {row.id} 与前面的重复，请改成不同的编号")
        seen.add(row.id)
