"""Whole files checked: conversations in one at a time, the report written as they come, counts at the end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from copilot.errors import DocumentError
from copilot.quality.examiner import Examiner
from copilot.quality.sources import Progress, conversations_of
from copilot.quality.summary import Summary
from copilot.quality.tables import Told
from copilot.quality.writing import Report, Showing


def check_files(
    files: Iterable[Path], examiner: Examiner, report: Report | None, showing: Showing, told: Told, progress: Progress
) -> Summary:
    """The counts over all conversations of the files, each also handed to `report`.

    What is wrong with a row, or with a whole file, goes to `told`; the rest is checked all the same.
    """
    summary = Summary()

    def tell(line: str) -> None:
        summary.bad_rows += 1
        told(line)

    for file in files:
        summary.files += 1
        try:
            for dialogue in conversations_of(file, examiner.rules, tell, progress):
                checked = examiner.check(dialogue)
                summary.take(checked)
                if report is not None:
                    report.take(checked, showing.veil(checked), showing.identity(checked))
        except DocumentError as error:
            tell(str(error))
    if report is not None:
        report.finish(summary)
    return summary
