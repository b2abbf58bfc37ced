"""Reminders in the database: due when they should be, for one process at a time, closed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from copilot.store import Store

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=20)


async def _add(store: Store, due_in_s: float, recipient: str = "tg:1") -> int:
    async with store.unit_of_work() as work:
        due = NOW + timedelta(seconds=due_in_s)
        number = await work.add_reminder("promise", "tg:1", "两小时内回电", NOW, due, due_at=due, recipient=recipient)
        await work.commit()
    return number


async def _claim(store: Store, after_s: float, prefix: str = "tg:") -> list[int]:
    async with store.unit_of_work() as work:
        found = await work.claim_due_reminders(NOW + timedelta(seconds=after_s), LEASE, prefix)
        await work.commit()
    return [each.id for each in found]


async def test_a_reminder_is_due_at_its_time_and_not_before(store: Store) -> None:
    number = await _add(store, 10)
    assert await _claim(store, 9) == []
    assert await _claim(store, 10) == [number]


async def test_what_was_claimed_is_nobody_elses_until_the_claim_is_over(store: Store) -> None:
    number = await _add(store, 0)
    assert await _claim(store, 1) == [number]
    assert await _claim(store, 20) == []
    assert await _claim(store, 21) == [number]


async def test_a_claim_that_was_not_committed_is_none(store: Store) -> None:
    number = await _add(store, 0)
    async with store.unit_of_work() as work:
        assert len(await work.claim_due_reminders(NOW, LEASE, "tg:")) == 1
    assert await _claim(store, 0) == [number]


async def test_each_door_gets_its_own_recipients(store: Store) -> None:
    telegram, web = await _add(store, 0, "tg:-100200"), await _add(store, 0, "web:local")
    assert (await _claim(store, 0, "web:"), await _claim(store, 0)) == ([web], [telegram])


async def test_a_telling_is_marked_once_and_the_next_is_due_then(store: Store) -> None:
    number = await _add(store, 0)
    later = NOW + timedelta(minutes=5)
    async with store.unit_of_work() as work:
        assert await work.reminder_told(number, 0, next_at=later, recipient="tg:2")
        assert not await work.reminder_told(number, 0, next_at=NOW)
        kept = await work.reminder(number)
        assert kept is not None
        assert (kept.stage, kept.due_at, kept.recipient) == (1, later, "tg:2")


async def test_a_reminder_is_closed_once_and_never_due_again(store: Store) -> None:
    number = await _add(store, 0)
    async with store.unit_of_work() as work:
        assert await work.close_reminder(number, "done", "tg:1", NOW)
        assert not await work.close_reminder(number, "dropped", "tg:2", NOW)
        kept = await work.reminder(number)
        assert kept is not None
        assert (kept.status, kept.closed_by, kept.due_at) == ("done", "tg:1", None)
        await work.commit()
    assert await _claim(store, 60) == []


async def test_an_offered_reminder_waits_to_be_opened(store: Store) -> None:
    async with store.unit_of_work() as work:
        number = await work.add_reminder("promise", "a", "明天回", NOW, NOW, due_at=None, status="offered")
        assert await work.reminders("promise", agent="a") == ()
        await work.open_reminder(number, NOW)
        (kept,) = await work.reminders("promise", agent="a")
        assert (kept.words, kept.due_at) == ("明天回", NOW)
