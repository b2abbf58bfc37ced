"""Sheets and tables: rows, pairs, headings, merged and empty cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes.papers import write_workbook

from copilot.documents import ReadDocument, read_file
from copilot.documents.lines import Table
from copilot.documents.tables import rows_of


def read(tmp_path: Path, rows: list[list[Any]], merges: tuple[str, ...] = ()) -> ReadDocument:
    return read_file(write_workbook(tmp_path / "a.xlsx", {"Sheet1": rows}, merges={"Sheet1": merges}))


def texts(table: list[list[str]], header: int | None = None) -> list[tuple[str, str]]:
    return [(row.title, row.text) for row in rows_of(Table(tuple(map(tuple, table)), 1, header_rows=header))]


def test_numbers_and_dates_read_as_people_write_them(tmp_path: Path) -> None:
    document = read(tmp_path, [["项目", "数值", "起始日"], ["赔付比例", 24.0, date(2025, 3, 1)], ["封顶", 99.5, None]])
    assert [clause.text for clause in document.clauses] == ["项目：赔付比例；数值：24；起始日：2025-03-01", "项目：封顶；数值：99.5"]


def test_headings_over_two_rows_are_joined(tmp_path: Path) -> None:
    rows = [["渠道", "时限", ""], ["渠道", "日间", "夜间"], ["电话", "三声", "五声"]]
    assert read(tmp_path, rows, ("B1:C1",)).clauses[0].text == "渠道：电话；时限-日间：三声；时限-夜间：五声"


def test_a_title_line_above_the_headings_names_the_document(tmp_path: Path) -> None:
    document = read(tmp_path, [["退换货时限表", "", ""], ["品类", "退货", "换货"], ["服装", "7天", "15天"]])
    assert (document.title, document.clauses[0].number, document.clauses[0].text) == ("退换货时限表", "行1", "品类：服装；退货：7天；换货：15天")


def test_empty_rows_part_two_tables(tmp_path: Path) -> None:
    document = read(tmp_path, [["品类", "退货", "换货"], ["服装", "7天", "15天"], ["", "", ""], ["区域", "时效", "运费"], ["市区", "当日", "免费"]])
    assert [clause.number for clause in document.clauses] == ["行1", "表2·行1"]


def test_formulas_without_a_saved_result_are_noted(tmp_path: Path) -> None:
    document = read(tmp_path, [["品类", "运费", "合计"], ["服装", 7, "=B2*2"]])
    assert document.clauses[0].text == "品类：服装；运费：7"
    assert ["公式" in note for note in document.notes] == [True]


def test_hidden_sheets_are_set_aside(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = write_workbook(tmp_path / "a.xlsx", {"规则": [["品类", "退货", "换货"], ["服装", "7天", "15天"]], "草稿": [["甲", "乙"], ["1", "2"]]})
    book = load_workbook(path)
    book["草稿"].sheet_state = "hidden"
    book.save(path)
    document = read_file(path)
    assert len(document.clauses) == 1
    assert [each.why for each in document.left_out] == ["隐藏的工作表"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([["客服热线", "分机8001"], ["服务时间", "9:00-18:00"]], [("客服热线", "客服热线：分机8001"), ("服务时间", "服务时间：9:00-18:00")]),
        ([["品类", "退货时限"], ["服装", "7天"], ["家电", "15天"]], [("服装", "品类：服装；退货时限：7天"), ("家电", "品类：家电；退货时限：15天")]),
        ([["Question", "Answer"], ["Is it free?", "Yes."]], [("Is it free?", "Yes.")]),
        ([["序号", "检查项", "扣分"], ["1", "未问好", "2"]], [("未问好", "序号：1；检查项：未问好；扣分：2")]),
        ([["品类", "时限", "运费"], ["服装", "", "免费"], ["", "", ""], ["注：大件除外", "注：大件除外", "注：大件除外"]], [("服装", "品类：服装；运费：免费"), ("注：大件除外", "注：大件除外")]),
    ],
    ids=["names and values", "two columns with headings", "questions", "ordinals do not name a row", "empty cells and a note"],
)  # fmt: skip
def test_rows_read_with_their_headings(table: list[list[str]], expected: list[tuple[str, str]]) -> None:
    assert texts(table) == expected


def test_a_column_of_clause_numbers_numbers_the_rows(tmp_path: Path) -> None:
    document = read(tmp_path, [["条款", "内容", "扣分"], ["1.1", "首响超过30秒", 2], ["1.2", "未使用敬语", 3]])
    assert [(clause.number, clause.title) for clause in document.clauses] == [("1.1", "首响超过30秒"), ("1.2", "未使用敬语")]
