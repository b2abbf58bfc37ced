"""Service records with their versions, search terms and audit log, and what deleting a case takes with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from copilot.store import tables
from copilot.store.record_values import AuditEntry, KeptRecord, RecordAction, RecordQuery, RecordToKeep
from copilot.store.statements import Statements


class RecordFiles(Statements):
    """What article 2.4 asks to be kept."""

    async def add_record(
        self, agent: str, conversation: int | None, record: RecordToKeep | Mapping[str, Any], at: datetime
    ) -> int:
        """Keep a new service record; returns its number in the database."""
        kept = record if isinstance(record, RecordToKeep) else RecordToKeep(record)
        return await self._insert(
            tables.records, agent=agent, conversation_id=conversation, at=at, version=1, **_columns(kept)
        )

    async def change_record(self, number: int, agent: str, record: RecordToKeep, at: datetime) -> int:
        """Replace what a record says; what it said before stays as a version. Returns the new version's number."""
        table, past = tables.records, tables.record_versions
        row = (await self._connection.execute(table.select().where(table.c.id == number).with_for_update())).one()
        await self._connection.execute(
            past.insert().values(
                record_id=row.id, version=row.version, agent=row.agent, at=row.at, content=row.content,
                private=row.private, key_id=row.key_id,
            )
        )  # fmt: skip
        await self._connection.execute(
            table.update().where(table.c.id == number)
            .values(agent=agent, at=at, version=row.version + 1, **_columns(record))
        )  # fmt: skip
        return int(row.version) + 1

    async def set_record_terms(self, number: int, hashes: Iterable[str]) -> None:
        """Keep by which hashed terms the record is found, in place of earlier ones."""
        table = tables.record_terms
        await self._connection.execute(table.delete().where(table.c.record_id == number))
        rows = [{"record_id": number, "hash": each} for each in hashes]
        if rows:
            await self._connection.execute(table.insert(), rows)

    async def opened_at(self, conversation: int) -> datetime | None:
        """When a conversation began; None for one that is not there."""
        table = tables.conversations
        query = sa.select(table.c.opened_at).where(table.c.id == conversation)
        found: datetime | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def record(self, number: int) -> KeptRecord | None:
        """The record with this number in the database, or None."""
        return await self._one_record(tables.records.c.id == number)

    async def record_of(self, conversation: int) -> KeptRecord | None:
        """The newest record of a conversation, or None."""
        return await self._one_record(tables.records.c.conversation_id == conversation)

    async def records(self, agent: str) -> tuple[KeptRecord, ...]:
        """The agent's records, newest first."""
        table = tables.records
        rows = await self._connection.execute(table.select().where(table.c.agent == agent).order_by(table.c.id.desc()))
        return tuple(map(_kept, rows))

    async def find_records(self, query: RecordQuery, limit: int) -> tuple[KeptRecord, ...]:
        """The records that the query means, the latest service first."""
        table = tables.records
        found = (
            table.select().where(*_meant(query)).order_by(table.c.service_time.desc(), table.c.id.desc()).limit(limit)
        )
        return tuple(map(_kept, await self._connection.execute(found)))

    async def records_after(self, number: int, query: RecordQuery, limit: int) -> tuple[KeptRecord, ...]:
        """The next records that the query means, by number in the database: a page of a list of any length."""
        table = tables.records
        page = table.select().where(table.c.id > number, *_meant(query)).order_by(table.c.id).limit(limit)
        return tuple(map(_kept, await self._connection.execute(page)))

    async def record_versions(self, number: int) -> tuple[KeptRecord, ...]:
        """What a record said before, oldest first."""
        table = tables.record_versions
        rows = await self._connection.execute(
            table.select().where(table.c.record_id == number).order_by(table.c.version)
        )
        return tuple(
            KeptRecord(row.record_id, None, row.content, row.at, row.agent, private=row.private, key_id=row.key_id,
                       version=row.version)
            for row in rows
        )  # fmt: skip

    # Sealing under another key

    async def records_sealed_otherwise(self, key_id: str, after: int, limit: int) -> tuple[KeptRecord, ...]:
        """The next records of which the present or an earlier text is not sealed under this key, by number."""
        table, past = tables.records, tables.record_versions
        old = sa.select(past.c.record_id).where(past.c.key_id != key_id)
        where = table.c.id > after, sa.or_(table.c.key_id != key_id, table.c.id.in_(old))
        found = table.select().where(*where).order_by(table.c.id).limit(limit)
        return tuple(map(_kept, await self._connection.execute(found)))

    async def reseal_record(self, number: int, private: str, key_id: str, version: int | None = None) -> None:
        """Replace the sealed part of a record, or of one of its earlier versions, by the same under another key."""
        if version is None:
            table, where = tables.records, (tables.records.c.id == number,)
            await self._connection.execute(table.update().where(*where).values(private=private, key_id=key_id))
            return
        past = tables.record_versions
        earlier = past.update().where(past.c.record_id == number, past.c.version == version)
        await self._connection.execute(earlier.values(private=private, key_id=key_id))

    async def record_keys(self) -> dict[str, int]:
        """How many records are sealed under which key."""
        table = tables.records
        query = sa.select(table.c.key_id, sa.func.count()).group_by(table.c.key_id)
        return {str(key): int(count) for key, count in await self._connection.execute(query)}

    # Retention and deletion

    async def records_due(self, complaint: bool, before: datetime, limit: int) -> tuple[tuple[int, int | None], ...]:
        """Records saved last before this time whose conversation has been quiet since: each with its conversation."""
        table, turns = tables.records, tables.turns
        newer = sa.exists().where(turns.c.conversation_id == table.c.conversation_id, turns.c.at >= before)
        where = table.c.complaint == complaint, table.c.at < before, ~newer
        due = sa.select(table.c.id, table.c.conversation_id).where(*where).order_by(table.c.id).limit(limit)
        return tuple((row.id, row.conversation_id) for row in await self._connection.execute(due))

    async def conversations_due(self, before: datetime, limit: int) -> tuple[int, ...]:
        """Conversations without a record in which nothing was said since."""
        table, turns, kept = tables.conversations, tables.turns, tables.records
        newer = sa.exists().where(turns.c.conversation_id == table.c.id, turns.c.at >= before)
        recorded = sa.exists().where(kept.c.conversation_id == table.c.id)
        due = sa.select(table.c.id).where(table.c.opened_at < before, ~newer, ~recorded).order_by(table.c.id)
        return tuple((await self._connection.execute(due.limit(limit))).scalars())

    async def conversations_saying(self, words: Collection[str]) -> tuple[int, ...]:
        """Conversations in which one of these stands word for word, in a turn or in a draft."""
        found: set[int] = set()
        for table, column in ((tables.turns, tables.turns.c.text), (tables.reviews, tables.reviews.c.draft)):
            for word in words:
                query = sa.select(table.c.conversation_id).where(column.contains(word, autoescape=True)).distinct()
                found |= set((await self._connection.execute(query)).scalars())
        return tuple(sorted(found))

    async def delete_records(self, numbers: Collection[int]) -> None:
        """Erase records with their versions and search terms."""
        await self._delete_with_dependents(tables.records, tables.records.c.id.in_(numbers))

    async def delete_conversations(self, numbers: Collection[int]) -> None:
        """Erase conversations with everything that hangs on them, records included, and clear the desks they lie on."""
        await self._clear_desks(numbers)
        await self._delete_with_dependents(tables.conversations, tables.conversations.c.id.in_(numbers))

    async def _delete_with_dependents(self, table: sa.Table, where: sa.ColumnElement[bool]) -> None:
        for other, column, key in _referring_to(table):
            await self._delete_with_dependents(other, column.in_(sa.select(key).where(where)))
        await self._connection.execute(table.delete().where(where))

    async def _clear_desks(self, conversations: Collection[int]) -> None:
        """Take a case off the desks: their state quotes it. The counter stays, so that no token comes again."""
        desks = tables.desks
        rows = (await self._connection.execute(desks.select().with_for_update())).all()
        for row in rows:
            if row.state.get("conversation") in conversations:
                kept = {name: row.state[name] for name in ("counter", "last_key") if name in row.state}
                await self._connection.execute(desks.update().where(desks.c.agent == row.agent).values(state=kept))

    # The audit log

    async def add_audit(
        self, who: str, action: RecordAction, at: datetime, record: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Write down who did what; `details` must hold no personal data."""
        values = dict(details or {})
        await self._insert(tables.record_audit, who=who, action=action, at=at, record=record, details=values)

    async def audit(self, limit: int, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        """The newest entries, newest first."""
        table = tables.record_audit
        query = table.select().order_by(table.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(table.c.at >= since)
        rows = await self._connection.execute(query)
        return tuple(AuditEntry(row.id, row.at, row.who, row.action, row.record, row.details) for row in rows)

    async def _one_record(self, where: sa.ColumnElement[bool]) -> KeptRecord | None:
        table = tables.records
        row = (await self._connection.execute(table.select().where(where).order_by(table.c.id.desc()).limit(1))).first()
        return _kept(row) if row is not None else None


def _columns(record: RecordToKeep) -> dict[str, Any]:
    return {
        "content": dict(record.content), "number": record.number, "complaint": record.complaint,
        "service_time": record.service_time, "private": record.private, "key_id": record.key_id or "plain",
        "confirmed": record.confirmed,
    }  # fmt: skip


def _kept(row: Any) -> KeptRecord:
    return KeptRecord(
        row.id, row.conversation_id, row.content, row.at, row.agent, row.number, row.complaint, row.service_time,
        row.private, row.key_id, row.version, row.confirmed,
    )  # fmt: skip


def _meant(query: RecordQuery) -> Iterator[sa.ColumnElement[bool]]:
    table, terms = tables.records, tables.record_terms
    ways: list[sa.ColumnElement[bool]] = []
    if query.hashes:
        ways.append(table.c.id.in_(sa.select(terms.c.record_id).where(terms.c.hash.in_(query.hashes))))
    if query.number:
        ways.append(table.c.number == query.number)
    if ways:
        yield sa.or_(*ways)
    if query.start is not None:
        yield table.c.service_time >= query.start
    if query.end is not None:
        yield table.c.service_time < query.end


def _referring_to(table: sa.Table) -> Iterator[tuple[sa.Table, sa.Column[Any], sa.Column[Any]]]:
    """Each table with a foreign key to this one, whoever made it: the table, its column, and the column meant."""
    for other in tables.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table and other is not table:
                yield other, key.parent, key.column
