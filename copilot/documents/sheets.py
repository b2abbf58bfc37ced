"""Sheets (xlsx, csv) become tables: one a sheet, a title line above the headings becomes the table's name.

openpyxl (which markitdown also uses) is asked directly, because merged cells, hidden sheets, dates and whole numbers are lost
on the way through a data frame to Markdown ("24" becomes "24.0").
"""

from __future__ import annotations

import csv
import io
import itertools
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from copilot.documents.document import LeftOut
from copilot.documents.encoding import decode
from copilot.documents.lines import Block, Extract, Line, Table
from copilot.errors import DocumentError

_MOST_CELLS = 1_000_000
_MOST_FILLED_SPAN = 2_000  # cells of one merged range that get its text
_DEFAULT_NAMES = ("sheet", "工作表", "表")
_NO_RESULT = (b"</f></c>", b"</f><v/></c>", b"</f><v /></c>", b"</f><v></v></c>")
_DELIMITERS = ",\t;|"
Grid = list[list[str]]


def extract_csv(content: bytes, name: str) -> Extract:
    """The table of a CSV file, whatever its encoding and delimiter. Raises DocumentError."""
    text = decode(content, name)
    csv.field_size_limit(10_000_000)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text))]
    except csv.Error as error:
        raise DocumentError(f"{name}：表格读不出来（引号或分隔符不完整）。请用 Excel 或 WPS 打开后另存为 xlsx 再试。") from error
    return _with_title(Extract(_blocks(rows, "", 1)))


def _delimiter(text: str) -> str:
    head = "\n".join(text.split("\n")[:20])
    return max(_DELIMITERS, key=lambda sign: (head.count(sign), -_DELIMITERS.index(sign)))


def extract_xlsx(content: bytes, name: str) -> Extract:
    """The tables of a workbook, a sheet each; hidden sheets are set aside. Raises DocumentError."""
    import openpyxl  # type: ignore[import-untyped]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise DocumentError(f"{name}：表格已损坏，读不出内容。请用 Excel 或 WPS 打开后另存一份再试。") from error
    extract = Extract([])
    sheets = [(sheet, _grid(sheet, name)) for sheet in book.worksheets]
    filled = [(sheet, grid) for sheet, grid in sheets if any(any(row) for row in grid)]
    line = 0
    for sheet, grid in filled:
        if sheet.sheet_state != "visible":
            first = next(" ".join(cell for cell in row if cell) for row in grid if any(row))
            extract.left_out.append(LeftOut(f"{sheet.title}：{first}", 0, "隐藏的工作表"))
            continue
        plain = sheet.title.lower().startswith(_DEFAULT_NAMES) and len(filled) == 1
        extract.blocks += _blocks(grid, "" if plain else sheet.title, line + 1)
        line += len(grid)
    if _has_unsaved_results(content):
        extract.notes.append("表格里有公式没有保存计算结果，这些格子读不到。请用 Excel 或 WPS 打开、保存后再读入。")
    return _with_title(extract)


def _has_unsaved_results(content: bytes) -> bool:
    """Whether a cell holds a formula without the value that Excel would have saved with it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(sign in archive.read(name) for name in sheets for sign in _NO_RESULT)


def _with_title(extract: Extract) -> Extract:
    """The one title line that the sheets have is the document's title."""
    tables = [block for block in extract.blocks if isinstance(block, Table)]
    captions = [table.caption for table in tables if table.caption]
    if len(captions) == 1:
        extract.title = captions[0]
        extract.blocks = [replace(block, caption="") if isinstance(block, Table) else block for block in extract.blocks]
    return extract


def _grid(sheet: Any, name: str) -> Grid:
    if (sheet.max_row or 0) * (sheet.max_column or 0) > _MOST_CELLS * 20:
        raise DocumentError(f"{name}：工作表“{sheet.title}”太大（超过 {_MOST_CELLS} 个单元格）。请删去空行空列，或拆成几个文件。")
    rows = [[_written(cell) for cell in row] for row in sheet.iter_rows()]
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] > _MOST_FILLED_SPAN:
            continue
        text = rows[area.min_row - 1][area.min_col - 1] if area.min_row <= len(rows) else ""
        for row in range(area.min_row - 1, min(area.max_row, len(rows))):
            for column in range(area.min_col - 1, min(area.max_col, len(rows[row]))):
                rows[row][column] = text
    return rows


def _written(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without ".0", percentages, dates without midnight."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, (int, float)):
        if "%" in str(cell.number_format or ""):
            return f"{round(value * 100, 4):g}%"
        return f"{value:.12g}" if isinstance(value, float) else str(value)
    return str(value).strip()


def _blocks(rows: Grid, sheet: str, first_line: int) -> list[Block]:
    """The tables of one sheet: empty rows part them, a row with a single text above the headings names them."""
    blocks: list[Block] = []
    part: Grid = []
    start = 0
    for at, row in enumerate([*rows, []]):
        if any(row):
            if not part:
                start = at
            part.append(row)
        elif part:
            blocks += _table(part, sheet, first_line + start)
            part = []
    return blocks


def _table(rows: Grid, sheet: str, line: int) -> list[Block]:
    used = [at for at in range(max(map(len, rows))) if any(at < len(row) and row[at] for row in rows)]
    rows = [[row[at] if at < len(row) else "" for at in used] for row in rows]
    if len(used) == 1:
        return [Line(row[0], line + at) for at, row in enumerate(rows)]
    captions: list[str] = []
    while len(rows) > 1 and len({cell for cell in rows[0] if cell}) == 1:
        captions.append(next(cell for cell in rows[0] if cell))
        rows, line = rows[1:], line + 1
    return [Table(tuple(map(tuple, rows)), line, sheet, " ".join(captions), _header_rows(rows), sheet=True)]


def _header_rows(rows: Sequence[Sequence[str]]) -> int | None:
    """How many rows of headings: two where the first has merged headings above the second; None where it is unsure."""
    first = rows[0]
    if len(rows) < 2 or any(len(cell) > 30 for cell in first):
        return None
    repeated = any(a and a == b for a, b in itertools.pairwise(first))
    if repeated and len(rows) > 2 and len(set(rows[1])) == len(rows[1]) and all(len(cell) <= 30 for cell in rows[1]):
        return 2
    return 1 if all(first) and not any(character.isdigit() for cell in first for character in cell[:2]) and len(first) > 2 else None
