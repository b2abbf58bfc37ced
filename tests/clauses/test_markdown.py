from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.clauses import Clause, parse_document
from copilot.errors import WorkspaceError

HEAD = "---\nid: returns\ntitle: 退货政策\neffective: 2026-01-01\n---\n"
BODY = """# 1 适用范围
## 1.1 七天无理由退货
签收次日起 7 天内可以退货，
不必说明原因。

- **配件**要齐全
- 说明书要在
> 可以这样说：“您签收后的七天内可以退货。”
> 可以这样说：我来为您提交申请。
## 1.2 例外
<!-- truncated -->
定制商品不支持，见[商品页](https://example.com)。
| 商品 | 能否退 |
|---|---|
| 定制 | 不能 |
# 2 退款
退款原路退回。
"""


def test_headings_with_a_number_and_text_become_clauses() -> None:
    document = parse_document(HEAD + BODY, "knowledge/policies/returns.md")
    assert (document.id, document.title, document.effective) == ("returns", "退货政策", date(2026, 1, 1))
    assert [(clause.number, clause.title) for clause in document.clauses] == [
        ("1.1", "七天无理由退货"), ("1.2", "例外"), ("2", "退款"),
    ]  # fmt: skip


def test_a_clause_knows_its_place_and_the_headings_above() -> None:
    first = parse_document(HEAD + BODY, "knowledge/policies/returns.md").clauses[0]
    assert (first.source, first.line, first.path) == ("knowledge/policies/returns.md", 7, ("1 适用范围",))
    assert (first.citation, str(first.ref)) == ("《退货政策》1.1", "returns 1.1")


def test_text_is_plain_and_keeps_list_items_on_lines() -> None:
    first, second, _ = parse_document(HEAD + BODY, "a.md").clauses
    assert first.text == "签收次日起 7 天内可以退货，不必说明原因。\n配件要齐全\n说明书要在"
    assert second.text == "定制商品不支持，见商品页。\n商品，能否退\n定制，不能"


def test_say_lines_are_kept_apart_without_their_quotation_marks() -> None:
    first = parse_document(HEAD + BODY, "a.md").clauses[0]
    assert first.say == ("您签收后的七天内可以退货。", "我来为您提交申请。")
    assert "可以这样说" not in first.text


def test_only_the_marked_clause_is_truncated() -> None:
    assert [clause.truncated for clause in parse_document(HEAD + BODY, "a.md").clauses] == [False, True, False]


@pytest.mark.parametrize(
    ("content", "place", "remedy"),
    [
        ("# 1 标题\n正文", "a.md:1", "缺少文件头"),
        ("---\nid: a\ntitle: b\n# 1 标题\n正文", "a.md:1", "没有结束"),
        ("---\nid: a\n---\n# 1 标题\n正文", "a.md:2", "缺少 title"),
        ("---\ntitle: a\n---\n# 1 标题\n正文", "a.md:2", "缺少 id"),
        ("---\nid: a\ntitle: b\nauthor: c\n---\n# 1 标题\n正文", "a.md:2", "author"),
        ("---\nid: A 1\ntitle: b\n---\n# 1 标题\n正文", "a.md:2", "小写"),
        ("---\nid: a\ntitle: b\neffective: 明年\n---\n# 1 标题\n正文", "a.md:2", "2026-01-01"),
        ("---\nid: [\n---\n# 1 标题\n正文", "a.md:2", "格式有误"),
        (HEAD + "# 1 甲\n正文\n# 1 乙\n正文", "a.md:8", "第 6 行"),
        (HEAD + "# 1 甲\n正文\n# 2 乙\n", "a.md:8", "没有正文"),
        (HEAD + "# 1 甲\n正文\n## 说明\n无法引用的话", "a.md:8", "没有编号"),
        (HEAD + "# 1 甲\n正文\n> 可以这样说：\n", "a.md:8", "空的"),
        (HEAD + "只有介绍", "a.md:6", "带编号的条款"),
    ],
)
def test_an_unusable_document_names_file_line_and_remedy(content: str, place: str, remedy: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        parse_document(content, "a.md")
    assert str(caught.value).startswith(f"{place}：")
    assert remedy in str(caught.value)


@given(st.text())
def test_any_text_under_a_heading_is_a_clause_or_a_named_error(text: str) -> None:
    clauses: tuple[Clause, ...] = ()
    problem = ""
    try:
        clauses = parse_document(f"{HEAD}# 1 甲\n{text}\n", "a.md").clauses
    except WorkspaceError as error:
        problem = str(error)
    assert bool(clauses) != problem.startswith("a.md:")
    assert all(clause.text for clause in clauses)
