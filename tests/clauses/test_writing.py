from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.clauses import Clause, Document, Origin, parse_document
from copilot.clauses.writing import tidy_document, written

SIGNS = [
    *"#>|-*+`[]()!\\【】<.1、：\n\t\r é\u2028\x00甲乙", "<!--", "-->", "<!-- truncated -->", "<!-- valid 2025-01-01.. -->",
    "**", "---", "\n\n", "> 可以这样说：", "## 1.1 ", "| a | b |", "[字](x)", "- ", "1. ",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(SIGNS), max_size=20).map("".join))
CLAUSES = st.builds(
    Clause, document=st.just("a"), document_title=st.just("甲"), number=TEXTS, title=TEXTS, text=TEXTS,
    path=st.lists(TEXTS, max_size=7).map(tuple), say=st.lists(TEXTS, max_size=2).map(tuple), truncated=st.booleans(),
)  # fmt: skip
DOCUMENTS = st.builds(
    Document, id=st.just("a"), title=TEXTS, effective=st.none() | st.dates(max_value=date(2990, 1, 1)),
    clauses=st.lists(CLAUSES, min_size=1, max_size=5).map(tuple), source=st.just("a.md"),
    until=st.none() | st.just(date(2999, 1, 1)), version=st.sampled_from(["", "2026-01-01", "v2"]),
    origin=st.none() | st.builds(Origin, st.just("甲 乙.docx"), st.none() | st.dates(), st.just("ab12")),
)  # fmt: skip


def content(document: Document) -> tuple[object, ...]:
    clauses = [(c.number, c.title, c.text, c.path, c.say, c.truncated) for c in document.clauses]
    return (document.id, document.title, document.effective, document.until, document.version, document.origin, clauses)


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
def test_whatever_was_read_comes_back_from_its_file_unchanged(document: Document) -> None:
    tidy = tidy_document(document)
    assert content(parse_document(written(tidy).encode().decode(), "a.md")) == content(tidy)
    assert tidy_document(tidy) == tidy


@pytest.mark.parametrize(
    ("number", "title", "heading"),
    [
        ("1.2.3", "响应时间", "# 1.2.3 响应时间"),
        ("第十二条（二）", "受理时限", "# 【第十二条（二）】受理时限"),
        ("3.2(a)", "邮件", "# 【3.2(a)】邮件"),
        ("2.3·行4", "深圳", "# 【2.3·行4】深圳"),
        ("问3", "多久退款？", "# 【问3】多久退款？"),
        ("1", "2 小时内回复", "# 1 2 小时内回复"),
        ("1", ".5 小时", "# 1 .5 小时"),
        ("1.1", "1.1", "# 1.1"),
    ],
)
def test_a_heading_keeps_the_printed_number_and_stays_plain_where_it_can(number: str, title: str, heading: str) -> None:
    document = Document("a", "甲", None, (Clause("a", "甲", number, title, "正文"),), "a.md")
    assert heading in written(document).splitlines()


def test_headings_above_are_written_once_and_read_back_as_the_path() -> None:
    chapter, section = "第一章 服务态度", "1.1 仪容"
    clauses = (
        Clause("a", "甲", "1.1", "仪容", "要整洁。", (chapter,)),
        Clause("a", "甲", "1.1.1", "着装", "穿工服。", (chapter, section)),
        Clause("a", "甲", "第三条", "时限", "当天答复。", (chapter,)),
    )
    text = written(Document("a", "甲", None, clauses, "a.md"))
    assert text.count(chapter) == 1
    assert [c.path for c in parse_document(text, "a.md").clauses] == [(chapter,), (chapter, section), (chapter,)]


def test_a_body_that_looks_like_markdown_is_escaped_as_markdown_does_it() -> None:
    body = "# 不是标题\n- 第一项\n138****0000\n> 可以这样说：不算\n见 <!-- 备注 --> 与 [链接](http://a)"
    document = Document("a", "甲", None, (Clause("a", "甲", "1", "题", body),), "a.md")
    text = written(document)
    assert "\\# 不是标题" in text
    assert "138\\*\\*\\*\\*0000" in text
    clause = parse_document(text, "a.md").clauses[0]
    assert (clause.text, clause.say) == (body, ())
