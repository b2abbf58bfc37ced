from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from copilot.errors import StoreError
from copilot.store import Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


async def test_what_is_not_committed_is_forgotten(store: Store) -> None:
    async with store.unit_of_work() as work:
        await work.save_desk_state("a", {"x": 1}, NOW)
    async with store.unit_of_work() as work:
        assert await work.desk_state("a") is None


async def test_a_failure_inside_forgets_everything_and_passes_on(store: Store) -> None:
    async def fail() -> None:
        async with store.unit_of_work() as work:
            await work.claim_event("a", "k", NOW)
            raise KeyError("x")

    with pytest.raises(KeyError):
        await fail()
    async with store.unit_of_work() as work:
        assert await work.claim_event("a", "k", NOW)


async def test_a_committed_state_is_there_after_reopening(url: str) -> None:
    first = await Store.open(url)
    async with first.unit_of_work() as work:
        await work.save_desk_state("a", {"x": 1}, NOW)
        await work.save_desk_state("a", {"x": [2, "二"]}, NOW)
        await work.commit()
    await first.close()
    second = await Store.open(url)
    async with second.unit_of_work() as work:
        assert await work.desk_state("a") == {"x": [2, "二"]}
    await second.close()


async def test_of_many_claims_of_one_delivery_exactly_one_wins(store: Store, url: str) -> None:
    other = await Store.open(url)

    async def claim(through: Store) -> bool:
        async with through.unit_of_work() as work:
            won = await work.claim_event("a", "tg:1", NOW)
            await asyncio.sleep(0)
            await work.commit()
            return won

    won = await asyncio.gather(*(claim(through) for through in [store, other] * 10))
    await other.close()
    assert sum(won) == 1


async def test_two_stores_on_one_file_lose_no_update(store: Store, url: str) -> None:
    other = await Store.open(url)

    async def count(through: Store) -> None:
        async with through.unit_of_work() as work:
            state = await work.desk_state("a") or {"n": 0}
            await asyncio.sleep(0)
            await work.save_desk_state("a", {"n": state["n"] + 1}, NOW)
            await work.commit()

    await asyncio.gather(*(count(through) for through in [store, other] * 20))
    async with store.unit_of_work() as work:
        assert await work.desk_state("a") == {"n": 40}
    await other.close()


async def test_the_same_key_of_another_agent_is_another_delivery(store: Store) -> None:
    async with store.unit_of_work() as work:
        assert await work.claim_event("a", "k", NOW)
        assert await work.claim_event("b", "k", NOW)
        assert not await work.claim_event("a", "k", NOW)
        await work.forget_events(datetime(2027, 1, 1, tzinfo=UTC))
        assert await work.claim_event("a", "k", NOW)


async def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", NOW)
        await work.add_turn(conversation, "customer", "在吗", "typed", NOW.astimezone())
        (turn,) = await work.turns(conversation)
    assert turn.at == NOW
    assert turn.at.tzinfo is UTC


async def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        async with store.unit_of_work() as work:
            await work.open_conversation("a", NOW.replace(tzinfo=None))


async def test_a_withdrawn_turn_is_out_of_the_conversation_but_not_erased(store: Store, url: str) -> None:
    async with store.unit_of_work() as work:
        conversation = await work.open_conversation("a", NOW)
        turn = await work.add_turn(conversation, "customer", "在吗", "typed", NOW)
        await work.withdraw_turn(turn, NOW)
        assert await work.turns(conversation) == ()
        await work.commit()
    with closing(sqlite3.connect(url.partition("///")[2])) as connection:
        assert connection.execute("select text from turns").fetchall() == [("在吗",)]


async def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(StoreError):
        async with store.unit_of_work() as work:
            await work.add_turn(4711, "customer", "在吗", "typed", NOW)


async def test_who_was_let_in_stays_in(store: Store) -> None:
    assert not await store.is_telegram_user_allowed(4711)
    await store.allow_telegram_user(4711, "@wang")
    await store.allow_telegram_user(4711, "@li")
    assert await store.is_telegram_user_allowed(4711)
    assert [(user.user_id, user.name) for user in await store.telegram_users()] == [(4711, "@li")]


async def test_big_telegram_numbers_fit(store: Store) -> None:
    await store.allow_telegram_user(2**52 - 1)
    await store.set_counter("telegram_update", 2**52 - 1)
    assert await store.counter("telegram_update") == 2**52 - 1
    assert await store.counter("unknown") is None


async def test_sqlite_writes_ahead_and_syncs(store: Store, url: str) -> None:
    with closing(sqlite3.connect(url.partition("///")[2])) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("wal",)


async def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("这是一份笔记，不是数据库。" * 50, encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"notes\.db.*不是数据库文件"):
        await Store.open(f"sqlite:///{file}")
    assert file.read_bytes() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o500)
    with pytest.raises(StoreError, match="权限"):
        await Store.open(f"sqlite:///{tmp_path / 'x' / 'copilot.db'}")


async def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(StoreError, match="COPILOT_HOME"):
        await Store.open(f"sqlite:///{tmp_path / 'x' / 'copilot.db'}")


async def test_a_path_that_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="打不开数据库"):
        await Store.open(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("not a url", "写法不对"), ("sqlite://", "内存"), ("sqlite+aiosqlite:///:memory:", "内存"),
        ("nosuchdb://host/x", "驱动"),
    ],
)  # fmt: skip
async def test_an_unusable_url_is_explained_in_chinese(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        await Store.open(url)


async def test_a_password_is_never_in_the_message() -> None:
    with pytest.raises(StoreError) as caught:
        await Store.open("postgresql://copilot:geheim@127.0.0.1:1/copilot")
    assert "geheim" not in str(caught.value)


async def test_a_database_that_stays_locked_is_explained(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot.store.engine.BUSY_TIMEOUT_MS", 50)
    store = await Store.open(url)
    with closing(sqlite3.connect(url.partition("///")[2], isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(StoreError, match="没有保存"):
            await store.allow_telegram_user(1)
        other.execute("rollback")
    await store.allow_telegram_user(1)
    assert await store.is_telegram_user_allowed(1)
    await store.close()


async def test_marks_of_events_are_dropped_after_a_month(url: str) -> None:
    store = await Store.open(url)
    now = datetime.now(UTC)
    async with store.unit_of_work() as work:
        await work.claim_event("a", "old", now - timedelta(days=31))
        await work.claim_event("a", "young", now - timedelta(days=29))
        await work.commit()
    await store.close()
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        assert await work.claim_event("a", "old", now)
        assert not await work.claim_event("a", "young", now)
    await store.close()
