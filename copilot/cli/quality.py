"""`copilot review --conversation`: a finished dialogue turn by turn, or files of thousands with a summary."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.cli.opening import open_copilot
from copilot.errors import CopilotError, DocumentError

if TYPE_CHECKING:
    from rich.console import Console

    from copilot.engine import Copilot
    from copilot.quality import Dialogue
    from copilot.quality.sources import Progress
    from copilot.quality.tables import Told

_BATCH = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson")
_TOLD_AT_MOST = 20  # bad rows shown one by one; the others are only counted
_HOW = (
    "请给出对话或会话文件，例如 copilot review --conversation 对话.txt（每行以“客：”或“我：”开头），"
    "或 copilot review --conversation 会话.xlsx --out 报告.xlsx。"
)


def review_conversations(given: Sequence[str], out: Path | None, *, jsonl: bool, with_personal_data: bool) -> int:
    """The exit status: for one dialogue 0 nothing found, 1 something; for files 0, or 1 when a row was bad.

    Raises CopilotError where the input cannot be used at all.
    """
    if jsonl:
        return _machine(with_personal_data)
    if not given and sys.stdin.isatty():
        raise CopilotError(_HOW)
    if given and all(Path(name).suffix.lower() in _BATCH for name in given):
        return _files([Path(name) for name in given], out, with_personal_data)
    if len(given) > 1:
        raise CopilotError("一次看一段对话；多个文件请用 csv、xlsx 或 jsonl。")
    return _one(given[0] if given else "-", out, with_personal_data)


# One dialogue


def _one(name: str, out: Path | None, with_personal_data: bool) -> int:
    from rich.console import Console

    from copilot.cli.quality_view import show_conversation, show_summary
    from copilot.quality import Examiner, Showing, Summary, written_to
    from copilot.quality.wording import citing

    copilot = open_copilot()
    examiner = Examiner(copilot, with_rewrite=True)
    troubles = Troubles(Console(stderr=True))
    dialogues = _dialogues(name, examiner, troubles.tell)
    showing, cite, summary = Showing(None if with_personal_data else copilot.mask), citing(copilot), Summary()
    console, found = Console(), False
    with written_to(out, examiner.rules, cite) if out else nullcontext() as report:
        for dialogue in dialogues:
            checked = examiner.check(dialogue)
            summary.take(checked)
            found = found or checked.has_findings
            if report is not None:
                report.take(checked, showing.veil(checked), showing.identity(checked))
            if len(dialogues) == 1:
                show_conversation(console, checked, showing.veil(checked), cite)
        if report is not None:
            report.finish(summary)
    if len(dialogues) > 1:
        show_summary(console, summary, cite, examiner.rules)
    _say_where(console, out)
    return 1 if found or troubles.count else 0


def _dialogues(name: str, examiner: Any, told: Told) -> list[Dialogue]:
    """The dialogue that was named: a file, standard input ("-"), or the text itself. Raises CopilotError."""
    from copilot.cli.human import parse_dialogue
    from copilot.documents.encoding import decode
    from copilot.quality import Dialogue, read_json

    if name == "-":
        text, shown = decode(sys.stdin.buffer.read(), "标准输入"), "标准输入"
    elif "\n" in name or (name.lstrip().startswith(("客", "我")) and not _is_file(name)):
        text, shown = name, "对话"
    else:
        path = Path(name)
        if not _is_file(name):
            raise DocumentError(f"{name}：找不到这个文件。{_HOW}")
        text, shown = decode(path.read_bytes(), path.name), path.name
    if not text.strip():
        raise CopilotError(f"{shown}：是空的，没有对话。{_HOW}")
    if text.lstrip().startswith(("{", "[")) and (shown.endswith(".json") or name == "-"):
        return read_json(text, examiner.rules, shown, told)
    return [Dialogue(shown, parse_dialogue(text), place=shown)]


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a whole dialogue is no file name
        return False


# Whole files


def _files(files: Sequence[Path], out: Path | None, with_personal_data: bool) -> int:
    from rich.console import Console

    from copilot.cli.quality_view import show_summary
    from copilot.quality import Examiner, Showing, check_files, written_to
    from copilot.quality.wording import citing

    copilot = open_copilot()
    examiner, cite = Examiner(copilot), citing(copilot)
    errors = Console(stderr=True)
    troubles = Troubles(errors)
    showing = Showing(None if with_personal_data else copilot.mask)
    with (
        written_to(out, examiner.rules, cite) if out else nullcontext() as report,
        progress_on(errors) as progress,
    ):
        summary = check_files(files, examiner, report, showing, troubles.tell, progress)
    troubles.finish()
    console = Console()
    show_summary(console, summary, cite, examiner.rules)
    _say_where(console, out)
    return 1 if troubles.count else 0


class Troubles:
    """Lines about what could not be read: the first ones are shown, the others counted."""

    def __init__(self, console: Console) -> None:
        self._console, self.count = console, 0

    def tell(self, line: str) -> None:
        self.count += 1
        if self.count <= _TOLD_AT_MOST:
            self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def finish(self) -> None:
        """Say how many lines were not shown."""
        if self.count > _TOLD_AT_MOST:
            hidden = self.count - _TOLD_AT_MOST
            self._console.print(f"……另有 {hidden:,} 处同类问题没有列出。", markup=False, highlight=False)


@contextmanager
def progress_on(console: Console) -> Iterator[Progress]:
    """A callback (step, done, total) that draws a bar for each step; `total` may grow."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=console) as bars:
        tasks: dict[str, Any] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def _say_where(console: Console, out: Path | None) -> None:
    if out is not None:
        console.print(f"报告已存到 {out}", markup=False, highlight=False, soft_wrap=True)


# The machine side


def _machine(with_personal_data: bool) -> int:
    from copilot.cli.machine import run_jsonl
    from copilot.cli.rows import BadLineError, Row
    from copilot.quality import Examiner, Showing, as_json, dialogue_of

    copilot = open_copilot()
    examiner = Examiner(copilot)
    showing = Showing(None if with_personal_data else copilot.mask)

    def refuse(line: str) -> None:
        raise BadLineError(line.lstrip("："))

    def handle(_: Copilot, row: Row) -> dict[str, Any]:
        try:
            checked = examiner.check(dialogue_of(row, examiner.rules, "", refuse, ""))
        except ValueError as error:
            raise BadLineError(str(error)) from error
        answer = as_json(checked, showing.veil(checked), "")
        return {key: value for key, value in answer.items() if key not in ("id", "place")}

    return run_jsonl("review", copilot, sys.stdin.buffer, sys.stdout.buffer, handle)
