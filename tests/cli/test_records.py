"""`copilot records` through its entry point on a real database; once as a process of its own."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from fakes.plain_copilot import PlainReader

from copilot.cli.app import main
from copilot.cli.record_desk import RecordDesk
from copilot.documents.table_files import table_file
from copilot.errors import CopilotError, DocumentError
from copilot.records import ServiceRecord
from copilot.records.book import RecordBook
from copilot.records.retention import Keeping
from copilot.records.sealing import Safe, new_key
from copilot.store import Store

COPILOT = Path(sys.executable).parent / "copilot"
NOW = datetime.now(UTC)


@dataclass
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Done]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


@pytest.fixture
def environment(built_home: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("COPILOT_") or each == "TELEGRAM_BOT_TOKEN"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COPILOT_HOME", str(built_home))
    monkeypatch.setenv("COPILOT_DATABASE_URL", database)


@pytest.fixture
def command(environment: None, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line within this process: the same entry point, without the seconds that a start takes."""

    def run(*arguments: str, key: str = "", old: str = "", typed: str = "") -> Done:
        monkeypatch.setenv("COPILOT_RECORD_KEY", key)
        monkeypatch.setenv("COPILOT_RECORD_OLD_KEY", old)
        monkeypatch.setattr(sys, "argv", ["copilot", "records", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, out.getvalue(), err.getvalue())

    return run


def record(number: int, name: str, contact: str, content: str, *, days: float = 0, complaint: bool = False) -> ServiceRecord:
    at = NOW - timedelta(days=days)
    return ServiceRecord(name, contact, at, content, "已补发", "满意", complaint, number=f"20261122-{number:04d}")


def keep(database: str, *records: ServiceRecord, key: str = "") -> None:
    async def run() -> None:
        store = await Store.open(database)
        for each in records:
            async with store.unit_of_work() as work:
                conversation = await work.open_conversation("web:local", each.service_time)
                await work.add_turn(conversation, "customer", f"{each.content}，电话{each.contact}", "typed", each.service_time)
                book = RecordBook(work, Safe(key), PlainReader(), "web:local", each.service_time)
                await book.keep(each, conversation)
                await work.commit()
        await store.close()

    asyncio.run(run())


def desk(database: str, key: str = "") -> RecordDesk:
    return RecordDesk(database, Safe(key), PlainReader(), Keeping(), "cli:test")


CHEN = record(1, "陈丽", "13812345678", "快递到哪了")
ZHAO = record(2, "赵海洋", "13900001111", "=HYPERLINK(\"http://x\")", complaint=True)


def test_a_customer_is_found_by_number_name_and_date_from_the_command_line(command: Command, database: str) -> None:
    keep(database, CHEN, ZHAO)
    by_phone = command("find", "--customer", "138 1234 5678")
    assert by_phone.returncode == 0
    assert "20261122-0001" in by_phone.stdout
    assert "20261122-0002" not in by_phone.stdout
    assert "13812345678" not in by_phone.stdout
    assert "赵" not in command("find", "--number", "20261122-0002").stdout
    assert command("find", "--from", "2020-01-01", "--to", "2020-12-31").returncode == 1
    wrong = command("find", "--from", "昨天")
    assert wrong.returncode == 2
    assert "2026-11-22 这样" in wrong.stderr
    shown = command("show", "20261122-0001")
    assert "联系方式：13812345678" in shown.stdout
    assert "查看 记录 1" in command("audit").stdout


def test_a_fresh_key_seals_what_was_kept_plainly_and_only_it_opens_the_records(command: Command, database: str) -> None:
    keep(database, CHEN)
    process = subprocess.run([COPILOT, "records", "key"], capture_output=True, text=True, timeout=120, check=True)
    key = process.stdout.strip()
    assert "没有设置 COPILOT_RECORD_KEY" in command("rekey").stderr
    assert "1 条" in command("rekey", key=key).stdout
    assert "13812345678" in command("show", "20261122-0001", key=key).stdout
    wrong = command("show", "20261122-0001", key=new_key())
    assert "COPILOT_RECORD_OLD_KEY" in wrong.stdout
    assert "13812345678" not in wrong.stdout
    assert "13812345678" in command("show", "20261122-0001", key=key).stdout
    assert "密钥格式不对" in command("find", "--customer", "陈丽", key="abc").stderr


def test_forgetting_a_customer_asks_first_and_leaves_nothing_of_them_on_the_disk(command: Command, database: str) -> None:
    keep(database, CHEN, ZHAO)
    assert command("forget", "--customer", "13812345678", typed="n\n").returncode == 1
    assert command("find", "--customer", "陈丽").returncode == 0
    done = command("forget", "--customer", "13812345678", typed="y\n")
    assert "将删除记录 1 条、对话 1 通" in done.stdout
    assert done.returncode == 0
    assert command("find", "--customer", "陈丽").returncode == 1
    file = Path(database.removeprefix("sqlite:///"))
    left = b"".join(each.read_bytes() for each in file.parent.glob("records.db*"))
    assert "陈丽".encode() not in left
    assert b"13812345678" not in left
    assert b"13900001111" in left
    log = command("audit").stdout
    assert "应客户要求删除：记录 1 条、对话 1 通" in log
    assert "13812345678" not in log


def test_only_what_is_older_than_the_months_of_its_kind_is_purged(command: Command, database: str) -> None:
    keep(
        database, record(1, "甲", "13812345678", "旧", days=200), record(2, "乙", "13812345679", "旧投诉", days=200, complaint=True),
        record(3, "丙", "13812345670", "新", days=100), record(4, "丁", "13812345671", "很旧的投诉", days=800, complaint=True),
    )  # fmt: skip
    trial = command("purge", "--dry-run").stdout
    assert "将删除：记录 1 条，投诉记录 1 条" in trial
    assert "共 4 条" in command("find").stderr
    assert "已删除：记录 1 条，投诉记录 1 条" in command("purge").stdout
    left = command("find").stdout
    assert "旧投诉" in left
    assert "新" in left
    assert len(left.splitlines()) == 2
    assert "将删除：记录 0 条，投诉记录 0 条" in command("purge", "--dry-run").stdout


async def test_an_export_has_no_personal_data_unless_it_is_asked_for(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'x.db'}"
    await asyncio.to_thread(keep, database, CHEN, ZHAO)
    out = tmp_path / "out.csv"
    assert await desk(database).export(out, "", None, None, personal=False) == (2, 0)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    plain = out.read_text(encoding="utf-8-sig")
    assert "13812345678" not in plain
    assert "陈丽" not in plain
    rows = list(csv.DictReader(plain.splitlines()))
    assert rows[0]["服务内容"] == "快递到哪了"
    assert rows[1]["服务内容"].startswith("'=HYPERLINK")
    await desk(database).export(out, "", None, None, personal=True)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["客户姓名"], row["联系方式"]) for row in rows] == [("陈丽", "13812345678"), ("赵海洋", "13900001111")]
    assert [(entry.action, entry.details["personal"]) for entry in await desk(database).audit(2, NOW)] == [
        ("exported", True), ("exported", False),
    ]  # fmt: skip


