"""Pydantic's errors as people should read them."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from copilot.validation import in_chinese


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: int = Field(1, ge=1, le=9)
    kind: Literal["a", "b"] = "a"
    words: tuple[str, ...] = Field(("x",), min_length=1)

    @field_validator("kind")
    @classmethod
    def _not_b(cls, value: str) -> str:
        if value == "b":
            raise ValueError("今天不用 b")
        return value


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"number": "x"}, "应为整数"),
        ({"number": 0}, "应不小于 1"),
        ({"number": 10}, "应不大于 9"),
        ({"kind": "c"}, "只能是 'a' or 'b'"),
        ({"kind": "b"}, "今天不用 b"),
        ({"words": []}, "至少要有 1 项"),
        ({"words": "x"}, "应为列表"),
        ({"other": 1}, "没有这个字段，请删去或更正拼写"),
    ],
)
def test_each_kind_of_error_is_said_in_chinese(values: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(values)
    assert in_chinese(caught.value.errors()[0]) == expected
