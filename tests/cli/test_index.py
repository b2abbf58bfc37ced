"""`copilot index` as a knowledge owner meets it: files in, a report on each, versions by date, and what changed."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from fakes.clauses import small_workspace

from copilot.cli.app import main
from copilot.cli.doctor import Diagnosis, diagnose
from copilot.engine import Copilot
from copilot.retrieval import Index
from copilot.workspace import Workspace

HANDBOOK = """客户服务手册

第一章 受理
第一条 投诉答复
客户投诉应在 24 小时内答复，并登记工单编号。
第二条 电话接听
来电应在铃响五声之内接起，先报姓名。

第 1 页 共 1 页
"""
OTHER = "售后服务标准\n\n1.1 答复投诉\n对客户的投诉，四十八小时内答复客户。\n1.2 工具保管\n工具箱用完以后放回原来的柜子并且锁好。\n"


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = small_workspace(tmp_path / "workspace")
    (made.knowledge / "questions/all.yaml").write_text("", "utf-8")
    return made


@pytest.fixture
def run(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs `copilot --workspace … index …` in this process."""
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])

    def invoke(*arguments: object) -> Done:
        argv = ["copilot", "--workspace", str(workspace.root), "index", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", argv)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return invoke


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def test_a_file_is_added_reported_and_found(run: Run, tmp_path: Path) -> None:
    done = run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    assert done.status == 0
    assert "✔ handbook.txt → handbook《客户服务手册》，新加入，2 条，一直有效" in done.out
    assert re.search(r"略去 \d+ 处：.*页码|略去 \d+ 处：.*页眉页脚", done.out)
    assert "索引：文件 3 份，条款 9 条" in done.out
    found = run("search", "电话铃响几声之内接", "--top", 3)
    assert found.status == 0
    assert "handbook 第二条" in found.out
    assert "来电应在铃响五声之内接起" in found.out


def test_what_was_left_out_is_listed_only_on_request(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "handbook.txt", HANDBOOK)
    short, long = run("add", "--dry-run", file), run("add", "--dry-run", "--verbose", file)
    assert "第 1 页 共 1 页" not in short.out
    assert "第 1 页 共 1 页" in long.out


def test_a_broken_file_is_one_line_and_the_others_go_in(run: Run, tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "files"
    write(folder / "handbook.txt", HANDBOOK, "gbk")
    (folder / "broken.docx").write_bytes(b"no archive")
    write(folder / "empty.md", "")
    done = run("add", folder, tmp_path / "missing.pdf")
    assert done.status == 1
    assert "handbook《客户服务手册》" in done.out
    lines = [line for line in done.err.splitlines() if line.startswith("✘")]
    assert [next(name for name in ("missing.pdf", "broken.docx", "empty.md") if name in line) for line in lines] == [
        "missing.pdf", "broken.docx", "empty.md",
    ]  # fmt: skip
    assert "Traceback" not in done.err
    assert [path.name for path in (workspace.knowledge / "documents").iterdir()] == ["handbook.md"]


def test_the_same_file_again_says_so(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "handbook.txt", HANDBOOK)
    run("add", file)
    done = run("add", file)
    assert (done.status, "没有变化" in done.out, "索引：" in done.out) == (0, True, False)


def test_a_dry_run_leaves_no_trace(run: Run, tmp_path: Path, workspace: Workspace) -> None:
    done = run("add", "--dry-run", write(tmp_path / "handbook.txt", HANDBOOK))
    assert "没有写入" in done.out
    assert not (workspace.knowledge / "documents").exists()
    assert not (tmp_path / "home/index").exists()


def test_disagreements_and_repetitions_are_told_with_the_file_and_in_the_status(run: Run, tmp_path: Path) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    done = run("add", write(tmp_path / "standards.txt", OTHER))
    assert "数字不一致 1 处：" in done.out
    assert "handbook 第一条 说 24 小时，standards 1.1 说 四十八小时" in done.out
    again = run("add", write(tmp_path / "copy.txt", OTHER.replace("售后服务标准", "另一份标准")), "--id", "copy")
    assert "standards 1.2 与 copy 1.2 相同" in again.out
    status = run("status").out
    assert "数字不一致 3 处，内容重复 2 处。" in status  # the third: agreement 2.1 says three rings, handbook five
    assert re.search(r"standards +售后服务标准 +2 +一直有效 +导入：standards\.txt", status)


def test_versions_are_searched_by_date(run: Run, tmp_path: Path) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK), "--from", "2025-01-01")
    changed = write(tmp_path / "handbook.txt", HANDBOOK.replace("24 小时", "36 小时"))
    done = run("add", changed, "--from", "2026-01-01")
    assert "新版本，旧版本到 2026-01-01 为止" in done.out
    old, new = (run("search", "投诉多久答复", "--on", day).out for day in ("2025-06-01", "2026-06-01"))
    assert ("24 小时内答复" in old, "36 小时" in old) == (True, False)
    assert ("24 小时内答复" in new, "36 小时内答复" in new) == (False, True)
    assert "handbook@2026-01-01 第一条" in new
    status = run("status").out
    assert re.search(r"handbook +客户服务手册 +2 +2025-01-01 起，到 2026-01-01 为止（已失效）", status)


