"""Word files: the numbers that Word prints, tables, what stands at the edges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from fakes.papers import number_list, numbered

from copilot.documents import read_file
from copilot.documents.numerals import chinese_numeral
from copilot.documents.word_numbering import in_format


@pytest.fixture
def document() -> Any:
    return Document()


def read(document: Any, path: Path) -> Any:
    document.save(str(path / "a.docx"))
    return read_file(path / "a.docx")


def test_automatic_numbers_are_counted_out_as_word_prints_them(document: Any, tmp_path: Path) -> None:
    numbers = number_list(document, 80, [("chineseCounting", "第%1章"), ("chineseCounting", "第%2条"), ("lowerLetter", "%3)")])
    for text, level in (("总则", 0), ("适用于门店。", 1), ("先登记：", 1), ("姓名；", 2), ("电话。", 2), ("罚则", 0), ("扣一分。", 1)):
        numbered(document.add_paragraph(text), numbers, level)
    assert [clause.number for clause in read(document, tmp_path).clauses] == [
        "第一章第一条", "第一章第二条", "第一章第二条a)", "第一章第二条b)", "第二章第一条",
    ]  # fmt: skip


def test_numbers_that_a_style_brings_are_counted(document: Any, tmp_path: Path) -> None:
    number_list(document, 81, [("decimal", "%1"), ("decimal", "%1.%2")])
    for level, name in enumerate(("Heading 1", "Heading 2")):
        properties = document.styles[name].element.get_or_add_pPr()
        numbered_by = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", level), ("w:numId", 81)):
            child = OxmlElement(tag)
            child.set(qn("w:val"), str(value))
            numbered_by.append(child)
        properties.append(numbered_by)
    for heading, level, text in (("受理", 1, ""), ("时限", 2, "当日受理。"), ("渠道", 2, "电话或者邮件。"), ("办结", 1, "三日办结。")):
        document.add_heading(heading, level)
        if text:
            document.add_paragraph(text)
    clauses = read(document, tmp_path).clauses
    assert [(c.number, c.title, c.path) for c in clauses] == [("1.1", "时限", ("1 受理",)), ("1.2", "渠道", ("1 受理",)), ("2", "办结", ())]


def test_merged_cells_are_repeated_and_a_frame_around_text_is_no_table(document: Any, tmp_path: Path) -> None:
    document.add_paragraph("1.1 标准")
    table = document.add_table(rows=3, cols=3)
    for at, row in enumerate([["渠道", "时段", "时限"], ["电话", "日间", "三声"], ["", "夜间", "五声"]]):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    frame = document.add_table(rows=1, cols=1)
    frame.cell(0, 0).text = "1.2 例外情况由主管决定。"
    document.add_paragraph("1.3 其余照旧。")
    assert [(c.number, c.text) for c in read(document, tmp_path).clauses] == [
        ("1.1·行1", "渠道：电话；时段：日间；时限：三声"), ("1.1·行2", "渠道：电话；时段：夜间；时限：五声"),
        ("1.2", "例外情况由主管决定。"), ("1.3", "其余照旧。"),
    ]  # fmt: skip


def test_contents_headers_and_footers_are_set_aside(document: Any, tmp_path: Path) -> None:
    document.styles.add_style("TOC 1", 1)
    document.add_paragraph("第一条 受理\t1", style="TOC 1")
    document.add_paragraph("第一条 受理")
    document.add_paragraph("当日受理。")
    document.sections[0].footer.paragraphs[0].text = "内部资料 注意保密"
    result = read(document, tmp_path)
    assert [clause.number for clause in result.clauses] == ["第一条"]
    assert [(each.why, each.text) for each in result.left_out] == [("目录", "第一条 受理 1"), ("页眉页脚", "内部资料 注意保密")]


def test_what_tracked_changes_removed_is_not_read(document: Any, tmp_path: Path) -> None:
    document.add_paragraph("第一条 退货期限为")
    paragraph = document.paragraphs[-1]
    for tag, inner, text in (("w:del", "w:delText", "七"), ("w:ins", "w:t", "十五")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    paragraph.add_run("日。")
    document.add_paragraph("第二条 即日施行。")
    assert read(document, tmp_path).clauses[0].text == "退货期限为十五日。"


@pytest.mark.parametrize(
    ("value", "form", "printed"),
    [(12, "chineseCounting", "十二"), (3, "decimalEnclosedCircle", "③"), (4, "lowerRoman", "iv"), (28, "upperLetter", "BB"), (7, "unknown", "7")],
)
def test_a_counter_is_printed_in_its_format(value: int, form: str, printed: str) -> None:
    assert in_format(value, form) == printed


@pytest.mark.parametrize(("value", "numeral"), [(1, "一"), (10, "十"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (1002, "一千零二")])
def test_chinese_numerals_are_written_as_people_write_them(value: int, numeral: str) -> None:
    assert chinese_numeral(value) == numeral
