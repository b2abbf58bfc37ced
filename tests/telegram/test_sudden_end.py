"""The process is killed (SIGKILL) while it tells a reminder: the next one tells it, and nobody reads it twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.bot_api import FakeBotApi
from fakes.dialogue import Dialogue
from fakes.doomed_telling import DEATHS, telling_bot
from fakes.stores import open_store

from copilot.desk import Duty
from copilot.desk.reminding import LEASE
from copilot.store import ReminderKind, Store

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
AGENT, SUPERVISOR = 4711, 900


@dataclass(frozen=True)
class Case:
    """A reminder of this kind is due after `due`; the chat of `reader` shows it with these words."""

    kind: ReminderKind
    due: timedelta
    reader: int
    words: str


WAIT = Case("wait", timedelta(seconds=31), AGENT, "还没有回复")
PROMISE = Case("promise", timedelta(hours=1, minutes=46), AGENT, "您答应过")
ALERT = Case("alert", timedelta(), SUPERVISOR, "请在 5 分钟内确认接手")


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.db'}"


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with open_store(database) as opened:
        yield opened


async def _something_due(store: Store, case: Case) -> None:
    chat = Dialogue(store, agent=f"tg:{AGENT}", duty=Duty.of_chats((str(SUPERVISOR),), 5))
    chat.at = NOW
    await chat.customer("家里一股燃气味" if case is ALERT else "快递到哪了")
    if case is PROMISE:
        await chat.draft("两小时内给您回电。")
        await chat.tap("复制")
        await chat.tap("前提醒我")


async def _killed(database: str, api: FakeBotApi, when: str, now: datetime) -> int:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fakes.doomed_telling", database, api.url, api.token, when, now.isoformat(),
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    return await asyncio.wait_for(process.wait(), 60)


async def _told(store: Store, case: Case) -> bool:
    async with store.unit_of_work() as work:
        return all(each.stage == 1 for each in await work.reminders(case.kind))


@pytest.mark.parametrize(
    ("when", "case"),
    [
        *zip(DEATHS, (WAIT, PROMISE, ALERT, WAIT, PROMISE), strict=True),
        ("after the word is sent", ALERT), ("after the card takes its place", ALERT),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)  # fmt: skip
async def test_killed_while_telling_a_reminder_is_neither_lost_nor_read_twice(
    api: FakeBotApi, store: Store, database: str, when: str, case: Case
) -> None:
    await _something_due(store, case)
    chat = api.chat(case.reader)
    chat.started = True
    assert await _killed(database, api, when, NOW + case.due) == -signal.SIGKILL
    read = [case.words in each.text for each in chat.messages.values()]
    assert read == {"before the word is sent": [], "after the word is sent": [False]}.get(when, ["after" in when])

    later = NOW + case.due + LEASE + timedelta(seconds=1)
    async with telling_bot(store, api.url, api.token, later), asyncio.timeout(20):
        while not await _told(store, case):  # noqa: ASYNC110 — what is waited for is written through another connection
            await asyncio.sleep(0.1)
    assert [case.words in each.text for each in chat.messages.values()].count(True) == 1
    lost_words = 1 if when == "after the word is sent" else 0  # its number died with the process; it says no more than that
    assert len(chat.messages) == 1 + lost_words                # something comes
    assert sum(case.words in each.text for each in chat.sent) == 0  # what is said comes by an edit, which repeats nothing
    async with store.unit_of_work() as work:
        assert await work.claim_due_reminders(later, LEASE, f"tg:{case.reader}") == ()
