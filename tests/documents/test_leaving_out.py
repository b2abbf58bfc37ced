"""What is set aside: page numbers, headers, contents, websites, signatures; and that rules are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fakes.papers import write_pdf

from copilot.documents import ReadDocument, read_file
from copilot.documents.dates import effective_date


def read(tmp_path: Path, text: str, name: str = "a.txt") -> ReadDocument:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_file(path)


def test_a_table_of_contents_without_page_numbers_is_known_by_its_titles_coming_again(tmp_path: Path) -> None:
    text = "服务规范\n目录\n第一章 总则\n第二章 时限\n第一章 总则\n第一条 适用于门店。\n第二章 时限\n第二条 三日办结。"
    document = read(tmp_path, text)
    assert [(each.line, each.why) for each in document.left_out] == [(2, "目录"), (3, "目录"), (4, "目录")]
    assert [clause.number for clause in document.clauses] == ["第一条", "第二条"]


def test_leaders_make_a_table_of_contents_without_its_title(tmp_path: Path) -> None:
    text = "1 范围........1\n2 时限……………2\n3 罚则 ····· 3\n1 范围\n适用于门店。\n2 时限\n三日。\n3 罚则\n扣分。"
    document = read(tmp_path, text)
    assert [each.why for each in document.left_out] == ["目录"] * 3
    assert [clause.number for clause in document.clauses] == ["1", "2", "3"]


def test_headers_beside_page_numbers_are_left_out_of_a_converted_text(tmp_path: Path) -> None:
    pages = [f"第{n}条 规定{n}的内容如此。\n某某公司 客服手册\n第 {i} 页 共 3 页" for i, n in enumerate("一二三", start=1)]
    document = read(tmp_path, "\n".join(pages))
    assert [each.why for each in document.left_out] == ["页眉页脚", "页码"] * 3
    assert [clause.text for clause in document.clauses] == ["规定一的内容如此。", "规定二的内容如此。", "规定三的内容如此。"]


def test_a_sentence_that_the_page_breaks_is_joined_over_header_and_footer(tmp_path: Path) -> None:
    long = "第一条 " + "客服应当在接到客户来电之后认真倾听并且详细记录客户所说的每一个问题，" * 60 + "然后办理。"
    path = write_pdf(tmp_path / "a.pdf", [long, "第二条 其余从略。"], header="某某公司 客服手册", footer="- {page} -")
    document = read_file(path)
    assert document.clauses[0].text == long.removeprefix("第一条 ")
    assert {each.why for each in document.left_out} == {"页眉页脚", "页码"}


def test_a_signature_block_is_left_out_with_the_lines_below_it(tmp_path: Path) -> None:
    text = "第一条 按月结算。\n第二条 本协议一式两份。\n（以下无正文）\n甲方（盖章）：________\n法定代表人：张某某\n日期：2025年1月2日\n附件1：价目\n1、通话每分钟一元。"
    document = read(tmp_path, text)
    assert [clause.number for clause in document.clauses] == ["第一条", "第二条", "附件1·1"]
    assert [each.why for each in document.left_out] == ["签名栏"] * 4


def test_lines_about_a_signature_that_are_rules_stay(tmp_path: Path) -> None:
    document = read(tmp_path, "第一条 客户签字确认后方可办理。\n第二条 甲方盖章后生效。")
    assert document.left_out == ()


def test_words_of_a_website_stay_where_they_are_a_title(tmp_path: Path) -> None:
    document = read(tmp_path, "# 帮助\n\n## 联系我们\n\n热线全天开通。\n\n## 免责声明\n\n因台风造成的延误不予赔付。\n", "a.md")
    assert [(clause.title, clause.text) for clause in document.clauses] == [("联系我们", "热线全天开通。"), ("免责声明", "因台风造成的延误不予赔付。")]


def test_the_words_at_the_foot_of_a_website_go_together(tmp_path: Path) -> None:
    document = read(tmp_path, "第一条 三日办结。\n第二条 逾期赔付。\n关于我们\n联系我们\n版权所有 © 2024 某某公司")
    assert [(each.text, each.why) for each in document.left_out] == [
        ("关于我们", "网站文字"), ("联系我们", "网站文字"), ("版权所有 © 2024 某某公司", "网站文字"),
    ]  # fmt: skip


def test_items_without_signs_at_their_ends_are_not_taken_for_broken_off(tmp_path: Path) -> None:
    document = read(tmp_path, "1、先核对客户的姓名与预留手机号码\n2、再登记客户反映的问题与期望结果\n3、最后告知客户预计办结的具体时间")
    assert [clause.truncated for clause in document.clauses] == [False, False, False]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("本办法自2025年3月1日起施行。", date(2025, 3, 1)), ("生效日期：2025-03-01", date(2025, 3, 1)), ("实施日期: 2025/3/1", date(2025, 3, 1)),
        ("本制度于二〇二五年三月十五日起正式执行。", date(2025, 3, 15)), ("自 2025 年 3 月 1 日零时起生效", date(2025, 3, 1)),
        ("This policy is effective from 1 March 2025.", date(2025, 3, 1)), ("Effective date: March 1st, 2025", date(2025, 3, 1)), ("effective: 2025-03-01", date(2025, 3, 1)),
        ("客户须在2025年3月1日前申请。", None), ("原《旧办法》（2020年1月1日起施行）同时废止。", None), ("自2025年13月41日起施行", None), ("本办法自发布之日起施行。", None),
        ("原2019年5月1日起施行的规定废止；本规定自2025年6月1日起施行。", date(2025, 6, 1)),
    ],
)  # fmt: skip
def test_the_day_on_which_a_document_takes_effect_is_read_from_its_words(text: str, day: date | None) -> None:
    assert effective_date([text]) == day
