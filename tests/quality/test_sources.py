"""Files in, conversations out: mixed rows, bad rows, encodings, and files that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.errors import DocumentError
from copilot.quality import Dialogue, read_rules
from copilot.quality.sources import conversations_of
from copilot.workspace import builtin_workspace

RULES = read_rules(builtin_workspace())
Write = Callable[..., Path]


def read(path: Path) -> tuple[list[Dialogue], list[str]]:
    """The conversations of a file and what was told about it."""
    told: list[str] = []
    return list(conversations_of(path, RULES, told.append, lambda *_: None)), told


def texts(dialogue: Dialogue) -> list[str]:
    return [f"{turn.role[0]}{turn.text}" for turn in dialogue.turns]


MIXED = [
    ("A", "2026-03-01 10:00:00", "客户", "甲问"), ("B", "2026-03-01 10:00:05", "买家", "乙问"),
    ("A", "2026-03-01 10:00:20", "客服", "答甲"), ("B", "2026-03-01 10:00:25", "坐席", "答乙"),
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_rows_of_several_conversations_may_be_mixed(write_csv: Write, encoding: str) -> None:
    dialogues, told = read(write_csv(MIXED, encoding=encoding))
    assert [(each.id, texts(each)) for each in dialogues] == [("A", ["c甲问", "a答甲"]), ("B", ["c乙问", "a答乙"])]
    assert told == []


def test_a_workbook_gives_the_same_as_a_csv_file(write_csv: Write, write_xlsx: Write) -> None:
    from_csv, _ = read(write_csv(MIXED))
    from_xlsx, _ = read(write_xlsx([(a, datetime.fromisoformat(b), c, d) for a, b, c, d in MIXED]))
    assert [each.turns for each in from_xlsx] == [each.turns for each in from_csv]


def test_whole_numbers_in_a_workbook_are_ids_without_a_point(write_xlsx: Write) -> None:
    dialogues, _ = read(write_xlsx([(1001.0, None, "客户", 42)]))
    assert (dialogues[0].id, dialogues[0].turns[0].text) == ("1001", "42")


def test_messages_are_sorted_by_time_where_all_have_one(write_csv: Write) -> None:
    rows = [("A", "10:00:09", "客服", "答"), ("A", "10:00:01", "客户", "问")]
    assert texts(read(write_csv(rows))[0][0]) == ["c问", "a答"]
    rows.append(("A", "", "客户", "再问"))
    assert texts(read(write_csv(rows))[0][0]) == ["a答", "c问", "c再问"]


def test_zones_are_compared_as_times(write_csv: Write) -> None:
    rows = [("A", "2026-03-01T10:00:00+08:00", "客户", "问"), ("A", "2026-03-01T02:00:20Z", "客服", "答")]
    first, second = read(write_csv(rows))[0][0].turns
    assert first.at is not None
    assert second.at is not None
    assert (second.at - first.at).total_seconds() == 20


def test_columns_have_english_names_too_and_any_order(write_csv: Write) -> None:
    path = write_csv([("hello", "customer", "Li", "7")], headings=("Text", "Role", "agent_name", "conversation_id"))
    dialogues, _ = read(path)
    assert [(each.id, texts(each)) for each in dialogues] == [("7", ["chello"])]
    assert "Li" not in repr(dialogues)


def test_a_bad_row_is_told_with_file_and_row_and_the_rest_is_read(write_csv: Write) -> None:
    rows = [
        ("A", "", "客户", "问"), ("A", "", "店小二", "嗯"), ("", "", "客服", "丢了"), ("A", "昨天", "客服", "答"),
        ("A", "", "", "谁"), ("A", "", "系统", "已转接"), ("A",), (),
    ]  # fmt: skip
    dialogues, told = read(write_csv(rows))
    assert texts(dialogues[0]) == ["c问", "a答"]
    assert (dialogues[0].unread, dialogues[0].ignored) == (3, 1)
    assert [line.partition("：")[0] for line in told] == [f"chats.csv 第 {row} 行" for row in (3, 4, 5, 6, 8)]
    assert "店小二" in told[0]
    assert "没有会话编号" in told[1]
    assert "昨天" in told[2]


def test_rows_without_a_conversation_column_are_one_conversation(write_csv: Write) -> None:
    dialogues, _ = read(write_csv([("客户", "问"), ("客服", "答")], headings=("角色", "内容")))
    assert [texts(each) for each in dialogues] == [["c问", "a答"]]


def test_a_title_may_stand_above_the_headings(write_xlsx: Write) -> None:
    path = write_xlsx([("会话", "时间", "角色", "内容"), *MIXED], headings=("三月会话导出", "", "", ""))
    assert [each.place for each in read(path)[0]] == ["chats.xlsx 第 3 行", "chats.xlsx 第 4 行"]


def test_hidden_sheets_are_left_alone(write_xlsx: Write) -> None:
    path = write_xlsx(MIXED)
    book = openpyxl.load_workbook(path)
    secret = book.create_sheet("密")
    secret.append(["会话", "角色", "内容"])
    secret.append(["Z", "客户", "不给看"])
    secret.sheet_state = "hidden"
    book.save(path)
    assert [each.id for each in read(path)[0]] == ["A", "B"]


@pytest.mark.parametrize("name", ["empty.csv", "empty.jsonl"])
def test_an_empty_file_has_no_conversations(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert read(tmp_path / name)[0] == []


def test_an_empty_workbook_says_that_it_is_empty(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "e.xlsx")
    dialogues, told = read(tmp_path / "e.xlsx")
    assert dialogues == []
    assert told == ["e.xlsx：是空的，没有会话。"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", "名称,数量\n笔,3\n".encode(), "没有找到表头"),
        ("x.csv", b"\xff\xfe\xfd\x00\x80\x81" * 9, "x.csv"),
        ("x.xlsx", b"PK\x03\x04 no workbook", "x.xlsx"),
        ("x.xls", b"\xd0\xcf\x11\xe0", "不认识这种文件"),
        ("x.json", b"{", "不是合法的 JSON"),
    ],
)
def test_a_file_that_is_no_conversation_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=expected):
        read(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="找不到"):
        read(tmp_path / "none.csv")


def test_json_lines_keep_their_order_and_bad_lines_are_told(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    lines = [
        json.dumps({"id": 5, "turns": [{"role": "agent", "text": "先", "at": "2026-03-01T10:00:09+08:00"},
                                       {"role": "customer", "text": "后", "at": "2026-03-01T10:00:01+08:00"}]}),
        "{broken", "", '{"id": "x"}', '[1]',
        json.dumps({"会话": "乙", "对话": [{"角色": "客户", "内容": "问\ud800"}, {"角色": "路人", "内容": "?"}, 7]}),
    ]  # fmt: skip
    path.write_text("\n".join(lines), "utf-8")
    dialogues, told = read(path)
    assert [(each.id, texts(each), each.unread) for each in dialogues] == [
        ("5", ["a先", "c后"], 0), ("乙", ["c问?"], 2),
    ]  # fmt: skip
    assert [line.partition("：")[0] for line in told] == [f"c.jsonl 第 {row} 行" for row in (2, 4, 5, 6, 6)]


def test_a_message_that_swallowed_the_file_is_refused(write_csv: Write) -> None:
    dialogues, told = read(write_csv([("A", "", "客户", "长" * 100_001), ("A", "", "客服", "答")]))
    assert texts(dialogues[0]) == ["a答"]
    assert "引号没有成对" in told[0]


cells = st.one_of(
    st.text(alphabet="客户服会话内容你好吗abc ,;|\t\"'=+-@。，😀\u200b\u3000", max_size=40),
    st.sampled_from(["客户", "客服", "系统", "A", "B", "=1+1", "2026-03-01 10:00:00", "😀", "\n", '"', "\x00"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, max_size=6), max_size=12))
def test_any_rows_are_read_or_told_and_none_is_lost(write_csv: Write, rows: list[list[str]]) -> None:
    dialogues, told = read(write_csv([[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows]))
    assert all(line.startswith("chats.csv 第 ") for line in told)
    kept = sum(len(each.turns) + each.ignored for each in dialogues)
    assert kept + len(told) >= sum(any(cell.strip() for cell in row[:4]) for row in rows if len(row) == 4)