def test_diff_shows_what_the_index_does_not_know_yet(run: Run, tmp_path: Path, workspace: Workspace) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    assert run("diff") == Done(0, "没有变化。\n", "")
    stored = workspace.knowledge / "documents/handbook.md"
    stored.write_text(stored.read_text("utf-8").replace("24 小时", "12 小时"), "utf-8")
    done = run("diff")
    assert done.status == 1
    assert "～ 改动 handbook 第一条" in done.out
    assert "[-24-][+12+]" in done.out
    assert "knowledge/documents/handbook.md" in run("status").out
    run("rebuild")
    assert run("diff").status == 0


def test_diff_shows_what_adding_a_file_would_change(run: Run, tmp_path: Path) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    changed = HANDBOOK.replace("五声", "三声").replace("第 1 页", "第三条 着装\n上班要穿工服。\n第 1 页")
    done = run("diff", write(tmp_path / "handbook.txt", changed))
    assert done.status == 1
    assert "[-五-][+三+]" in done.out
    assert re.search(r"＋ 新增 \S+ 第三条", done.out)
    assert "第一条" not in done.out


def test_removing_takes_the_document_out_of_the_index(run: Run, tmp_path: Path) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    done = run("remove", "handbook")
    assert "已去掉 handbook《客户服务手册》，共 2 条。" in done.out
    assert "handbook" not in run("search", "电话铃响几声之内接").out
    again = run("remove", "handbook")
    assert (again.status, "没有编号为 handbook" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "handbook.txt", "--from", "明天"], "2026-01-01 的样子"),
        (["search", "退款", "--on", "2026-02-30"], "--on"),
        (["add", "handbook.txt", "handbook2.txt", "--id", "x"], "一份一份"),
        (["add", "handbook.txt", "--id", "手册"], "小写英文"),
        (["diff"], "copilot index rebuild"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("handbook.txt", "handbook2.txt"):
        write(tmp_path / name, HANDBOOK)
    done = run(*arguments)
    assert done.status in (1, 2)
    assert words in done.err
    assert "Traceback" not in done.err


def test_a_status_without_an_index_says_how_to_get_one(run: Run) -> None:
    done = run("status")
    assert (done.status, "还没有建立索引" in done.out) == (0, True)


def test_what_an_agent_asks_is_answered_from_todays_version(run: Run, tmp_path: Path, workspace: Workspace) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK), "--from", "2025-01-01")
    run("add", write(tmp_path / "handbook.txt", HANDBOOK.replace("五声", "四声")), "--from", "2026-06-01")
    answers = []
    for day in (date(2026, 1, 1), date(2026, 7, 1)):
        index = Index.open(workspace, tmp_path / "home", today=lambda day=day: day)
        hits = index.search("来电应在铃响几声之内接起", 10)
        answers.append([hit.clause.text[:14] for hit in hits if hit.clause.document == "handbook"])
        index.close()
    assert ["五声" in answer[0] for answer in answers] == [True, False]
    assert ["四声" in answer[0] for answer in answers] == [False, True]


def test_the_doctor_names_the_first_figure_that_documents_disagree_on(
    run: Run, tmp_path: Path, workspace: Workspace
) -> None:
    def documents() -> Diagnosis:
        return next(found for found in diagnose(workspace.root) if found.subject == "文件")

    assert documents().state == "ok"
    run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    found = documents()
    assert found.state == "note"
    assert "数字不一致 1 处，如 agreement 2.1 说 三声，handbook 第二条 说 五声" in found.remark


def test_the_engine_sees_the_documents_of_its_home(tmp_path: Path) -> None:
    write(tmp_path / "documents/extra.md", "---\nid: extra\ntitle: 加入\n---\n# 【第一条】题\n正文\n")
    engine = Copilot(small_workspace(tmp_path / "workspace"), tmp_path)
    assert "extra" in {clause.document for clause in engine.index.clauses}


_KILLED = """
import sys, time
import copilot.cli.progress as progress
def index_progress():
    def report(step, done, total):
        print(step, flush=True)
        time.sleep(60 if step == "建立语义索引" else 0)
    return report
progress.index_progress = index_progress
from copilot.cli.app import main
from copilot.cli.doctor import Diagnosis, diagnose
sys.argv = {argv!r}
main()
"""


def test_an_add_killed_while_it_indexes_leaves_index_and_documents_working(
    run: Run, tmp_path: Path, workspace: Workspace
) -> None:
    run("add", write(tmp_path / "handbook.txt", HANDBOOK))
    before = (tmp_path / "home/index/current.json").read_bytes()
    file = write(tmp_path / "standards.txt", OTHER)
    argv = ["copilot", "--workspace", str(workspace.root), "index", "add", str(file)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "COPILOT_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED.format(argv=argv)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        while (line := process.stdout.readline().strip()) != "建立语义索引":
            assert line or process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "home/index/current.json").read_bytes() == before
    assert "standards 1.1" in run("search", "四十八小时内答复投诉").out
    assert not list((workspace.knowledge / "documents").glob(".*"))
