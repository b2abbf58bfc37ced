"""Who works at the desks, and how a case changes hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from copilot.store import tables
from copilot.store.statements import Statements


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent who has used the desk; `name` is the chat's handle, empty where none is known."""

    agent: str
    name: str
    seen_at: datetime


class HandoverFiles(Statements):
    """What handing a case over reads and writes."""

    async def known_agents(self, since: datetime) -> tuple[KnownAgent, ...]:
        """Agents whose desks were used since, the latest first."""
        desks, users = tables.desks, tables.telegram_users
        joined = desks.outerjoin(users, desks.c.agent == "tg:" + sa.cast(users.c.user_id, sa.String))
        query = (
            sa.select(desks.c.agent, users.c.name, desks.c.updated_at)
            .select_from(joined).where(desks.c.updated_at >= since).order_by(desks.c.updated_at.desc())
        )  # fmt: skip
        return tuple(
            KnownAgent(row.agent, row.name or "", row.updated_at) for row in await self._connection.execute(query)
        )

    async def conversation_agent(self, conversation: int) -> str | None:
        """Whose conversation it is; None for one that is not there."""
        table = tables.conversations
        query = sa.select(table.c.agent).where(table.c.id == conversation)
        agent: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return agent

    async def give_conversation(self, conversation: int, giver: str, taker: str) -> bool:
        """Move a conversation with its open reminders to another agent; False where it is not the giver's any more."""
        table, reminders = tables.conversations, tables.reminders
        mine = table.update().where(table.c.id == conversation, table.c.agent == giver)
        moved = await self._connection.execute(mine.values(agent=taker, closed_at=None).returning(table.c.id))
        if moved.one_or_none() is None:
            return False
        of_case = (
            reminders.c.conversation_id == conversation, reminders.c.agent == giver, reminders.c.kind != "handover",
            reminders.c.status.in_(("open", "offered")),
        )  # fmt: skip
        told = reminders.update().where(*of_case, reminders.c.recipient == giver)
        await self._connection.execute(told.values(recipient=taker, claimed_until=None))
        await self._connection.execute(reminders.update().where(*of_case).values(agent=taker))
        return True
