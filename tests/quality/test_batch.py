"""Whole files: the report in each format, the counts, and memory that does not grow with the file."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from fakes.quality_engine import quality_engine

from copilot.errors import DocumentError
from copilot.quality import Examiner, Showing, Summary, check_files, written_to

Write = Callable[..., Path]
NASTY = [
    ("A", "2026-03-01 10:00:00", "客户", "=HYPERLINK(\"http://evil\",\"x\") <script>alert(1)</script>我要投诉，电话13900001111"),
    ("A", "2026-03-01 10:00:45", "客服", "@SUM(1) 滚\x0b<b>13900001111</b>"),
    ("B", "2026-03-01 10:00:00", "客户", "-2+3 你好😀"),
    ("B", "2026-03-01 10:00:10", "客服", "+您好"),
    ("=C", "2026-03-01 10:00:00", "客户", "没人回"),
    ("D", "2026-03-01 10:00:00", "路人", "？"),
]


@pytest.fixture(scope="module")
def examiner() -> Examiner:
    return Examiner(quality_engine())


def run(examiner: Examiner, files: list[Path], out: Path | None, *, masked: bool = True) -> tuple[Summary, list[str]]:
    told: list[str] = []
    showing = Showing(quality_engine().mask if masked else None)
    if out is None:
        return check_files(files, examiner, None, showing, told.append, lambda *_: None), told
    with written_to(out, examiner.rules, str) as report:
        return check_files(files, examiner, report, showing, told.append, lambda *_: None), told


def test_the_summary_counts_what_there_was(examiner: Examiner, write_csv: Write) -> None:
    summary, told = run(examiner, [write_csv(NASTY)], None)
    assert (summary.conversations, summary.turns, summary.agent_turns) == (4, 5, 2)
    assert (summary.with_findings, summary.blocked, summary.complaints) == (1, 1, 1)
    assert (summary.response_s(0.5), summary.response_s(0.95), summary.late) == (10, 45, 1)
    assert [(count.title, str(count.clause), count.times) for count in summary.top()] == [
        ("回复超时", "agreement 2.1", 1), ("粗话", "agreement 1.2.1", 1),
    ]  # fmt: skip
    assert summary.groups["language"].average == 85
    assert summary.groups["language"].unchecked == 2
    assert summary.bad_rows == len(told) == 1


def test_a_workbook_holds_three_sheets_and_no_formula(examiner: Examiner, write_csv: Write, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    run(examiner, [write_csv(NASTY)], out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["汇总", "会话", "发现"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert any(text.startswith("@SUM(1) 滚<b>") for text in texts)
    assert "=C" in texts
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "@")))
    assert not any("13900001111" in text for text in texts)
    rows = [[cell.value for cell in row] for row in book["会话"].iter_rows()]
    assert [row[0] for row in rows] == ["会话", "A", "B", "=C", "D"]
    assert dict(zip(rows[0], rows[1], strict=True))["2.1 响应"] == 90
    assert dict(zip(rows[0], rows[3], strict=True))["1.2 语言"] == "未核查"


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_page_is_whole_by_itself_and_runs_nothing_of_a_customers(
    examiner: Examiner, write_csv: Write, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    run(examiner, [write_csv(NASTY)], out)
    page = Page(out.read_text("utf-8"))
    assert page.tags.isdisjoint({"script", "img", "link", "iframe"})
    assert page.links == []
    assert "<script>alert(1)</script>" in page.words
    assert "13900001111" not in page.words
    assert "【手机号】" in page.words
    for heading in ("会话质检报告", "各条款组平均分", "最常见的问题", "漏掉的步骤", "有发现的会话"):
        assert heading in page.words


def test_json_lines_hold_one_object_a_conversation(examiner: Examiner, write_csv: Write, tmp_path: Path) -> None:
    out = tmp_path / "report.jsonl"
    run(examiner, [write_csv(NASTY)], out)
    rows = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["id"] for row in rows] == ["A", "B", "=C", "D"]
    rude = next(finding for finding in rows[0]["findings"] if finding["norm"] == "rude")
    assert (rude["turn"], rude["clause"], rude["severity"], rude["quote"]) == (2, "1.2.1", "block", "滚")
    assert rows[0]["responses"] == [{"turn": 2, "seconds": 45.0, "late": True}]
    assert rows[2]["scores"]["language"] == {"title": "语言", "clauses": "1.2", "points": None, "state": "unchecked"}


def test_personal_data_is_shown_only_when_asked_for(examiner: Examiner, write_csv: Write, tmp_path: Path) -> None:
    run(examiner, [write_csv(NASTY)], tmp_path / "open.html", masked=False)
    assert "13900001111" in (tmp_path / "open.html").read_text("utf-8")


def test_one_broken_file_does_not_stop_the_others(examiner: Examiner, write_csv: Write, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"no")
    summary, told = run(examiner, [tmp_path / "broken.xlsx", write_csv(NASTY[2:4])], None)
    assert summary.conversations == 1
    assert told[0].startswith("broken.xlsx：")


def test_a_report_that_fails_leaves_the_old_one_and_nothing_else(examiner: Examiner, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    out.write_bytes(b"old")
    with pytest.raises(RuntimeError), written_to(out, examiner.rules, str):
        raise RuntimeError("the power went out")
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["report.pdf", "nowhere/report.html"])
def test_a_place_that_cannot_be_written_is_said_before_the_work(examiner: Examiner, tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match="report"), written_to(tmp_path / name, examiner.rules, str):
        pytest.fail("the work must not begin")


def many(conversations: int) -> Iterator[tuple[str, str, str, str]]:
    """Rows of conversations that are all open at the same time, the worst case for putting them together."""
    for number, role in enumerate(("客户", "客服")):
        for conversation in range(conversations):
            yield f"C{conversation}", f"10:0{number}:00", role, f"第{conversation}通第{number}条，不归我管，{'话' * 60}"


def peak_bytes(examiner: Examiner, source: Path, out: Path) -> int:
    tracemalloc.start()
    try:
        run(examiner, [source], out)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("suffix", "conversations"), [(".jsonl", 2_000), (".html", 1_500), (".xlsx", 1_000)])
def test_memory_does_not_grow_with_the_file(
    examiner: Examiner, write_csv: Write, tmp_path: Path, suffix: str, conversations: int
) -> None:
    source, out = write_csv(list(many(conversations // 10)), name="few.csv"), tmp_path / f"report{suffix}"
    run(examiner, [source], out)  # what is loaded once does not count
    few = peak_bytes(examiner, source, out)
    lots = peak_bytes(examiner, write_csv(list(many(conversations)), name="lots.csv"), out)
    assert lots < few + 300_000, f"{few:,} bytes for a tenth of the conversations, {lots:,} for all"
