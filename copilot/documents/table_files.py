"""Tables written for people who open them in Excel: xlsx sheets row by row, csv that shows Chinese, no formulas.

A text that begins like a formula is stored as text and marked so, for a customer may write "=HYPERLINK(…)"
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.errors import DocumentError, reason_of

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet  # type: ignore[import-untyped]

MOST_ROWS = 1_048_000
"""Rows for one sheet, which holds 1,048,576."""

_MOST_CHARACTERS = 2_000  # in a cell; it holds 32,767, and nobody reads that
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ENDINGS = (".xlsx", ".csv")

WriteRow = Callable[[Iterable[Any]], None]


class SheetBook:
    """A workbook written row by row; its rows lie on the disk until `save`."""

    def __init__(self) -> None:
        import openpyxl  # type: ignore[import-untyped]

        self._book = openpyxl.Workbook(write_only=True)

    def sheet(self, title: str, widths: Iterable[int], *, frozen: bool = True) -> WriteOnlyWorksheet:
        """A new sheet with columns of these widths (characters); `frozen` keeps its first row in view."""
        from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

        sheet = self._book.create_sheet(title)
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        if frozen:
            sheet.freeze_panes = "A2"
        return sheet

    def row(self, sheet: WriteOnlyWorksheet, values: Iterable[Any], *, bold: bool = False) -> None:
        """The next row: numbers as numbers, texts as texts, whatever they begin with."""
        sheet.append([_cell(sheet, value, bold) for value in values])

    def save(self, path: Path) -> None:
        """Write the whole book."""
        self._book.save(path)

    def abandon(self) -> None:
        """Let the rows go that were written so far: they lie in files of their own."""
        for sheet in self._book.worksheets:
            sheet.close()
            sheet._writer.cleanup()


def cell_text(text: str) -> str:
    """The text without characters that a workbook cannot hold, cut to what a reader looks at."""
    kept = "".join(
        each for each in text[: _MOST_CHARACTERS + 1] if each in "\t\n" or (each >= " " and each not in "\ufffe\uffff")
    )
    return kept if len(kept) <= _MOST_CHARACTERS else f"{kept[: _MOST_CHARACTERS - 1]}…"


def harmless(text: str) -> str:
    """A csv cell that no spreadsheet takes for a formula, whoever wrote it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


@contextmanager
def finished_file(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to; it becomes `path` once the block ends without an error, else it is gone.

    Raises DocumentError where the place cannot be written.
    """
    unfinished = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix.lower()}")
    try:
        unfinished.touch()
    except OSError as error:
        raise DocumentError(f"{path}：这里不能写文件（{reason_of(error)}）。请换一个文件夹。") from error
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise DocumentError(f"{path}：文件没有写成（{reason_of(error)}）。请检查空间和权限。") from error
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def table_file(path: Path, title: str, columns: dict[str, int]) -> Iterator[WriteRow]:
    """A function that writes the next row of an xlsx or csv file; `columns` are the headings with their widths.

    The file stands at `path` once the block ends without an error. Raises DocumentError for another ending, for a place
    that cannot be written, and for more rows than a sheet holds.
    """
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise DocumentError(f"{path.name}：只能存成 xlsx 或 csv，请改文件名的后缀。")
    with csv_file(path, columns) if ending == ".csv" else _xlsx_file(path, title, columns) as write:
        yield write


@contextmanager
def csv_file(path: Path, columns: Iterable[str]) -> Iterator[WriteRow]:
    """The same for a csv file, whatever its ending. Raises DocumentError for a place that cannot be written."""
    # The mark at the start tells Excel that it is UTF-8.
    with finished_file(path) as unfinished, unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)

        def write(values: Iterable[Any]) -> None:
            writer.writerow([harmless(cell_text(value)) if isinstance(value, str) else value for value in values])

        yield write


@contextmanager
def _xlsx_file(path: Path, title: str, columns: dict[str, int]) -> Iterator[WriteRow]:
    book = SheetBook()
    sheet = book.sheet(title, columns.values())
    book.row(sheet, columns, bold=True)
    rows = 1

    def write(values: Iterable[Any]) -> None:
        nonlocal rows
        rows += 1
        if rows > MOST_ROWS:
            raise DocumentError(f"一张表最多 {MOST_ROWS:,} 行，装不下这么多。请缩小日期范围，或存成 csv。")
        book.row(sheet, values)

    with finished_file(path) as unfinished:
        try:
            yield write
            book.save(unfinished)
        except BaseException:
            book.abandon()
            raise


def _cell(sheet: WriteOnlyWorksheet, value: Any, bold: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    if not isinstance(value, str):
        return value
    text = cell_text(value)
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # openpyxl would make a formula of "=…"
    if text.startswith(_FORMULA):
        cell.quotePrefix = 1  # and Excel, when somebody edits the cell
    if bold:
        cell.font = Font(bold=True)
    return cell
