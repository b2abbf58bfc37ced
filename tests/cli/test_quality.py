"""`copilot review --conversation` as a quality reviewer meets it: real processes, files in and out, exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

from copilot.cli.quality import Troubles, progress_on

COPILOT = Path(sys.executable).parent / "copilot"
RUDE = "客：快递十天没到，我要投诉！电话13912345678\n我：滚，这不归我管\n"
KIND = "客：你好，几点下班\n我：您好，在线客服全天都在，您随时可以留言。请问还有什么可以帮您？\n"


def run(*arguments: str, home: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COPILOT_") and k != "TELEGRAM_BOT_TOKEN"}
    done = subprocess.run(
        [COPILOT, "review", *arguments], input=stdin, capture_output=True, timeout=120, check=False,
        env={**clean, "COPILOT_HOME": str(home), "COLUMNS": "120"},
    )  # fmt: skip
    said, told = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in told, told
    return subprocess.CompletedProcess(done.args, done.returncode, said, told)


def test_a_dialogue_is_shown_turn_by_turn_with_findings_and_scores(built_home: Path, tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text(RUDE, encoding="gbk")
    done = run("--conversation", str(tmp_path / "d.txt"), home=built_home)
    assert done.returncode == 1
    for expected in ("2 条消息，客服 1 条", "不可发送", "协议 1.2.1", "【手机号】", "2.2–2.5", "未核查", "可以这样说："):
        assert expected in done.stdout, done.stdout
    assert "13912345678" not in done.stdout


def test_a_dialogue_without_findings_exits_with_zero(built_home: Path) -> None:
    done = run("--conversation", home=built_home, stdin=KIND.encode())
    assert done.returncode == 0, done.stdout
    assert "没有发现问题" in done.stdout


def test_a_json_conversation_has_response_times(built_home: Path, tmp_path: Path) -> None:
    turns = [
        {"role": "customer", "text": "在吗", "at": "2026-03-01T10:00:00+08:00"},
        {"role": "agent", "text": "您好，请问有什么可以帮您？", "at": "2026-03-01T02:01:15Z"},
    ]
    (tmp_path / "c.json").write_text(json.dumps({"id": "A", "turns": turns}), "utf-8")
    done = run("--conversation", str(tmp_path / "c.json"), home=built_home)
    assert "客户等了 1 分 15 秒，在线要求 30 秒以内回复。" in done.stdout
    assert done.returncode == 1


def test_a_file_gives_a_summary_a_report_and_a_line_for_each_bad_row(built_home: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "chats.csv", tmp_path / "report.xlsx"
    source.write_text(
        "会话,时间,角色,内容,客服姓名\nA,2026-03-01 10:00:00,客户,我要投诉,\nA,2026-03-01 10:00:40,客服,滚,王小明\n"
        "B,,店小二,嗯,\n", encoding="gbk"
    )  # fmt: skip
    done = run("--conversation", str(source), "--out", str(out), home=built_home)
    assert done.returncode == 1
    assert "chats.csv 第 4 行" in done.stderr
    assert "检查 chats.csv" in done.stderr
    for expected in ("各条款组平均分", "粗话脏话", "协议 1.2.1", "响应时间中位数", "漏掉的步骤", "评分办法"):
        assert expected in done.stdout, done.stdout
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["汇总", "会话", "发现"]
    assert "王小明" not in str([[cell.value for row in sheet for cell in row] for sheet in book])


def test_a_file_without_bad_rows_exits_with_zero(built_home: Path, tmp_path: Path) -> None:
    source = tmp_path / "c.jsonl"
    source.write_text('{"id": 1, "turns": [{"role": "agent", "text": "滚"}]}\n', "utf-8")
    done = run("--conversation", str(source), "--out", str(tmp_path / "r.html"), home=built_home)
    assert done.returncode == 0, done.stderr
    assert "会话质检报告" in (tmp_path / "r.html").read_text("utf-8")


def test_the_machine_gets_one_object_for_each_line(built_home: Path) -> None:
    lines = [
        {"id": 7, "turns": [{"role": "customer", "text": "你好"}, {"role": "agent", "text": "滚"}]},
        {"id": 8, "turns": [{"role": "passer-by", "text": "?"}]},
        {"id": 9, "reply": "滚"},
    ]
    done = run("--conversation", "--jsonl", home=built_home, stdin="\n".join(map(json.dumps, lines)).encode())
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first["id"] == 7
    assert "1.2.1" in [finding["clause"] for finding in first["findings"]]
    assert second["error"].startswith("line 2: ")
    assert third["error"].startswith("line 3: ")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--conversation", "nowhere.txt"], "找不到这个文件"),
        (["--conversation", "a.csv", "--out", "r.pdf"], "xlsx、html 或 jsonl"),
        (["--conversation"], "是空的"),
        (["您好", "--out", "r.xlsx"], "--conversation"),
        (["您好", "在的"], "引号"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_remedy(built_home: Path, arguments: list[str], expected: str) -> None:
    done = run(*arguments, home=built_home)
    assert done.returncode == 2
    assert expected in done.stderr


def test_thousands_of_bad_rows_are_counted_rather_than_listed() -> None:
    console = Console(record=True, width=100, quiet=False, file=open(os.devnull, "w"))  # noqa: SIM115
    troubles = Troubles(console)
    for number in range(1_000):
        troubles.tell(f"第 {number} 行")
    troubles.finish()
    lines = console.export_text().splitlines()
    assert len(lines) == 21
    assert "980" in lines[-1]
    console.file.close()


def test_the_bar_grows_with_what_is_found() -> None:
    with open(os.devnull, "w") as sink:
        console = Console(record=True, width=100, file=sink, force_terminal=True)
        with progress_on(console) as report:
            report("检查 a.csv", 0, 10)
            report("检查 a.csv", 12, 12)
        assert "12/12" in console.export_text()
