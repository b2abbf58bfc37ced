"""How long records stay, and what goes with them: on time, on a customer's request, and under a new key.

Each batch is a unit of work of its own, so a long list neither fills the memory nor keeps agents waiting.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from copilot.errors import RecordKeyError
from copilot.records.book import OpenedRecord, RecordBook
from copilot.records.drafting import PersonalDataReader
from copilot.records.sealing import Safe
from copilot.records.terms import term

if TYPE_CHECKING:
    from copilot.store import Store, Work

_BATCH = 100
_MANY = 1_000_000  # rows of two numbers that a dry run counts
_SHORTEST_NUMBER = 5  # digits of a number or characters of an address that is looked for in conversations
_MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how many months records stay after they were saved last."""

    months: int = 6
    complaint_months: int = 24


@dataclass(frozen=True, slots=True)
class Purged:
    """What was erased, or would be: records, complaints' records, and conversations that nobody recorded."""

    records: int = 0
    complaints: int = 0
    conversations: int = 0


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """Everything that names a customer: records, and conversations, theirs and others in which the number stands."""

    records: tuple[OpenedRecord, ...]
    conversations: tuple[int, ...]


def months_before(now: datetime, months: int) -> datetime:
    """The same hour so many months ago; the last day of a shorter month for a day that it lacks."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=years, month=month + 1, day=min(now.day, monthrange(years, month + 1)[1]))


async def purge(store: Store, keeping: Keeping, now: datetime, who: str, *, dry_run: bool = False) -> Purged:
    """Erase what has been kept long enough, with the conversations; `dry_run` only counts. Raises StoreError."""
    ends = {False: months_before(now, keeping.months), True: months_before(now, keeping.complaint_months)}
    unrecorded = min(ends.values())
    if dry_run:
        async with store.unit_of_work() as work:
            counts = {complaint: len(await work.records_due(complaint, end, _MANY)) for complaint, end in ends.items()}
            return Purged(counts[False], counts[True], len(await work.conversations_due(unrecorded, _MANY)))
    erased = {False: 0, True: 0}
    for complaint, end in ends.items():
        while True:
            async with store.unit_of_work() as work:
                due = await work.records_due(complaint, end, _BATCH)
                if not due:
                    break
                await work.delete_records([record for record, _ in due])
                await work.delete_conversations([conversation for _, conversation in due if conversation is not None])
                await work.add_audit(who, "purged", now, details={"records": len(due), "complaints": complaint})
                await work.commit()
            erased[complaint] += len(due)
    return Purged(erased[False], erased[True], await _purge_unrecorded(store, unrecorded, now, who))


async def _purge_unrecorded(store: Store, before: datetime, now: datetime, who: str) -> int:
    erased = 0
    while True:
        async with store.unit_of_work() as work:
            due = await work.conversations_due(before, _BATCH)
            if not due:
                return erased
            await work.delete_conversations(due)
            await work.add_audit(who, "purged", now, details={"conversations": len(due)})
            await work.commit()
        erased += len(due)


async def customer_found(work: Work, book: RecordBook, words: str) -> CustomerFound:
    """What is kept of the customer whom the words name: a name, a number or an address."""
    records = await book.find(words, limit=_MOST_FOUND)
    conversations = {each.conversation for each in records if each.conversation is not None}
    number = term(words)
    if len(number) >= _SHORTEST_NUMBER and any(sign.isdigit() or sign == "@" for sign in words):
        conversations |= set(await work.conversations_saying({words.strip(), number}))
    return CustomerFound(records, tuple(sorted(conversations)))


async def forget(work: Work, found: CustomerFound, now: datetime, who: str) -> None:
    """Erase the records and conversations of a customer. The log says that and when, not whom."""
    await work.delete_records([each.id for each in found.records])
    await work.delete_conversations(found.conversations)
    counts = {"records": len(found.records), "conversations": len(found.conversations)}
    await work.add_audit(who, "forgotten", now, details=counts)


async def rekey(store: Store, safe: Safe, reader: PersonalDataReader, now: datetime, who: str) -> tuple[int, int]:
    """Seal everything under the key in force: the number of records done, and of those that no key at hand opens.

    May be stopped and run again: what is done stays done.
    """
    done = locked = after = 0
    while True:
        async with store.unit_of_work() as work:
            book = RecordBook(work, safe, reader, who, now)
            batch = await work.records_sealed_otherwise(safe.key_id, after, _BATCH)
            if not batch:
                break
            for kept in batch:
                versions = await work.record_versions(kept.id)
                try:
                    texts = [(each, book.resealed(each.private)) for each in (kept, *versions)]
                except RecordKeyError:
                    locked += 1
                    continue
                for each, sealed in texts:
                    earlier = None if each is kept else each.version
                    await work.reseal_record(kept.id, sealed, safe.key_id, earlier)
                await work.set_record_terms(kept.id, book.hashes_of(book.opened(kept).record))
                done += 1
            await work.commit()
        after = batch[-1].id
    if done:
        async with store.unit_of_work() as work:
            await work.add_audit(who, "rekeyed", now, details={"records": done})
            await work.commit()
    return done, locked
