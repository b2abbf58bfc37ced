"""What holds for any file: no exception but DocumentError, nothing lost."""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.documents import read_file
from copilot.documents.formats import KNOWN_SUFFIXES
from copilot.errors import DocumentError

SUFFIXES = sorted(KNOWN_SUFFIXES)
MAGIC = [b"", b"PK\x03\x04", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"<html><table><tr><td>"]
BEGINNINGS = st.sampled_from(
    ["第一条", "第二条", "第三章 ", "1.1", "1.2", "2.1.1 ", "1、", "2、", "（一）", "（二）", "①", "(a) ", "A. ", "一、", "二、", "• ", "- ", "# ", "## ", "附件1：", "问：", "答：", "Q1: ",
     "24小时", "3.5元", "2025年1月1日", "I. ", "Section 2.1 ", "第 十 条 ", "｜", "| a | b |", ""]
)  # fmt: skip
WORDS = st.text(alphabet="客户服务坐席应当回复投诉处理时限内电话邮件不得，。；：（）“”、 abcXYZ0123456789%|*_#", max_size=30)


def place(suffix: str, content: bytes) -> Path:
    path = Path(tempfile.mkdtemp()) / f"x{suffix}"
    path.write_bytes(content)
    return path


@given(suffix=st.sampled_from(SUFFIXES), magic=st.sampled_from(MAGIC), content=st.binary(max_size=400))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_give_a_document_or_a_document_error(suffix: str, magic: bytes, content: bytes) -> None:
    path = place(suffix, magic + content)
    try:
        assert read_file(path).clauses
    except DocumentError as error:
        message = str(error)
        assert message.startswith(path.name)
        assert "\n" not in message


@given(lines=st.lists(st.builds(str.__add__, BEGINNINGS, WORDS), min_size=1, max_size=14), suffix=st.sampled_from([".txt", ".md"]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_letter_of_a_text_is_lost(lines: list[str], suffix: str) -> None:
    text = "\n".join(lines)
    path = place(suffix, text.encode())
    message, document = "", None
    try:
        document = read_file(path)
    except DocumentError as error:
        message = str(error)
    assert "读到一半" not in message
    if document is None:
        return
    found: Counter[str] = Counter()
    for clause in document.clauses:
        found += Counter(clause.number + clause.title + clause.text + "".join(clause.path))
    for each in document.left_out:
        found += Counter(each.text)
    found += Counter(document.title)
    written = Counter(character for character in text if character.isalpha() and not character.isdigit())
    for sign in "问答QA":  # 问： and 答： are signs that give way to the number 问1
        del written[sign]
    missing = written - found
    assert not missing, f"lost {dict(missing)} of {text!r}"


@given(rows=st.lists(st.lists(st.text(alphabet="客户服务时限内1234.%，；", max_size=8), min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_cell_of_a_sheet_is_lost(rows: list[list[str]]) -> None:
    path = place(".csv", "\n".join(",".join(row) for row in [["项目", "内容", "说明"], *rows]).encode())
    try:
        document = read_file(path)
    except DocumentError:
        return
    found = "".join(clause.title + clause.text + "".join(clause.path) for clause in document.clauses)
    found += "".join(each.text for each in document.left_out) + document.title
    assert [cell for row in rows for cell in row if "".join(cell.split()) not in "".join(found.split())] == []


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="copilot.documents.reading")
