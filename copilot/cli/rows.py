"""What a line of input is made of, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from copilot.errors import CopilotError

Row = Mapping[str, Any]


class BadLineError(CopilotError):
    """A line of input that cannot be used; the message says why."""


def text_of(row: Row, field: str) -> str:
    """The text in this field. Raises BadLineError where it is missing or no text."""
    if field not in row:
        raise BadLineError(f"缺少字段 {field}")
    value = row[field]
    if not isinstance(value, str):
        raise BadLineError(f"字段 {field} 应为字符串，现在是 {type(value).__name__}")
    return value
