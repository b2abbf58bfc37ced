"""Reminders: what is due when, for whom, and whether it was told.

Telling takes three steps, so that a process may die between any two: `claim_due_reminders` (for some seconds nobody
else takes them), telling, `reminder_told`. What was claimed and not told comes again when the claim is over; whoever
tells must be able to tell twice and be heard once (a card in a place of its own, edited).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from copilot.store import tables
from copilot.store.statements import Statements

ReminderKind = Literal["wait", "promise", "alert", "handover"]
ReminderStatus = Literal["offered", "open", "done", "dropped"]
_OPEN: tuple[ReminderStatus, ...] = ("open",)
_CLOSED: tuple[ReminderStatus, ...] = ("done", "dropped")


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be done until `limit_at`. `recipient` is told next at `due_at` (None: no more), `stage` times so far.

    `words` quotes what it is about; `details` holds JSON values of its kind.
    """

    id: int
    kind: ReminderKind
    agent: str
    conversation: int | None
    turn: int | None
    words: str
    details: Mapping[str, Any]
    opened_at: datetime
    limit_at: datetime
    recipient: str
    due_at: datetime | None
    stage: int
    status: ReminderStatus
    closed_at: datetime | None = None
    closed_by: str | None = None


class ClockFiles(Statements):
    """Reminders of all kinds."""

    async def add_reminder(
        self, kind: ReminderKind, agent: str, words: str, opened_at: datetime, limit_at: datetime, *,
        due_at: datetime | None, conversation: int | None = None, turn: int | None = None,
        recipient: str | None = None, details: Mapping[str, Any] | None = None, status: ReminderStatus = "open",
    ) -> int:  # fmt: skip
        """Keep a new reminder; returns its number. It is for the agent where no other recipient is given."""
        return await self._insert(
            tables.reminders, kind=kind, agent=agent, words=words, opened_at=opened_at, limit_at=limit_at,
            due_at=due_at, conversation_id=conversation, turn_id=turn, recipient=recipient or agent,
            details=dict(details or {}), stage=0, status=status,
        )  # fmt: skip

    async def reminder(self, number: int) -> Reminder | None:
        """The reminder with this number, or None."""
        table = tables.reminders
        row = (await self._connection.execute(table.select().where(table.c.id == number))).one_or_none()
        return None if row is None else _reminder(row)

    async def reminders(
        self, kind: ReminderKind, *, agent: str | None = None, conversation: int | None = None,
        status: Collection[ReminderStatus] = _OPEN, limit: int = 50,
    ) -> tuple[Reminder, ...]:  # fmt: skip
        """Reminders of a kind, those first whose limit comes first."""
        table = tables.reminders
        query = table.select().where(table.c.kind == kind, table.c.status.in_(sorted(status)))
        if agent is not None:
            query = query.where(table.c.agent == agent)
        if conversation is not None:
            query = query.where(table.c.conversation_id == conversation)
        rows = await self._connection.execute(query.order_by(table.c.limit_at, table.c.id).limit(limit))
        return tuple(map(_reminder, rows))

    async def claim_due_reminders(
        self, now: datetime, lease: timedelta, prefix: str, limit: int = 20
    ) -> tuple[Reminder, ...]:
        """Open reminders due for recipients whose name begins with `prefix`; nobody else gets them until the lease ends."""
        table = tables.reminders
        free = sa.or_(table.c.claimed_until.is_(None), table.c.claimed_until <= now)
        where = [table.c.status == "open", table.c.due_at <= now, free, table.c.recipient.startswith(prefix)]
        query = (
            table.select().where(*where).order_by(table.c.due_at, table.c.id).limit(limit).with_for_update(skip_locked=True)
        )
        found = tuple(map(_reminder, await self._connection.execute(query)))
        if found:
            ids = [each.id for each in found]
            await self._connection.execute(table.update().where(table.c.id.in_(ids)).values(claimed_until=now + lease))
        return found

    async def reminder_told(
        self, number: int, stage: int, *, next_at: datetime | None, recipient: str | None = None
    ) -> bool:
        """Mark the telling at `stage` as done and set the next one; False when that was marked before."""
        table = tables.reminders
        values: dict[str, Any] = {"stage": stage + 1, "due_at": next_at, "claimed_until": None}
        if recipient is not None:
            values["recipient"] = recipient
        where = table.c.id == number, table.c.stage == stage
        result = await self._connection.execute(table.update().where(*where).values(**values).returning(table.c.id))
        return result.one_or_none() is not None

    async def close_reminder(self, number: int, status: ReminderStatus, by: str, at: datetime) -> bool:
        """Close a reminder that is not closed yet; False for one that is, which keeps who closed it and when."""
        table = tables.reminders
        where = table.c.id == number, table.c.status.not_in(_CLOSED)
        values = {"status": status, "closed_at": at, "closed_by": by, "due_at": None, "claimed_until": None}
        result = await self._connection.execute(table.update().where(*where).values(**values).returning(table.c.id))
        return result.one_or_none() is not None

    async def open_reminder(self, number: int, due_at: datetime | None) -> None:
        """Make a reminder count (again), to be told at `due_at`."""
        table = tables.reminders
        values = {"status": "open", "due_at": due_at, "claimed_until": None, "closed_at": None, "closed_by": None}
        await self._connection.execute(table.update().where(table.c.id == number).values(**values))

    async def reopen_conversation(self, conversation: int) -> None:
        """A conversation that was closed goes on."""
        table = tables.conversations
        await self._connection.execute(table.update().where(table.c.id == conversation).values(closed_at=None))


def _reminder(row: Any) -> Reminder:
    return Reminder(
        row.id, row.kind, row.agent, row.conversation_id, row.turn_id, row.words, row.details, row.opened_at,
        row.limit_at, row.recipient, row.due_at, row.stage, row.status, row.closed_at, row.closed_by,
    )  # fmt: skip
