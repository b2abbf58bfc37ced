"""What a model is told and what it is shown, kept apart: instructions in one message, data as JSON in another.

A prompt file's first part is the instructions; below the line `<!-- data -->` stands the frame of the data, with
`$variables`. Each variable becomes one JSON value, so nothing that a customer or a document says can end it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from string import Template
from typing import Any

from copilot.assist.veil import FindsPersonalData, Veil, veil
from copilot.clauses import Clause
from copilot.conversation import Conversation

_DATA = "<!-- data -->"
_COMMENT = re.compile(r"<!--(?:[^-]|-[^-]){0,4000}-->")
MAX_TURNS = 12
MAX_CHARACTERS = 1_500  # of one turn


def messages(prompt: str, **data: Any) -> tuple[str, str]:
    """The instructions, and the data: each value as JSON in its place, or at the end where the prompt has none for it."""
    told, _, shown = prompt.partition(_DATA)
    values = {name: json.dumps(value, ensure_ascii=False) for name, value in data.items()}
    placed = Template(shown).safe_substitute(values)
    unplaced = "\n".join(f"{name} = {value}" for name, value in values.items() if f"${name}" not in shown)
    return _COMMENT.sub("", told).strip(), f"{placed.strip()}\n{unplaced}".strip()


def clause_data(clauses: Iterable[Clause]) -> list[dict[str, str]]:
    """Clauses as data; their own words, for a document may have come from anywhere."""
    return [{"document": c.document, "clause": c.number, "title": c.title, "text": c.text} for c in clauses]


def covered_turns(conversation: Conversation, reader: FindsPersonalData, more: Sequence[str] = ()) -> tuple[list[dict[str, str]], Veil]:
    """The newest turns as masked data, and the veil over them and over the texts in `more`, which come last in it."""
    turns = conversation.turns[-MAX_TURNS:]
    covered = veil([*(turn.text[:MAX_CHARACTERS] for turn in turns), *more], reader)
    return [{"role": turn.role, "text": text} for turn, text in zip(turns, covered.texts, strict=False)], covered
