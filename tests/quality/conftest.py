"""Files of conversations for the tests."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

HEADINGS = ("会话", "时间", "角色", "内容")
Rows = Sequence[Sequence[object]]


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Rows, headings: Sequence[str] = HEADINGS, name: str = "chats.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([headings, *rows])
        return path

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Rows, headings: Sequence[str] = HEADINGS, name: str = "chats.xlsx") -> Path:
        book = openpyxl.Workbook()
        for row in [headings, *rows]:
            book.active.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return write
