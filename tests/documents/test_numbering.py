"""How a line begins."""

from __future__ import annotations

import pytest

from copilot.documents.numbering import markers_of
from copilot.documents.numerals import chinese_number, roman_number

NUMBERS = [
    ("第一章 总则", "chapter", (1,), "第一章", "总则"),
    ("第 十二 条　退货期限", "article", (12,), "第十二条", "退货期限"),
    ("第１２条 退货", "article", (12,), "第12条", "退货"),
    ("第一百零三条服务记录", "article", (103,), "第一百零三条", "服务记录"),
    ("第十条之一 例外", "article", (10,), "第十条之一", "例外"),
    ("第二部分 收费", "part", (2,), "第二部分", "收费"),
    ("1.2.3用词", "decimal", (1, 2, 3), "1.2.3", "用词"),
    ("１．２　语言", "decimal", (1, 2), "1.2", "语言"),
    ("3.1、退款", "decimal", (3, 1), "3.1", "退款"),
    ("1、先核对身份", "int.", (1,), "1", "先核对身份"),
    ("２．退款", "int.", (2,), "2", "退款"),
    ("3) 换货", "int)", (3,), "3)", "换货"),
    ("（4）寄回", "(int)", (4,), "（4）", "寄回"),
    ("(4) 寄回", "(int)", (4,), "(4)", "寄回"),
    ("⑤登记", "circle", (5,), "⑤", "登记"),
    ("十一、其他", "cn、", (11,), "十一", "其他"),
    ("（二）受理", "(cn)", (2,), "（二）", "受理"),
    ("(二)受理", "(cn)", (2,), "(二)", "受理"),
    ("三）归档", "cn)", (3,), "三）", "归档"),
    ("A. Scope", "A.", (1,), "A", "Scope"),
    ("(b) a receipt", "(a)", (2,), "(b)", "a receipt"),
    ("Article 5 Coverage", "Article", (5,), "Article 5", "Coverage"),
    ("Section 2.1 Calls", "Section", (2, 1), "Section 2.1", "Calls"),
    ("CLAUSE 3: Refunds", "Clause", (3,), "Clause 3", "Refunds"),
    ("【第三条】适用范围", "article", (3,), "第三条", "适用范围"),
    ("附件2：收费标准", "annex", (2,), "附件2", "收费标准"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "style", "parts", "label", "rest"), NUMBERS)
def test_a_number_is_read_with_its_label_and_what_follows(line: str, style: str, parts: tuple[int, ...], label: str, rest: str) -> None:
    marker = markers_of(line)[0]
    assert (marker.style, marker.parts, marker.label, marker.rest) == (style, parts, label, rest)


@pytest.mark.parametrize(
    "line",
    [
        "2025年1月1日起执行", "12:00前下单当日发出", "400-800-1234", "第三条规定的期限届满后", "第二条、第三条所称客户", "第五条款的解释", "3.05元", "7%的手续费",
        "一般情况下", "十分抱歉", "Article 5 of this policy applies", "第三方物流不在此列", "1/3以上的客户", "3-5天到账", "附件二所列的材料应当齐全。",
    ],
)
def test_figures_references_and_words_are_no_certain_numbers(line: str) -> None:
    assert [marker for marker in markers_of(line) if not marker.doubt] == []


@pytest.mark.parametrize("line", ["24小时内回复", "1.5倍赔付", "100元以下", "3 天后", "5个工作日"])
def test_figures_with_a_unit_are_doubtful(line: str) -> None:
    assert all(marker.doubt for marker in markers_of(line))


def test_a_letter_that_is_also_a_roman_number_gives_both_readings() -> None:
    assert [(m.style, m.value) for m in markers_of("(i) when it appears")] == [("(a)", 9), ("(i)", 1)]


@pytest.mark.parametrize(("numeral", "value"), [("一", 1), ("十", 10), ("二十一", 21), ("一百零三", 103), ("一二", 12), ("27", 27), ("一千二百", 1200)])
def test_chinese_numerals_have_their_value(numeral: str, value: int) -> None:
    assert chinese_number(numeral) == value


@pytest.mark.parametrize(("numeral", "value"), [("iv", 4), ("IX", 9), ("xii", 12), ("iiv", 0), ("Ⅳ", 4)])
def test_roman_numerals_have_their_value_and_nonsense_has_none(numeral: str, value: int) -> None:
    assert roman_number(numeral) == value
