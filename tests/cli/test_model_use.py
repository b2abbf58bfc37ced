"""What a trainer reads about the language model: in the doctor, and day by day with `copilot model`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.cli.app import app
from copilot.cli.doctor_model import look_at_use
from copilot.llm import LEDGER_FILE, REMEDIES, WHYS, Ledger, Use
from copilot.settings import Settings, load_settings

NOW = datetime.now().astimezone()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path, model="openai:m")


def book(settings: Settings, now: datetime = NOW) -> Ledger:
    return Ledger(settings.home / LEDGER_FILE, lambda: now)


def test_every_cause_has_a_name_and_a_remedy() -> None:
    assert REMEDIES.keys() == WHYS.keys()


def test_a_day_without_a_question_is_no_zero(settings: Settings) -> None:
    assert look_at_use(settings) == ("ok", "今天还没有用过。")


def test_the_doctor_names_the_causes_the_latest_and_what_to_do(settings: Settings) -> None:
    ledger = book(settings)
    ledger.answered(Use(9, 900, 90))
    ledger.fell_silent("rate_limit", Use(1, 10, 0))
    for _ in range(2):
        ledger.fell_silent("timeout", Use(1, 10, 0), NOW + timedelta(hours=1))
    state, told = look_at_use(settings)
    assert state == "note"
    assert "超时 2 次、请求太频繁或额度用完 1 次" in told
    assert "之后自动再试" in told
    assert "COPILOT_MODEL_TIMEOUT_S" in told


def test_what_works_again_is_said_to_work(settings: Settings) -> None:
    ledger = book(settings)
    ledger.fell_silent("server", Use(1, 10, 0))
    ledger.answered(Use(1, 10, 5))
    told = look_at_use(settings)[1]
    assert "现在已经恢复" in told
    assert "最近一次" not in told


def test_the_days_are_listed_with_the_newest_first(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    book(settings, NOW - timedelta(days=1)).answered(Use(3, 30, 3))
    book(settings).fell_silent("held_back", Use(1, 10, 5))
    monkeypatch.setenv("COPILOT_HOME", str(settings.home))
    monkeypatch.setenv("COPILOT_MODEL", "openai:m")
    told = CliRunner().invoke(app, ["model"]).output.splitlines()
    assert [line.split("　")[0] for line in told] == [f"{NOW:%Y-%m-%d}", f"{NOW - timedelta(days=1):%Y-%m-%d}"]
    assert "回答没有通过审核 1 次" in told[0]
    assert "全部用上了" in told[1]
    rows = [json.loads(line) for line in CliRunner().invoke(app, ["model", "--jsonl"]).output.splitlines()]
    assert rows[0]["silent"] == {"held_back": 1}
    assert rows[1]["requests"] == 3
    assert CliRunner().invoke(app, ["model", "--days", "1"]).output.count("问了") == 1


def test_where_none_was_ever_asked_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path))
    monkeypatch.delenv("COPILOT_MODEL", raising=False)
    assert "离线运行" in CliRunner().invoke(app, ["model"]).output
