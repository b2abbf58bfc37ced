"""`copilot procedures`: what a team sees of its own ways through a case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.app import app
from copilot.cli.opening import Chosen
from copilot.procedures import CaseBook
from copilot.workspace import Workspace, builtin_workspace

RUNNER = CliRunner()
OWN = """\
id: recall
title: 召回通知
description: 逐位通知买了召回商品的客户。
clause: {document: agreement, clause: "2.2"}
opened_by:
  - {signal: replied}
steps:
  - {number: 1, id: tell, title: 说明召回, requirement: 说清哪件商品、什么风险。, hint: 先请客户停用。, clause: {document: agreement, clause: "2.2"}, next: agree, completed_by: [{signal: safety}]}
  - {number: 2, id: agree, title: 约定取回, requirement: 约好取回时间。, hint: 问什么时间方便。, clause: {document: agreement, clause: "2.2"}, completed_by: [{signal: consented}]}
"""


@pytest.fixture(autouse=True)
def no_workspace_stays_chosen() -> None:
    Chosen.workspace = None


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A team's own workspace, with a procedure of its own."""
    root = Path(shutil.copytree(builtin_workspace().root / "knowledge", tmp_path / "team" / "knowledge")).parent
    (root / "prompts").mkdir()
    (root / "knowledge" / "procedures" / "recall.yaml").write_text(OWN, encoding="utf-8")
    return root


def test_the_built_in_data_has_no_trouble() -> None:
    done = RUNNER.invoke(app, ["procedures", "check"])
    assert done.exit_code == 0, done.output
    assert "投诉处理六步（complaint，6 步）" in done.output


def test_a_procedure_is_drawn_with_its_steps_in_order_and_its_way_back() -> None:
    lines = RUNNER.invoke(app, ["procedures", "show", "complaint"]).output.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("  ▼")] == ["1", "2", "3", "4", "5", "6"]
    assert any("↩ 退回这一步：rejected（客户" in line for line in lines)
    assert any("时限：查明原因、提出方案——开始起 24 小时内做完第 3 步" in line for line in lines)


def test_without_a_name_all_procedures_are_listed() -> None:
    output = RUNNER.invoke(app, ["procedures", "show"]).output
    assert [line.split("　")[0] for line in output.splitlines()] == ["complaint", "emergency", "service"]


def test_a_teams_own_procedure_is_checked_drawn_and_found_by_name(team: Path) -> None:
    assert RUNNER.invoke(app, ["--workspace", str(team), "procedures", "check"]).exit_code == 0
    assert "▼ 2 约定取回" in RUNNER.invoke(app, ["--workspace", str(team), "procedures", "show", "召回通知"]).output
    record = CaseBook(Workspace(team)).procedure("召回")
    assert record is not None
    assert record.id == "recall"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("procedures/recall.yaml", "next: agree", "next: agre", "没有这个步骤"),
        ("procedures/recall.yaml", 'agreement, clause: "2.2"}', 'agreement, clause: "9.9"}', "没有条款 agreement 9.9"),
        ("procedures/complaint.yaml", "until: understand,", "until: undrstand,", "没有这个步骤"),
        ("clocks.yaml", "nudge_s: 20,", "nudge_s: 40,", "nudge_s 要比 limit_s 小"),
        ("holidays.yaml", "first: 2026-10-01", "first: 2026-10-32", "没有 2026-10-32 这一天"),
        ("holidays.yaml", "last: 2026-10-07", "last: 2026-09-07", "last 要在 first 当天或之后"),
        ("solutions.yaml", "most: 300,", "most: 30,", "从低到高"),
        ("procedures/signals.yaml", "      hit: [三月五号]", "      hit: [三月五号, '']", "signals.yaml"),
        ("procedures/signals.yaml", "miss: [你好, 您好，在吗？]", "miss: [你好, 冰箱坏了]", "也认成了它"),
    ],
)
def test_a_mistake_is_named_and_the_exit_status_says_so(team: Path, file: str, old: str, new: str, said: str) -> None:
    target = team / "knowledge" / file
    text = target.read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = RUNNER.invoke(app, ["--workspace", str(team), "procedures", "check"])
    assert done.exit_code == 1
    assert said in done.output