async def test_a_workbook_holds_text_where_a_customer_wrote_a_formula(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'x.db'}"
    await asyncio.to_thread(keep, database, CHEN, ZHAO)
    await desk(database).export(tmp_path / "out.xlsx", "13900001111", None, None, personal=True)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["服务记录"]
    headings = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, headings.index("服务内容") + 1)
    assert sheet.max_row == 2
    assert cell.data_type == "s"
    assert cell.value.startswith("=HYPERLINK")
    assert cell.quotePrefix


async def test_an_export_under_another_key_says_how_many_stay_closed(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'x.db'}"
    await asyncio.to_thread(lambda: keep(database, CHEN, key=new_key()))
    out = tmp_path / "out.csv"
    assert await desk(database, new_key()).export(out, "", None, None, personal=True) == (1, 1)
    assert "13812345678" not in out.read_text(encoding="utf-8-sig")


async def test_an_export_is_read_a_page_at_a_time_and_misses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = f"sqlite:///{tmp_path / 'x.db'}"
    await asyncio.to_thread(keep, database, *(record(number, "甲乙", "13812345678", f"第{number}件") for number in range(1, 8)))
    monkeypatch.setattr("copilot.cli.record_desk._PAGE", 3)
    out = tmp_path / "out.csv"
    assert await desk(database).export(out, "", None, None, personal=False) == (7, 0)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["服务内容"] for row in rows] == [f"第{number}件" for number in range(1, 8)]


async def test_forgetting_without_a_customer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CopilotError, match="哪位客户"):
        await desk(f"sqlite:///{tmp_path / 'x.db'}").of_customer("  ")


def test_a_table_that_breaks_off_leaves_the_former_file(tmp_path: Path) -> None:
    for name in ("out.csv", "out.xlsx"):
        (tmp_path / name).write_text("before")
        with pytest.raises(ZeroDivisionError), table_file(tmp_path / name, "表", {"一": 5}) as write:
            write([1 / 0])
        assert (tmp_path / name).read_text() == "before"
    with pytest.raises(DocumentError, match="xlsx 或 csv"), table_file(tmp_path / "out.pdf", "表", {"一": 5}):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.xlsx"]
