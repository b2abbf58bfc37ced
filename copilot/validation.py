"""What is wrong with a value, in plain Chinese: pydantic's kinds of errors as people should read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MESSAGES = {
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字，必要时加上引号",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为“键: 值”的形式",
    "model_type": "应为“键: 值”的形式",
    "greater_than": "应大于 {gt:g}",
    "greater_than_equal": "应不小于 {ge:g}",
    "less_than": "应小于 {lt:g}",
    "less_than_equal": "应不大于 {le:g}",
    "date_type": "应为日期，如 2026-10-01",
    "date_parsing": "应为日期，如 2026-10-01",
    "date_from_datetime_parsing": "应为日期，如 2026-10-01",
    "date_from_datetime_inexact": "应为日期，如 2026-10-01",
    "literal_error": "只能是 {expected}",
    "too_short": "至少要有 {min_length} 项",
    "string_too_short": "至少要有 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对，应符合 {pattern}",
    "extra_forbidden": "没有这个字段，请删去或更正拼写",
    "missing": "缺少这个字段，请补上",
}


def in_chinese(details: Mapping[str, Any]) -> str:
    """One entry of `ValidationError.errors()` as a phrase; a validator's own ValueError is shown as it was written."""
    context = details.get("ctx") or {}
    if details["type"] == "value_error" and "error" in context:
        return str(context["error"])
    message = _MESSAGES.get(details["type"])
    try:
        return message.format(**context) if message else str(details["msg"])
    except (KeyError, ValueError):
        return str(details["msg"])
