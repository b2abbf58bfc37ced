"""The commands as a person meets them: real processes, exit status, plain Chinese, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

COPILOT = Path(sys.executable).parent / "copilot"


def run(*arguments: str, home: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPILOT_") and k != "TELEGRAM_BOT_TOKEN"}
    return subprocess.run(
        [COPILOT, *arguments], input=stdin, capture_output=True, text=True, timeout=120, check=False,
        env={**clean, "COPILOT_HOME": str(home), **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (["review", "您好，我马上为您查一下物流，请您稍等两分钟。", "--customer", "我的快递到哪了"], 0, "可以发送"),
        (["review", "滚，爱买不买", "--customer", "你好"], 1, "请不要这样发"),
        (["review", "这不归我管", "--customer", "你好"], 1, "建议修改后再发"),
        (["read", "等了半个月还没发货，我要投诉！"], 0, "是否投诉"),
        (["suggest", "快递丢了怎么办"], 0, "依据："),
        (["ask", "电话响几声之内要接"], 0, "2.1"),
        (["ask", "明天北京天气怎么样"], 1, "没有查到"),
        (["guide", "客：洗衣机漏水，我要投诉\n我：非常抱歉给您添麻烦了，特别理解您的心情"], 0, "➤ 2."),
        (["mask", "电话13912345678"], 0, "电话"),
        (["practice"], 0, "难度"),
        (["index", "status"], 0, "条款"),
        (["index", "search", "多久回复客户"], 0, "agreement 2.1"),
    ],
)
def test_each_command_answers_a_person(built_home: Path, arguments: list[str], status: int, expected: str) -> None:
    done = run(*arguments, home=built_home)
    assert expected in done.stdout, done
    assert done.returncode == status
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["review", "read", "suggest", "ask", "guide", "mask"])
def test_a_command_without_text_says_what_to_give(built_home: Path, command: str) -> None:
    done = run(command, home=built_home)
    assert done.returncode == 2
    assert "请给出" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_workspace_is_named_with_file_and_line(built_home: Path, tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "team"), home=built_home).returncode == 0
    broken = tmp_path / "team" / "knowledge" / "norms" / "broken.yaml"
    broken.write_text("- id: x\n  nonsense: 1\n", encoding="utf-8")
    done = run("--workspace", str(tmp_path / "team"), "review", "您好", home=built_home)
    assert done.returncode == 2
    assert "knowledge/norms/broken.yaml:" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_overwrites_nothing(built_home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    done = run("init", str(tmp_path), home=built_home)
    assert done.returncode == 2
    assert "未作任何改动" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_doctor_finds_a_healthy_installation_healthy(built_home: Path) -> None:
    done = run("doctor", home=built_home)
    assert done.returncode == 0, done.stdout
    for subject in ("设置", "工作区", "索引", "数据库", "语言模型", "Telegram"):
        assert subject in done.stdout


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("COPILOT_WEB_PORT", "http", "COPILOT_WEB_PORT"),
        ("COPILOT_WORKSPACE", "/nonexistent/place", "copilot init"),
        ("COPILOT_DATABASE_URL", "sqlite+aiosqlite:////dev/null/x.db", "数据库"),
        ("COPILOT_MODEL", "nosuch:model", "COPILOT_MODEL"),
    ],
)
def test_the_doctor_says_what_is_wrong_and_what_to_do(
    built_home: Path, variable: str, value: str, expected: str
) -> None:
    done = run("doctor", home=built_home, **{variable: value})
    assert done.returncode == 1
    assert any("✘" in line and expected in line for line in done.stdout.splitlines()), done.stdout


def test_the_doctor_names_a_phrase_that_cites_a_clause_which_does_not_exist(built_home: Path, tmp_path: Path) -> None:
    team = tmp_path / "team"
    assert run("init", str(team), home=built_home).returncode == 0
    bank = team / "knowledge" / "phrases" / "bank" / "own.yaml"
    bank.write_text(
        "- {id: own-1, text: 您好，请先离开危险的地方。, stage: solve, style: act, cites: [emergencies 9.9]}\n", encoding="utf-8"
    )
    done = run("--workspace", str(team), "doctor", home=tmp_path / "home")
    assert done.returncode == 1
    assert "emergencies 9.9" in done.stdout


def test_the_doctor_names_a_misspelt_variable(built_home: Path) -> None:
    assert "COPILOT_WORKSPASE" in run("doctor", home=built_home, COPILOT_WORKSPASE="x").stdout


def test_practice_runs_to_a_scorecard_in_the_terminal(built_home: Path) -> None:
    first = run("practice", home=built_home).stdout.split()[0]
    done = run("practice", first, home=built_home, stdin="您好，非常抱歉给您带来不便，我理解您的心情。\n结束\n")
    assert done.returncode == 0, done.stderr
    assert "客户：" in done.stdout
    assert "分" in done.stdout


def test_an_unknown_scenario_is_answered_with_the_known_ones(built_home: Path) -> None:
    done = run("practice", "no-such", home=built_home)
    assert done.returncode == 2
    assert "现有场景" in done.stderr


def test_help_is_instant(built_home: Path) -> None:
    run("--help", home=built_home)
    started = time.monotonic()
    assert run("--help", home=built_home).returncode == 0
    assert time.monotonic() - started < 1.2, "three times the budget of 0.4 s"


def test_reviewing_imports_neither_torch_nor_the_index(built_home: Path) -> None:
    code = (
        "import sys\nfrom copilot.cli import main\nsys.argv=['copilot','review','您好']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('torch','chromadb','langchain','sqlalchemy','telegram','nicegui','sklearn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "COPILOT_HOME": str(built_home)},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unexpected_failure_is_one_polite_line(capsys: pytest.CaptureFixture[str]) -> None:
    from copilot.cli.app import _guarded

    def broken(**_: object) -> None:
        raise ZeroDivisionError("secret detail")

    assert _guarded(broken) == 3
    said = capsys.readouterr().err
    assert "出了意外（ZeroDivisionError）" in said
    assert "COPILOT_LOG_LEVEL=DEBUG" in said
    assert "secret detail" not in said


def test_a_rebuild_puts_a_new_generation_beside_the_one_that_serves(built_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(built_home, tmp_path / "home"))
    manifest = home / "index" / "current.json"
    before = json.loads(manifest.read_text("utf-8"))["generation"]
    done = run("index", "rebuild", home=home)
    assert done.returncode == 0, done.stderr
    assert "条款" in done.stdout
    after = json.loads(manifest.read_text("utf-8"))
    assert after["generation"] != before
    assert after["previous"] == before
