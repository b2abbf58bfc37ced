"""The rows of a csv or xlsx file as messages, one at a time; a bad row becomes a line for the reader and the rest goes on."""

from __future__ import annotations

import codecs
import csv
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from copilot.documents.encoding import looks_garbled
from copilot.errors import DocumentError
from copilot.quality.moments import Moment, moment_of
from copilot.quality.rules import Column, QualityRules
from copilot.quality.spill import Spill

Row = tuple[int, Sequence[Any]]  # the row's number as a spreadsheet counts, and its cells
Told = Callable[[str], None]
_LOOK_FOR_HEADINGS = 10  # rows; exports put a title or a date above the headings
MOST_CHARACTERS = 100_000  # of one message; more comes from a quotation mark without its partner
_BLOCK = 1 << 16  # bytes
_HEAD = 8_192  # characters that tell whether a file is readable at all
_DELIMITERS = ",\t;|"
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为 xlsx 或 UTF-8 编码的 csv 再试"


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the columns stand, and the row that said so."""

    row: int
    columns: dict[Column, int]

    def cell(self, cells: Sequence[Any], column: Column) -> Any:
        place = self.columns.get(column)
        return cells[place] if place is not None and place < len(cells) else None


def read_csv(path: Path) -> Iterator[Row]:
    """The rows of a csv file in UTF-8, UTF-16 or GBK. Raises DocumentError where it is none of them."""
    encoding = _encoding(path)
    csv.field_size_limit(10 * MOST_CHARACTERS)
    with path.open(encoding=encoding, newline="") as lines:
        head = lines.read(_HEAD)
        if looks_garbled(head):
            raise DocumentError(f"{path.name}：文字是乱码。{_SAVE_AGAIN}。")
        first = head.split("\n", 1)[0]
        delimiter = max(_DELIMITERS, key=lambda sign: (first.count(sign), -_DELIMITERS.index(sign)))
        lines.seek(0)
        reader = csv.reader(lines, delimiter=delimiter)
        try:
            yield from enumerate(reader, start=1)
        except csv.Error as error:
            raise DocumentError(f"{path.name} 第 {reader.line_num} 行：引号或分隔符不完整，后面的没有读。{_SAVE_AGAIN}。") from error


def _encoding(path: Path) -> str:
    """The encoding of a text file, found by trying the whole file a block at a time. Raises DocumentError."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as stream:
            try:
                while block := stream.read(_BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
        return encoding
    raise DocumentError(f"{path.name}：看不出文字的编码（不是 UTF-8，也不是 GBK）。{_SAVE_AGAIN}。")


def read_xlsx(path: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """The visible sheets of a workbook, each with its rows, read as they are asked for. Raises DocumentError."""
    import openpyxl  # type: ignore[import-untyped]

    from copilot.documents.safety import check_office

    check_office(path.read_bytes(), ".xlsx", path.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception as error:  # openpyxl raises whatever its parsers raise
            raise DocumentError(f"{path.name}：表格已损坏，读不出内容。{_SAVE_AGAIN}。") from error
        try:
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
                    yield sheet.title, enumerate(sheet.iter_rows(values_only=True), start=1)
        except DocumentError:
            raise
        except Exception as error:
            raise DocumentError(f"{path.name}：表格读到一半坏了，后面的没有读。{_SAVE_AGAIN}。") from error
        finally:
            book.close()


def headings_of(rows: Iterator[Row], rules: QualityRules) -> Headings | None:
    """The headings among the first rows, which are used up; None where no row names both role and text."""
    for number, cells in islice(rows, _LOOK_FOR_HEADINGS):
        columns: dict[Column, int] = {}
        for place, cell in enumerate(cells):
            column = rules.column(_text(cell))
            if column is not None:
                columns.setdefault(column, place)
        if "role" in columns and "text" in columns:
            return Headings(number, columns)
    return None


def take_rows(rows: Iterator[Row], headings: Headings, name: str, rules: QualityRules, spill: Spill, told: Told) -> int:
    """Put the rows into `spill`; what is wrong with a row goes to `told`, with file and row. The number of rows read."""
    count = 0
    for number, cells in rows:
        if not any(_text(cell) for cell in cells):
            continue
        count += 1
        _take_row(cells, headings, f"{name} 第 {number} 行", rules, spill, told)
    return count


def _take_row(cells: Sequence[Any], headings: Headings, place: str, rules: QualityRules, spill: Spill, told: Told) -> None:
    identity = _text(headings.cell(cells, "id")) if "id" in headings.columns else "全部"
    if not identity:
        told(f"{place}：没有会话编号，这一行没有读。")
        return
    name = _text(headings.cell(cells, "role"))
    role = rules.role(name)
    if role == "ignored":
        spill.skip(identity, place, ignored=True)
        return
    text = _text(headings.cell(cells, "text"), strip=False)
    problem = ""
    if role is None:
        what = f"不认识角色“{name[:20]}”" if name else "没有写角色"
        problem = f"{what}，请改成“客户”或“客服”，或在 knowledge/quality.yaml 的 roles 里补上"
    elif len(text) > MOST_CHARACTERS:
        problem = f"内容超过 {MOST_CHARACTERS:,} 个字，多半是引号没有成对"
    if problem or role is None:
        told(f"{place}：{problem}。")
        spill.skip(identity, place, ignored=False)
        return
    moment: Moment | None = None
    try:
        moment = moment_of(headings.cell(cells, "time"))
    except ValueError as error:
        told(f"{place}：{error}；这一条不计响应时间。")
    spill.add(
        identity, role, text, moment.at if moment else None, exact=moment is None or moment.exact, place=place,
        channel=_text(headings.cell(cells, "channel")),
    )  # fmt: skip


def _text(cell: Any, *, strip: bool = True) -> str:
    """A cell as text: whole numbers without ".0", nothing for an empty cell."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return text.strip() if strip else text
