"""Files of conversations: csv, xlsx and jsonl in, one conversation after the other out, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from copilot.documents.encoding import decode
from copilot.errors import DocumentError, reason_of
from copilot.quality.lines import count_lines, read_json, read_lines
from copilot.quality.report import Dialogue
from copilot.quality.rules import QualityRules
from copilot.quality.spill import Spill
from copilot.quality.tables import Row, Told, headings_of, read_csv, read_xlsx, take_rows

TABLES = (".csv", ".tsv", ".xlsx")
READABLE = (*TABLES, ".jsonl", ".ndjson", ".json")
Progress = Callable[[str, int, int], None]  # what is done, how much of it, and out of how much
_EVERY = 200  # rows between two reports of progress


def conversations_of(path: Path, rules: QualityRules, told: Told, progress: Progress) -> Iterator[Dialogue]:
    """The conversations of one file; what is wrong with a row goes to `told`. Raises DocumentError for a bad file."""
    suffix = path.suffix.lower()
    step = f"检查 {path.name}"
    if suffix not in READABLE:
        raise DocumentError(f"{path.name}：不认识这种文件。整批检查请用 csv、xlsx 或 jsonl；一段对话请用 txt 或 json。")
    if not path.is_file():
        raise DocumentError(f"{path}：找不到这个文件，请检查文件名。")
    try:
        if suffix in TABLES:
            with Spill() as spill:
                _fill(spill, path, rules, told, progress)
                yield from _counted(spill.dialogues(), step, spill.count, progress)
        elif suffix == ".json":
            found = read_json(decode(path.read_bytes(), path.name), rules, path.name, told)
            yield from _counted(found, step, len(found), progress)
        else:
            yield from _counted(read_lines(path, rules, told), step, count_lines(path), progress)
    except OSError as error:
        raise DocumentError(f"{path.name}：读不了（{reason_of(error)}）。请检查文件和权限。") from error


def _fill(spill: Spill, path: Path, rules: QualityRules, told: Told, progress: Progress) -> None:
    """Put all messages of a table into `spill`. Raises DocumentError where no sheet has the columns."""
    step = f"读取 {path.name}"
    if path.suffix.lower() == ".xlsx":
        sheets: Iterable[tuple[str, Iterator[Row]]] = read_xlsx(path)
    else:
        sheets = [("", read_csv(path))]
    names: list[str] = []
    known = empty = 0
    for title, rows in sheets:
        names.append(title)
        first = next(rows, None)
        if first is None:
            empty += 1
            continue
        rows = _again(first, rows)
        headings = headings_of(rows, rules)
        if headings is None:
            continue
        known += 1
        name = f"{path.name}（{title}）" if title and len(names) > 1 else path.name
        take_rows(_watched(rows, step, progress), headings, name, rules, spill, told)
    if empty == len(names):
        told(f"{path.name}：是空的，没有会话。")
    elif not known:
        raise DocumentError(
            f"{path.name}：没有找到表头。表头要有“角色”和“内容”两列，最好还有“会话”和“时间”（也可写 role、text、"
            "conversation、time）；别的列名请补在 knowledge/quality.yaml 的 columns 里。"
        )


def _again(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _watched(rows: Iterator[Row], step: str, progress: Progress) -> Iterator[Row]:
    """The rows; how many are read is told now and then, for their number is known only at the end."""
    number = 0
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _EVERY == 0:
            progress(step, number, number + 1)
    progress(step, number, number)


def _counted(dialogues: Iterable[Dialogue], step: str, total: int, progress: Progress) -> Iterator[Dialogue]:
    progress(step, 0, total)
    for done, dialogue in enumerate(dialogues, start=1):
        yield dialogue
        progress(step, done, total)
    progress(step, total, total)
