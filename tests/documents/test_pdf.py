"""PDF files: tables over pages, titles in large letters, time."""

from __future__ import annotations

import time
from pathlib import Path

from fakes.papers import write_pdf

from copilot.documents import read_file


def test_a_table_that_goes_on_over_the_page_is_one_table(tmp_path: Path) -> None:
    rows = [[f"项目{at}", f"{at} 天", "全额"] for at in range(1, 60)]
    path = write_pdf(tmp_path / "a.pdf", ["1.1 时限", [["项目", "时限", "赔付"], *rows], "1.2 其他从略。"], header="某某公司 手册")
    clauses = read_file(path).clauses
    assert [clause.number for clause in clauses] == [*(f"1.1·行{at}" for at in range(1, 60)), "1.2"]
    assert clauses[58].text == "项目：项目59；时限：59 天；赔付：全额"


def test_large_letters_are_titles_where_nothing_is_numbered(tmp_path: Path) -> None:
    flow = ["# 门店须知", "## 退货", "七日内凭小票退货，商品须完好。", "## 换货", "十五日内可以换同款的其他尺码。"]
    document = read_file(write_pdf(tmp_path / "a.pdf", flow))
    assert document.title == "门店须知"
    assert [(clause.number, clause.title) for clause in document.clauses] == [("1", "退货"), ("2", "换货")]


def test_200_pages_take_less_than_a_minute_and_1000_clauses_of_text_less_than_a_second(tmp_path: Path) -> None:
    articles = [f"第{at}条 坐席应当在{at % 24 + 1}小时之内完成第{at}类工单的核实，并且把结果写进工单，由组长复核之后关闭。" * 2 for at in range(1, 300)]
    path = write_pdf(tmp_path / "a.pdf", articles, footer="{page}")
    started = time.process_time()
    document = read_file(path)
    pages = len(document.left_out)
    assert pages >= 15
    assert (time.process_time() - started) / pages < 0.3  # a minute for 200 pages
    text = "\n".join(f"{at // 10}.{at % 10 + 1} 第{at}项要求\n坐席应当在当日完成第{at}类工单的核实，并把结果告知客户。" for at in range(10, 1010))
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    started = time.process_time()
    assert len(read_file(tmp_path / "a.txt").clauses) == 1000
    assert time.process_time() - started < 1.0


def test_letters_that_pdfminer_cannot_name_are_read_another_way(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    sealed = StandardEncryption("", ownerPassword="eigner", canModify=0)
    path = write_pdf(tmp_path / "a.pdf", ["第一条 客服应当礼貌待人，不得外传客户资料。", "第二条 三日办结。"], encrypt=sealed)
    assert [clause.text for clause in read_file(path).clauses] == ["客服应当礼貌待人，不得外传客户资料。", "三日办结。"]
