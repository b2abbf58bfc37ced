"""What is no clause, as data: `knowledge/left_out/*.yaml`, one record for each kind of text that is left out."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from copilot.documents.numbering import fold
from copilot.language import compile_pattern
from copilot.workspace import DataRecord, builtin_workspace

Where = Literal["anywhere", "start", "end", "beside"]
SITE = "网站文字"
LEFT_OUT_FOLDER = "left_out"
_LONGEST = 2000  # characters of a line that are looked at


class LeaveRule(DataRecord):
    """Lines of one kind that are left out, with examples of what is and what is not."""

    id: str
    why: str
    where: Where
    lines: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    leave: Annotated[tuple[str, ...], Field(min_length=1)]
    keep: Annotated[tuple[str, ...], Field(min_length=1)]


class LeaveRules:
    """The rules, compiled: `why(text, where)` says why a line is left out, or None to keep it."""

    def __init__(self, rules: tuple[LeaveRule, ...]) -> None:
        self.rules = rules
        self._compiled: dict[Where, list[tuple[Any, str]]] = {where: [] for where in get_args(Where)}
        for rule in rules:
            pieces = [rf"\A(?:{pattern})\z" for pattern in rule.lines] + [f"(?:{pattern})" for pattern in rule.parts]
            self._compiled[rule.where].append((compile_pattern("|".join(pieces)), rule.why))

    def why(self, text: str, where: Where) -> str | None:
        """Why this line is left out at this place."""
        plain = fold(text).strip()[:_LONGEST]
        return next((why for pattern, why in self._compiled[where] if pattern.search(plain)), None)


@cache
def leave_rules() -> LeaveRules:
    """The rules that come with the package, compiled once. Raises WorkspaceError with file and line."""
    return LeaveRules(builtin_rules())


def builtin_rules() -> tuple[LeaveRule, ...]:
    """The records of `knowledge/left_out/*.yaml`."""
    return tuple(builtin_workspace().read_records(LEFT_OUT_FOLDER, LeaveRule))
