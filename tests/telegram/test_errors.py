"""What agents are told when something fails, and what the log is spared."""

from __future__ import annotations

import logging

import pytest
from telegram.error import Conflict, NetworkError

from copilot.errors import StoreError
from copilot.logs import new_reference
from copilot.telegram.errors import NotShownError, PollingTroubles, what_to_say


def test_a_surprise_is_told_without_its_details() -> None:
    told = what_to_say(KeyError("secret"), "A1B2C3")
    assert "A1B2C3" in told
    assert "secret" not in told


def test_our_own_errors_speak_for_themselves() -> None:
    assert what_to_say(StoreError("数据库打不开。"), "A1B2C3") == "数据库打不开。\n（编号 A1B2C3）"


def test_what_is_saved_need_not_be_sent_again() -> None:
    assert "不用重发" in what_to_say(NotShownError(), "A1B2C3")


def test_references_differ() -> None:
    assert len({new_reference() for _ in range(50)}) > 45


def test_a_lasting_trouble_is_logged_once_and_again_after_a_good_answer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    troubles = PollingTroubles()
    for _ in range(5):
        troubles(NetworkError("no route"))
    assert len(caplog.records) == 1
    troubles.over()
    troubles(NetworkError("no route"))
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO", "WARNING"]


def test_a_second_bot_with_the_same_token_is_named_as_the_cause(caplog: pytest.LogCaptureFixture) -> None:
    PollingTroubles()(Conflict("terminated by other getUpdates request"))
    assert "another process" in caplog.text
