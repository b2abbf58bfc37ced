"""The process dies at the worst moment, and several processes share one database."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from fakes.dialogue import Dialogue
from fakes.whole_case import AGENT, NOW, WHOLE_CASE, event_of, screen_of

from copilot.desk import TextWritten
from copilot.store import Store

ROOT = Path(__file__).parents[2]


async def _process(url: str, key: str, text: str, when: str) -> tuple[int, str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fakes.one_event", url, AGENT, key, text, when,
        env={**os.environ, "PYTHONPATH": path}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, output.decode().strip()


@pytest.mark.parametrize(("when", "duplicate"), [("after", True), ("before", False)])
async def test_killed_at_the_commit_the_message_counts_once_and_its_card_is_shown(
    tmp_path: Path, when: str, duplicate: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    status, output = await _process(url, "tg:1", "快递到哪了", when)
    assert (status, output) == (-9, "")
    store = await Store.open(url)
    chat = Dialogue(store, agent=AGENT)
    reply = await chat.desk.handle(AGENT, TextWritten("快递到哪了", role="customer", key="tg:1"))
    assert reply.duplicate is duplicate
    assert reply.cards[0].button("复制 1")
    assert await chat.turns() == [("customer", "快递到哪了")]
    chat.reply = reply
    await chat.tap("复制 1")
    assert len(await chat.turns()) == 2
    await store.close()


async def test_a_whole_case_whose_process_is_killed_at_every_commit_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fakes.killed_walk", f"sqlite:///{tmp_path / 'killed.db'}",
        env={**os.environ, "PYTHONPATH": path}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0
    store = await Store.open(f"sqlite:///{tmp_path / 'whole.db'}")
    chat, expected = Dialogue(store, agent=AGENT), []
    chat.at = NOW
    for step in WHOLE_CASE:
        await chat.desk.handle(AGENT, await event_of(step, chat))
        expected.append(await screen_of(chat))
    await store.close()
    assert json.loads(output) == expected


async def test_processes_that_work_for_one_agent_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    results = await asyncio.gather(*(_process(url, f"tg:{n // 2}", f"第{n // 2}句", "never") for n in range(6)))
    assert sorted(output for _status, output in results) == sorted(["1 False"] * 3 + [o for _s, o in results if "True" in o])
    assert sum("True" in output for _status, output in results) == 3
    store = await Store.open(url)
    assert sorted(await Dialogue(store, agent=AGENT).turns()) == [("customer", f"第{n}句") for n in range(3)]
    await store.close()
