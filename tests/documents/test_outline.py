"""Which line begins a clause and what it stands under."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.documents import ReadDocument, read_file


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]
    def of(text: str, name: str = "rules.txt") -> ReadDocument:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_file(path)

    return of


def numbers(document: ReadDocument) -> list[str]:
    return [clause.number for clause in document.clauses]


TREES = [
    ("articles run on through chapters", "第一章 总则\n第一条 甲说明。\n第二章 服务\n第二条 乙说明。\n第三条 丙说明。", ["第一条", "第二条", "第三条"]),
    ("articles that begin anew name their chapter", "第一章 甲\n第一条 说明甲。\n第二条 说明乙。\n第二章 乙\n第一条 说明丙。\n第二条 说明丁。",
     ["第一章第一条", "第一章第二条", "第二章第一条", "第二章第二条"]),
    ("items take the number of what they stand under", "一、受理\n（一）渠道\n1. 电话全天受理。\n2. 邮件次日受理。\n（二）登记\n1. 当场登记。", ["一（一）1", "一（一）2", "一（二）1"]),
    ("decimals stand for themselves below an article", "第一条 时限\n1.1 接听\n三声之内。\n1.2 回复\n一日之内。\n第二条 回访\n2.1 三日内回访。", ["1.1", "1.2", "2.1"]),
    ("letters below decimals", "3.1 Fees\n3.2 Refunds\n(a) by card;\n(b) in cash.\n3.3 Late fees are waived.", ["3.1", "3.2(a)", "3.2(b)", "3.3"]),
    ("a letter i after h is a letter", "1.1 Parts\n(g) gears;\n(h) hoses;\n(i) inlets;\n(j) joints.", ["1.1(g)", "1.1(h)", "1.1(i)", "1.1(j)"]),
    ("levels of the official style", "一、甲\n（一）乙\n1. 丙\n（1）丁项说明。\n（2）戊项说明。\n2. 己项说明。\n二、庚项说明。", ["一（一）1（1）", "一（一）1（2）", "一（一）2", "二"]),
    ("figures are no numbers", "1.1 时限\n24小时内回复。\n1.5倍赔付由主管批准。\n1.2 费用\n100元以下免审。", ["1.1", "1.2"]),
    ("a number that continues is one although a unit follows", "1.1 概述\n说明如下。\n1.2 年度考核\n每年一次。\n1.3 月度考核\n每月一次。", ["1.1", "1.2", "1.3"]),
    ("a reference does not begin an article", "第一条 甲说明。\n第二条 乙说明。\n第一条规定的时限从次日起算。\n第三条 丙说明。", ["第一条", "第二条", "第三条"]),
    ("a list below titles without numbers names the title", "退货\n1. 七日内可退。\n2. 须保持完好。\n换货\n1. 十五日内可换。\n2. 限换一次。", ["退货1", "退货2", "换货1", "换货2"]),
    ("parts with chapters", "第一编 通则\n第一章 范围\n第一条 适用全国。\n第二编 分则\n第二章 赔付\n第二条 按实赔付。", ["第一条", "第二条"]),
    ("spaces and wide digits", "第 一 章　总 则\n第 １ 条　甲说明。\n第 ２ 条　乙说明。", ["第1条", "第2条"]),
    ("standards count without signs", "1 范围\n适用于门店。\n2 人员\n2.1 着装\n统一着装。\n2.2 工号\n佩戴工号。\n3 处罚\n按店规。", ["1", "2.1", "2.2", "3"]),
    ("Roman numerals", "I. Scope\nAll calls.\nII. Tone\nFriendly.\nIII. Speed\nThree rings.", ["I", "II", "III"]),
    ("款 and 项 below an article", "第一条 范围\n第一款 门店适用。\n第二款 网店适用。\n第二条 时限为一日。", ["第一条第一款", "第一条第二款", "第二条"]),
    ("numbers with a dash", "1.开场\n1-1 先问好。\n1-2 报工号。\n1-3天内回访。\n2.结束\n2-1 再道谢。", ["1-1", "1-2", "2-1"]),
    ("circles", "1、材料\n①身份证原件；\n②缴费凭证。\n2、时限\n三日。", ["1①", "1②", "2"]),
    ("an annex counts anew", "第一条 甲说明。\n第二条 乙说明。\n附件1：流程\n1、登记来电。\n2、派单处理。", ["第一条", "第二条", "附件1·1", "附件1·2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [tree[1:] for tree in TREES], ids=[tree[0] for tree in TREES])
def test_a_tree_has_the_numbers_that_one_would_cite(read, text: str, expected: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert numbers(read(text)) == expected


def test_a_number_that_is_used_twice_is_kept_and_told_apart(read) -> None:  # type: ignore[no-untyped-def]
    document = read("1.1 甲\n甲的说明。\n1.2 乙\n乙的说明。\n1.2 丙\n丙的说明。\n1.3 丁\n丁的说明。")
    assert numbers(document) == ["1.1", "1.2", "1.2（重复）", "1.3"]
    assert document.notes == ("第 5 行：编号 1.2 已经用过，这一条记作 1.2（重复），请核对原文。",)


def test_bullets_stay_in_the_text_of_their_clause(read) -> None:  # type: ignore[no-untyped-def]
    document = read("1.1 赔付\n按下列标准：\n• 破损赔一半\n• 丢失全额赔\n1.2 时限\n三日。")
    assert document.clauses[0].text == "按下列标准：\n破损赔一半\n丢失全额赔"


def test_a_list_that_a_clause_announces_is_in_its_text_and_citable_by_item(read) -> None:  # type: ignore[no-untyped-def]
    document = read("第一条 有下列情形之一的，不予退货：\n（一）已经拆封的；\n（二）超过七日的。\n第二条 其余可退。")
    assert numbers(document) == ["第一条", "第一条（一）", "第一条（二）", "第二条"]
    assert document.clauses[0].text == "有下列情形之一的，不予退货：\n（一）已经拆封的；\n（二）超过七日的。"
    assert document.clauses[1].path == ("第一条 有下列情形之一的，不予退货",)


def test_a_paragraph_after_a_list_belongs_to_the_article_that_announced_it(read) -> None:  # type: ignore[no-untyped-def]
    document = read("第一条 顺延的情形：\n（一）台风；\n（二）停电。\n前款情形应当每日告知客户。\n第二条 其余不顺延。")
    assert document.clauses[0].text.endswith("前款情形应当每日告知客户。")
    assert document.clauses[2].text == "停电。"


def test_a_title_on_lines_of_its_own_is_put_together(read) -> None:  # type: ignore[no-untyped-def]
    document = read("第三条\n客户信息保护与\n数据安全\n不得外传客户资料。\n第四条\n附则\n即日施行。")
    assert [(clause.title, clause.text) for clause in document.clauses] == [("客户信息保护与数据安全", "不得外传客户资料。"), ("附则", "即日施行。")]


def test_headings_without_numbers_are_numbered_in_order_and_noted(read) -> None:  # type: ignore[no-untyped-def]
    document = read("# 售后说明\n\n## 退货\n\n七日内。\n\n## 维修\n\n### 保修期\n\n一年。\n\n### 费用\n\n保内免费。\n", "a.md")
    assert [(c.number, c.title, c.path) for c in document.clauses] == [
        ("1", "退货", ()), ("2.1", "保修期", ("2 维修",)), ("2.2", "费用", ("2 维修",)),
    ]  # fmt: skip
    assert document.notes == ("原文的标题没有编号，已按先后顺序编为 1、1.1……，引用时请留意。",)


def test_steps_below_a_heading_without_a_number_stay_together(read) -> None:  # type: ignore[no-untyped-def]
    document = read("# 说明\n\n## 怎么退款\n\n1. 打开订单\n2. 点退款\n3. 选原因\n\n## 多久到账\n\n三天。\n", "a.md")
    assert document.clauses[0].text == "1. 打开订单\n2. 点退款\n3. 选原因"


def test_text_without_any_order_is_cited_by_paragraph_and_noted(read) -> None:  # type: ignore[no-untyped-def]
    document = read("客户来电先问好。\n退款须核对姓名。\n")
    assert numbers(document) == ["1", "2"]
    assert "按段落" in document.notes[0]


def test_text_before_the_first_clause_is_the_preface(read) -> None:  # type: ignore[no-untyped-def]
    document = read("门店接待办法\n为规范接待，制定本办法，适用于全部门店。\n第一条 微笑。\n第二条 问好。")
    assert document.title == "门店接待办法"
    assert (document.clauses[0].number, document.clauses[0].text) == ("前言", "为规范接待，制定本办法，适用于全部门店。")


def test_questions_and_answers_are_a_clause_each_with_the_question_as_title(read) -> None:  # type: ignore[no-untyped-def]
    document = read("问：能改地址吗？\n答：出库前可以改。\n问：运费谁出？\n答：质量问题由商家出。\n其余由客户出。")
    assert [(c.number, c.title, c.text) for c in document.clauses] == [
        ("问1", "能改地址吗？", "出库前可以改。"), ("问2", "运费谁出？", "质量问题由商家出。\n其余由客户出。"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "title", "text"),
    [
        ("第一条 退款时限 自签收之日起三个工作日内完成退款。", "退款时限", "自签收之日起三个工作日内完成退款。"),
        ("第一条【适用范围】本规则适用于直营门店。", "适用范围", "本规则适用于直营门店。"),
        ("第一条（适用范围）本规则适用于直营门店。", "适用范围", "本规则适用于直营门店。"),
        ("1.1 退款时限：我们在三个工作日内原路退回。", "退款时限", "我们在三个工作日内原路退回。"),
        ("1.1 客户应当：如实说明商品的损坏情况。", "客户应当：如实说明商品的损坏情况"[:4], "客户应当：如实说明商品的损坏情况。"),
        ("1.1 Response times. Agents answer within one day.", "Response times", "Agents answer within one day."),
        ("1.1 The agent must stay polite. Shouting is forbidden.", "The agent must stay polite", "The agent must stay polite. Shouting is forbidden."),
        ("1.1 每日18:00前提交报表。", "每日18", "每日18:00前提交报表。"),
    ],
)
def test_title_and_text_in_one_line_are_parted_only_where_the_title_is_one(read, line: str, title: str, text: str) -> None:  # type: ignore[no-untyped-def]
    following = "第二条 其他。" if line.startswith("第") else "1.2 其他。"
    clause = read(f"{line}\n{following}").clauses[0]
    assert clause.text == text
    assert clause.title.startswith(title)
