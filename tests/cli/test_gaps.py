"""`copilot gaps` and what `copilot ask` keeps for it: real processes and a real database."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot.answering import Answer
from copilot.cli.asking import Questions
from copilot.cli.machine import run_jsonl
from copilot.documents.table_files import harmless
from copilot.engine import Copilot

COPILOT = Path(sys.executable).parent / "copilot"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'questions.db'}"


def run(home: Path, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPILOT_") and k != "TELEGRAM_BOT_TOKEN"}
    return subprocess.run(
        [COPILOT, *arguments], capture_output=True, text=True, timeout=120, check=False,
        env={**clean, "COPILOT_HOME": str(home), "COPILOT_DATABASE_URL": database},
    )  # fmt: skip


def kept(database: str) -> list[tuple[str, str]]:
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        return connection.execute("select question, source from unanswered_questions order by id").fetchall()


def stream(copilot: Copilot, database: str, *rows: dict[str, object]) -> list[dict[str, object]]:
    questions, sink = Questions(copilot, database), io.BytesIO()
    source = io.BytesIO("\n".join(json.dumps(row) for row in rows).encode())
    run_jsonl("ask", copilot, source, sink, questions.row)
    questions.keep()
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def test_unanswered_questions_are_kept_without_personal_data_and_listed(copilot: Copilot, built_home: Path, database: str) -> None:
    stream(
        copilot, database, {"question": "食堂几点开门"}, {"question": "请问食堂几点开门呀"}, {"question": "电话响几声之内要接"},
        {"question": "宿舍的热水几点停，我手机13912345678"}, {"question": "？？"},
    )  # fmt: skip
    assert kept(database) == [("食堂几点开门", "cli"), ("请问食堂几点开门呀", "cli"), ("宿舍的热水几点停，我手机【手机号】", "cli")]
    listed = run(built_home, database, "gaps").stdout
    assert listed.index("（2 次") < listed.index("宿舍的热水")
    assert "也这样问：" in listed
    assert "13912345678" not in listed
    marked = run(built_home, database, "gaps", "--done", "1，3")
    assert (marked.stdout.strip(), marked.returncode) == ("已标记 2 个问题为已处理。", 0)
    assert "没有查不到的问题" in run(built_home, database, "gaps").stdout
    stream(copilot, database, {"question": "食堂几点开门"})
    assert "又有人问" in run(built_home, database, "gaps").stdout


def test_a_question_that_a_document_answers_by_now_says_so(copilot: Copilot, built_home: Path, database: str, tmp_path: Path) -> None:
    questions = Questions(copilot, database)
    questions._waiting.append((Answer("电话响几声之内要接", False, "没有查到"), datetime.now(UTC)))
    questions.keep()
    assert "现在有答案了：《客服行为规范协议》2.1" in run(built_home, database, "gaps").stdout
    table = tmp_path / "gaps.csv"
    assert run(built_home, database, "gaps", "--csv", str(table)).returncode == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    assert [(row["问题"], row["次数"], row["现在的答案"][:4]) for row in rows] == [("电话响几声之内要接", "1", "《客服行")]


def test_a_database_that_cannot_be_used_leaves_the_answer_and_one_line(built_home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run(built_home, f"sqlite:///{tmp_path / 'file' / 'x.db'}", "ask", "食堂几点开门")
    assert "没有查到" in done.stdout
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "未能记下" in done.stderr


def test_a_number_that_is_none_is_refused_politely(built_home: Path, database: str) -> None:
    done = run(built_home, database, "gaps", "--done", "all")
    assert (done.returncode, done.stdout) == (2, "")
    assert "请写编号" in done.stderr
    assert run(built_home, database, "gaps", "--done", "99").returncode == 1


def test_nothing_opens_the_database_where_everything_is_answered(copilot: Copilot, database: str) -> None:
    stream(copilot, database, {"question": "电话响几声之内要接"})
    assert not Path(database.removeprefix("sqlite:///")).exists()


def test_the_question_before_makes_a_follow_up_understood(copilot: Copilot, database: str) -> None:
    row = stream(copilot, database, {"question": "那邮件呢？", "previous": "电话多久要接"})[0]
    assert row["understood"] == "邮件多久要接？"
    assert "24" in str(row["answer"])
    assert row["source"] == "offline"
    assert "previous" in str(stream(copilot, database, {"question": "那邮件呢？", "previous": 5})[0]["error"])


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("食堂=") == "食堂="
