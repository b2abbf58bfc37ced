"""`copilot phrases`: a table comes in, bad rows are named, what is taken can be seen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.app import app
from copilot.cli.phrase_sheet import COLUMNS, EXAMPLES, read_sheet, stat_lines
from copilot.documents.table_files import table_file
from copilot.engine import Copilot
from copilot.errors import CopilotError, DocumentError
from copilot.settings import load_settings
from copilot.store import Store
from copilot.store.phrase_files import PhraseUse


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copilot: Copilot) -> Path:
    """A home with a database of its own; the engine is the one that stands."""
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path))
    monkeypatch.setattr("copilot.cli.opening.open_copilot", lambda: copilot)
    return tmp_path


def sheet(path: Path, *rows: tuple[str, str, str, str]) -> Path:
    with table_file(path, "话术", COLUMNS) as write:
        for row in rows:
            write(row)
    return path


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["phrases", *words])
    if isinstance(result.exception, CopilotError):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_template_itself_can_be_imported_and_listed_and_removed(home: Path, ending: str) -> None:
    file = home / f"话术.{ending}"
    assert run("template", str(file))[0] == 0
    assert run("add", str(file)) == (0, f"存入 {len(EXAMPLES)} 条。\n", "")
    listed = run("list")[1]
    assert "[1] 团队" in listed
    assert "依据 " in listed
    assert run("remove", "1", "2")[0] == 0
    assert "还没有存过话术" in run("list")[1]


def test_a_bad_row_is_named_with_its_number_and_the_others_are_kept(home: Path) -> None:
    good = ("您好，大件由我们预约师傅上门取件，不用您自己寄。", "沙发要退怎么寄", "说明", "tg:7")
    bad = ("这不归我管，您自己去找快递。", "", "", "")
    odd = ("您好，我马上为您核实处理。", "", "唱歌", "")
    code, told, wrong = run("add", str(sheet(home / "a.xlsx", good, bad, odd, good)))
    assert code == 1
    assert told.startswith("存入 1 条，3 条没有存")
    assert "a.xlsx:3：这条话术审核没有通过" in wrong
    assert "a.xlsx:4：类型 '唱歌' 不认识" in wrong
    assert "a.xlsx:5：这条话术已经有了" in wrong
    assert "[1] tg:7" in run("list")[1]


def test_a_table_without_the_column_or_without_rows_or_no_table_says_what_to_do(tmp_path: Path) -> None:
    with table_file(tmp_path / "x.xlsx", "话术", {"内容": 9}) as write:
        write(["您好"])
    with pytest.raises(DocumentError, match="名为“话术”的列"):
        read_sheet(tmp_path / "x.xlsx", 9)
    with pytest.raises(DocumentError, match="没有内容"):
        read_sheet(sheet(tmp_path / "y.csv"), 9)
    with pytest.raises(DocumentError, match="找不到"):
        read_sheet(tmp_path / "none.xlsx", 9)
    with pytest.raises(DocumentError, match="最多导入 1 条"):
        read_sheet(sheet(tmp_path / "z.csv", *EXAMPLES), 1)


def test_removing_what_is_not_there_fails_and_says_so(home: Path) -> None:
    code, _, wrong = run("remove", "9")
    assert code == 1
    assert "没有编号为 9" in wrong


def test_stats_tell_what_is_taken_and_how_far_it_moves() -> None:
    lines = stat_lines([PhraseUse("late-act", 40, 30, 0), PhraseUse("late-ask", 40, 2, 0)], {"late-act": "我马上查"}, 5)
    assert "原样采用 32 次" in lines[0]
    assert any("late-act" in line and "+" in line for line in lines)
    assert any("late-ask" in line and "-" in line and "已删除" in line for line in lines)
    assert "还没有记录" in stat_lines([], {}, 5)[0]


def test_stats_read_the_database_of_the_home(home: Path) -> None:
    async def fill() -> None:
        store = await Store.open(load_settings().database)
        async with store.unit_of_work() as work:
            now = datetime.now(UTC)
            conversation = await work.open_conversation("a", now)
            turn = await work.add_turn(conversation, "customer", "到哪了", "typed", now)
            from copilot.phrasing import Suggestion

            offer = await work.add_offer(conversation, turn, [Suggestion("查", (), "act", phrase="late-act")], now)
            await work.decide_offer(offer, "accepted", now, 1)
            await work.commit()
        await store.close()

    asyncio.run(fill())
    assert "建议共出现 1 次，原样采用 1 次（100%）" in run("stats")[1]
