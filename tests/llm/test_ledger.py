"""The book of a model's use: by day, kept over a restart, shared by processes, and never in anybody's way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copilot.llm import Ledger, Use

DAY = datetime(2026, 5, 1, 23, 30, tzinfo=UTC)


def test_use_adds_up_and_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "home" / "use.json"
    ledger = Ledger(path, lambda: DAY)
    ledger.answered(Use(1, 100, 20, 0.5))
    ledger.fell_silent("timeout", Use(1, 100, 0, 0.1))
    again = Ledger(path, lambda: DAY).today()
    assert (again.requests, again.tokens, again.silent) == (2, 220, {"timeout": 1})
    assert again.cost == pytest.approx(0.6)


def test_another_process_over_the_same_home_is_seen(tmp_path: Path) -> None:
    one, other = Ledger(tmp_path / "use.json", lambda: DAY), Ledger(tmp_path / "use.json", lambda: DAY)
    one.answered(Use(1, 10, 10))
    other.answered(Use(1, 5, 5))
    assert one.today().tokens == other.today().tokens == 30


def test_a_new_day_begins_with_nothing_and_the_old_one_stays(tmp_path: Path) -> None:
    now = [DAY]
    ledger = Ledger(tmp_path / "use.json", lambda: now[0])
    ledger.answered(Use(1, 10, 10))
    now[0] += timedelta(hours=1)
    assert ledger.today() == Use()
    assert ledger.day("2026-05-01").tokens == 20


def test_the_last_silence_is_told_until_the_model_answers_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "use.json", lambda: DAY)
    until = DAY + timedelta(seconds=60)
    ledger.fell_silent("rate_limit", Use(1), until)
    silence = Ledger(tmp_path / "use.json").silence
    assert silence is not None
    assert (silence.why, silence.at, silence.until) == ("rate_limit", DAY, until)
    ledger.given_up(Use(1))
    assert ledger.silence is not None
    ledger.answered(Use(1))
    assert Ledger(tmp_path / "use.json").silence is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"days": {"2026-05-01": {}}, "silence": null}'])
def test_a_book_that_cannot_be_read_is_begun_afresh(tmp_path: Path, content: str) -> None:
    path = tmp_path / "use.json"
    path.write_text(content)
    ledger = Ledger(path, lambda: DAY)
    ledger.answered(Use(1, 3, 4))
    assert Ledger(path, lambda: DAY).today().tokens == 7


def test_a_folder_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    ledger = Ledger(blocked / "use.json", lambda: DAY)
    ledger.answered(Use(1, 3, 4))
    assert ledger.today().tokens == 7


def test_days_long_past_are_let_go(tmp_path: Path) -> None:
    now = [DAY]
    ledger = Ledger(tmp_path / "use.json", lambda: now[0])
    for _ in range(80):
        ledger.answered(Use(1, 1, 1))
        now[0] += timedelta(days=1)
    assert ledger.day("2026-05-01") == Use()
    assert ledger.day(str((now[0] - timedelta(days=1)).date())).tokens == 2
