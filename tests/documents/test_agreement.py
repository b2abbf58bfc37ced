"""The agreement that the project rests on: as found on the web, run together, broken off, between words of a website."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.documents import read_file

SEED = Path(__file__).parents[3] / "shared" / "seed" / "agreement.txt"
LOOK_ALIKE = Path(__file__).parent / "papers" / "conduct_agreement.txt"


def test_titles_that_run_together_with_their_number_are_parted_from_it() -> None:
    clauses = {clause.number: clause for clause in read_file(LOOK_ALIKE).clauses}
    assert list(clauses) == "1.1 1.2.1 1.2.2 1.3 2.1 2.2 3.1.1 3.1.2 3.2.1 4.1".split()
    assert clauses["1.2.2"].title == "禁语"
    assert clauses["1.2.2"].path == ("第一条 接待礼仪与修养", "1.2 用语")
    assert clauses["3.1.1"].title == "甲方负责提供耳机、话术手册等工具"
    assert clauses["3.1.1"].text == "甲方负责提供耳机、话术手册等工具,并按季度更新。"


def test_figures_and_cross_references_at_the_beginning_of_a_line_are_no_numbers() -> None:
    clauses = {clause.number: clause for clause in read_file(LOOK_ALIKE).clauses}
    assert clauses["2.1"].text == "来电须在十秒内接起;3.5%以内的呼损由甲方承担,超出部分计入乙方考核。"
    assert clauses["2.2"].text == "工单办结后24小时内完成首次回访;第一条规定的礼仪同样适用于回访。"


def test_the_clause_that_breaks_off_is_kept_and_marked() -> None:
    document = read_file(LOOK_ALIKE)
    assert [clause.number for clause in document.clauses if clause.truncated] == ["4.1"]
    assert document.clauses[-1].text == "乙方当月满意度排名前三的,甲方在次月十五日前发放奖"


def test_everything_left_out_is_in_the_report_with_line_and_reason() -> None:
    left_out = [(each.line, each.why) for each in read_file(LOOK_ALIKE).left_out]
    site, parties, recital = "网站文字", "合同双方信息", "合同序言"
    assert left_out == [
        (1, site), (2, site), (3, site), (5, recital), (6, parties), (7, parties), (8, parties), (9, parties), (10, recital),
        (37, site), (40, site),
    ]  # fmt: skip


@pytest.mark.skipif(not SEED.exists(), reason="the seed is not part of the repository")
def test_the_seed_reads_as_its_28_articles() -> None:
    document = read_file(SEED)
    assert [clause.number for clause in document.clauses] == (
        "1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.3.4 1.4 2.1 2.2 2.3 2.4 2.5 3.1.1 3.1.2 3.1.3 3.1.4 3.1.5 "
        "3.2.1 3.2.2 3.2.3 3.2.4 3.2.5 3.2.6 3.2.7 3.2.8 4.1"
    ).split()
    assert [clause.number for clause in document.clauses if clause.truncated] == ["4.1"]
    site = [each.line for each in document.left_out if each.why == "网站文字"]
    assert site == [1, 2, 3, 4, 5, 6, 7, 70, 73]
    assert document.title == "客服行为规范协议"
    assert document.effective is None
    assert document.notes == ()
