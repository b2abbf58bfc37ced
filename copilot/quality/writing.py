"""Reports of checked conversations, written as they come: jsonl here, xlsx and html beside it.

A report is written beside its place and moved there when it is whole, so a run that ends early spoils nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from copilot.documents.table_files import finished_file
from copilot.errors import DocumentError
from copilot.quality.masking import Veil, shown_id
from copilot.quality.report import Checked
from copilot.quality.rules import QualityRules
from copilot.quality.summary import Summary
from copilot.quality.wording import Cite
from copilot.reading import Masked

FORMATS = (".xlsx", ".html", ".jsonl")


class Report(Protocol):
    """Takes conversations one by one and writes the whole at the end."""

    def take(self, checked: Checked, veil: Veil, identity: str) -> None: ...

    def finish(self, summary: Summary) -> None: ...

    def abandon(self) -> None: ...


class JsonLines:
    """One JSON object a conversation, in ASCII so that every program reads it right."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def take(self, checked: Checked, veil: Veil, identity: str) -> None:
        self._file.write(json.dumps(as_json(checked, veil, identity)).encode("ascii") + b"\n")

    def finish(self, summary: Summary) -> None:
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


def as_json(checked: Checked, veil: Veil, identity: str) -> dict[str, Any]:
    """A checked conversation as a JSON object; `start` and `end` are offsets into the turn's text as it was given."""
    return {
        "id": identity,
        "place": checked.dialogue.place,
        "turns": len(checked.dialogue.turns),
        "agent_turns": checked.agent_turns,
        "complaint": checked.complaint,
        "emergency": checked.emergency,
        "findings": [
            {
                "kind": mark.kind, "norm": mark.name, "turn": mark.turn, "document": mark.clause.document,
                "clause": mark.clause.clause, "severity": mark.severity, "start": mark.start, "end": mark.end,
                "quote": veil.part(mark.turn, mark.start, mark.end) if mark.end else "", "reason": mark.reason,
            }
            for mark in checked.marks
        ],
        "responses": [
            {"turn": each.turn, "seconds": round(each.seconds, 3), "late": each.late} for each in checked.responses
        ],
        "scores": {
            score.group: {"title": score.title, "clauses": score.shown, "points": score.points, "state": score.state}
            for score in checked.scores
        },
        "notes": list(checked.notes),
    }  # fmt: skip


class Showing:
    """What of a conversation may be shown: `mask` replaces personal data, None shows everything."""

    def __init__(self, mask: Callable[[str], Masked] | None) -> None:
        self._mask = mask

    def veil(self, checked: Checked) -> Veil:
        """The conversation's texts as they may be shown."""
        return Veil(checked.dialogue.turns, self._mask)

    def identity(self, checked: Checked) -> str:
        """The conversation's name as it may be shown."""
        return shown_id(checked.dialogue.id, self._mask)


@contextmanager
def written_to(path: Path, rules: QualityRules, cite: Cite) -> Iterator[Report]:
    """A report for `path`, whose ending says what it becomes; it stands there once the block ends without an error.

    Raises DocumentError where the ending is unknown or the place cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise DocumentError(f"{path.name}：报告只能存成 xlsx、html 或 jsonl，请改文件名的后缀。")
    with finished_file(path) as unfinished:
        report = _report(unfinished, suffix, rules, cite)
        try:
            yield report
        except BaseException:
            report.abandon()
            raise


def _report(path: Path, suffix: str, rules: QualityRules, cite: Cite) -> Report:
    if suffix == ".xlsx":
        from copilot.quality.sheets import Workbook

        return Workbook(path, rules, cite)
    if suffix == ".html":
        from copilot.quality.page import Page

        return Page(path, rules, cite)
    return JsonLines(path)
