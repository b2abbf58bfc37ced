"""How long records stay, what a key rotation does, and what is forgotten with a customer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.plain_copilot import PlainReader
from fakes.stores import open_store

from copilot.cli.housekeeping import purge_daily
from copilot.records import ServiceRecord
from copilot.records.book import RecordBook
from copilot.records.retention import Keeping, customer_found, forget, months_before, purge, rekey
from copilot.records.sealing import Safe, new_key
from copilot.store import Store

NOW = datetime(2026, 8, 31, 9, 0, tzinfo=UTC)
READER = PlainReader()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(f"sqlite:///{tmp_path / 'records.db'}") as opened:
        yield opened


async def keep(store: Store, at: datetime, *, safe: Safe | None = None, complaint: bool = False, contact: str = "13812345678") -> int:
    """A recorded conversation of this time; its number."""
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("tg:1", at)
        turn = await work.add_turn(conversation, "customer", f"我的电话{contact}", "typed", at)
        await work.add_offer(conversation, turn, (), at)
        record = ServiceRecord("陈丽", contact, at, f"快递没到，找{contact}", "已补发", "满意", complaint, number=f"N-{conversation}")
        await RecordBook(work, safe or Safe(), READER, "tg:1", at).keep(record, conversation)
        await work.commit()
    return conversation


async def left(store: Store) -> tuple[int, ...]:
    async with store.unit_of_work() as work:
        return await work.all_conversations()


@pytest.mark.parametrize(
    ("months", "day"), [(6, "2026-02-28"), (1, "2026-07-31"), (24, "2024-08-31"), (8, "2025-12-31"), (18, "2025-02-28")]
)
def test_months_before_end_on_the_last_day_of_a_shorter_month(months: int, day: str) -> None:
    assert months_before(NOW, months).date().isoformat() == day


async def test_each_kind_has_its_own_time_and_the_conversation_goes_with_the_record(store: Store) -> None:
    await keep(store, NOW - timedelta(days=200))
    complaint = await keep(store, NOW - timedelta(days=200), complaint=True)
    young = await keep(store, NOW - timedelta(days=100))
    done = await purge(store, Keeping(), NOW, "server")
    assert (done.records, done.complaints) == (1, 0)
    assert await left(store) == (complaint, young)
    async with store.unit_of_work() as work:
        assert [entry.details["records"] for entry in await work.audit(9) if entry.action == "purged"] == [1]


async def test_a_record_whose_conversation_went_on_stays(store: Store) -> None:
    conversation = await keep(store, NOW - timedelta(days=200))
    async with store.unit_of_work() as work:
        await work.add_turn(conversation, "customer", "又坏了", "typed", NOW - timedelta(days=1))
        await work.commit()
    assert (await purge(store, Keeping(), NOW, "server")).records == 0
    assert await left(store) == (conversation,)


async def test_conversations_that_nobody_recorded_go_after_the_longer_time_for_one_may_be_a_complaint(store: Store) -> None:
    async with store.unit_of_work() as work:
        old = await work.open_conversation("tg:1", NOW - timedelta(days=800))
        await work.add_turn(old, "customer", "在吗", "typed", NOW - timedelta(days=800))
        young = await work.open_conversation("tg:1", NOW - timedelta(days=300))
        await work.commit()
    assert (await purge(store, Keeping(), NOW, "server", dry_run=True)).conversations == 1
    assert await left(store) == (old, young)
    assert (await purge(store, Keeping(), NOW, "server")).conversations == 1
    assert await left(store) == (young,)


async def test_a_server_purges_once_a_day_however_often_it_starts(store: Store) -> None:
    await keep(store, NOW - timedelta(days=200))
    assert await purge_daily(store, Keeping(), lambda: NOW)
    assert await left(store) == ()
    assert not await purge_daily(store, Keeping(), lambda: NOW + timedelta(hours=23))
    assert await purge_daily(store, Keeping(), lambda: NOW + timedelta(hours=25))


async def test_a_clock_that_was_set_back_does_not_stop_the_purge(store: Store) -> None:
    assert await purge_daily(store, Keeping(), lambda: NOW)
    assert await purge_daily(store, Keeping(), lambda: NOW - timedelta(days=30))


async def test_forgetting_takes_every_record_and_every_conversation_with_the_number(store: Store) -> None:
    await keep(store, NOW, contact="13812345678")
    other = await keep(store, NOW, contact="13900001111")
    async with store.unit_of_work() as work:
        unrecorded = await work.open_conversation("tg:2", NOW)
        await work.add_turn(unrecorded, "customer", "回电13812345678", "typed", NOW)
        await work.save_desk_state("tg:2", {"conversation": unrecorded, "counter": 7, "cards": []}, NOW)
        found = await customer_found(work, RecordBook(work, Safe(), READER, "cli:a", NOW), "138-1234-5678")
        assert len(found.records) == 1
        assert len(found.conversations) == 2
        await forget(work, found, NOW, "cli:a")
        assert await work.desk_state("tg:2") == {"counter": 7}
        entry = (await work.audit(1))[0]
        await work.commit()
    assert await left(store) == (other,)
    assert (entry.action, dict(entry.details), entry.record) == ("forgotten", {"records": 1, "conversations": 2}, None)


async def test_a_new_key_reaches_earlier_versions_and_search_and_may_be_run_twice(store: Store) -> None:
    old, new = new_key(), new_key()
    conversation = await keep(store, NOW, safe=Safe(old))
    await keep(store, NOW)
    async with store.unit_of_work() as work:
        book = RecordBook(work, Safe(old), READER, "tg:1", NOW)
        first = await book.of_conversation(conversation)
        assert first is not None
        await book.keep(ServiceRecord("陈丽", "13700000000", NOW, "换号", "", "", number="N-1"), conversation)
        await work.commit()
    both = Safe(new, old)
    assert await rekey(store, both, READER, NOW, "cli:a") == (2, 0)
    assert await rekey(store, both, READER, NOW, "cli:a") == (0, 0)
    async with store.unit_of_work() as work:
        book = RecordBook(work, Safe(new), READER, "tg:1", NOW)
        assert {each.record.contact for each in await book.find("陈丽")} == {"13700000000", "13812345678"}
        (version,) = await work.record_versions(first.id)
        assert Safe(new).open(version.private)["contact"] == "13812345678"
        assert await work.record_keys() == {Safe(new).key_id: 2}


async def test_what_no_key_opens_is_left_as_it_is_and_counted(store: Store) -> None:
    await keep(store, NOW, safe=Safe(new_key()))
    await keep(store, NOW)
    async with store.unit_of_work() as work:
        before = [record.private for record in await work.records("tg:1")][-1]
    assert await rekey(store, Safe(new_key()), READER, NOW, "cli:a") == (1, 1)
    async with store.unit_of_work() as work:
        assert [record.private for record in await work.records("tg:1")][-1] == before
