"""Desk states, handled events, practice, open questions, and who may use the bot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from copilot.store import tables
from copilot.store.statements import Statements
from copilot.store.values import KeptPracticeRun, QuestionSource, TelegramUser, UnansweredQuestion

_IDS_AT_ONCE = 500  # a database takes only so many values in one statement


class DeskFiles(Statements):
    """What belongs to an agent rather than to a conversation."""

    async def claim_event(self, agent: str, key: str, at: datetime) -> bool:
        """True when this delivery is new; it is then marked as handled, if the unit of work is committed.

        A second process with the same delivery waits for the first one's commit, and then gets False.
        """
        return await self._insert_once(tables.handled_events, agent=agent, key=key, at=at)

    async def forget_events(self, before: datetime) -> None:
        """Drop the marks of events handled before this time; no adapter delivers that late."""
        await self._connection.execute(tables.handled_events.delete().where(tables.handled_events.c.at < before))

    async def desk_state(self, agent: str) -> dict[str, Any] | None:
        """The state saved last, or None. Other units of work that ask for this agent's wait until this one is over."""
        desks = tables.desks
        query = sa.select(desks.c.state).where(desks.c.agent == agent).with_for_update()
        state = (await self._connection.execute(query)).scalar_one_or_none()
        if state is None:  # an agent's first event: an empty row, so that there is something to wait for
            await self._insert_once(desks, agent=agent, state={}, updated_at=datetime.now(UTC))
            state = (await self._connection.execute(query)).scalar_one()
        return dict(state) or None

    async def save_desk_state(self, agent: str, state: Mapping[str, Any], at: datetime) -> None:
        """Keep the agent's state: JSON values only."""
        await self._put(tables.desks, {"agent": agent}, {"state": dict(state), "updated_at": at})

    async def add_practice_run(self, agent: str, scenario: str, run: Mapping[str, Any], at: datetime) -> int:
        """Keep a new practice run; returns its number."""
        return await self._insert(
            tables.practice_runs, agent=agent, scenario=scenario, run=dict(run), started_at=at, scorecard=sa.null()
        )

    async def save_practice_run(
        self, run_id: int, run: Mapping[str, Any], scorecard: Mapping[str, Any] | None = None,
        ended_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Keep how far a run has come; with a scorecard or an end once it is over."""
        runs = tables.practice_runs
        values: dict[str, Any] = {"run": dict(run), "ended_at": ended_at}
        if scorecard is not None:
            values["scorecard"] = dict(scorecard)
        await self._connection.execute(runs.update().where(runs.c.id == run_id).values(**values))

    async def practice_runs(self, agent: str) -> tuple[KeptPracticeRun, ...]:
        """The agent's runs, newest first."""
        runs = tables.practice_runs
        rows = await self._connection.execute(runs.select().where(runs.c.agent == agent).order_by(runs.c.id.desc()))
        return tuple(
            KeptPracticeRun(row.id, row.scenario, row.run, row.scorecard, row.started_at, row.ended_at) for row in rows
        )

    async def add_unanswered_question(
        self, agent: str, question: str, nearest: Sequence[Mapping[str, Any]], at: datetime,
        source: QuestionSource = "desk",
    ) -> int:  # fmt: skip
        """Keep a question that the documents do not answer, with what came nearest; mask personal data before."""
        return await self._insert(
            tables.unanswered_questions, agent=agent, question=question, nearest=[dict(each) for each in nearest],
            at=at, source=source,
        )  # fmt: skip

    async def unanswered_questions(
        self, limit: int = 200, since: datetime | None = None
    ) -> tuple[UnansweredQuestion, ...]:
        """The newest unanswered questions of all agents, asked at `since` or later."""
        table = tables.unanswered_questions
        query = table.select().order_by(table.c.id.desc()).limit(limit)
        if since is not None:
            query = query.where(table.c.at >= since)
        return tuple(
            UnansweredQuestion(row.id, row.agent, row.question, row.at, row.source, tuple(row.nearest), row.done_at)
            for row in await self._connection.execute(query)
        )

    async def close_questions(self, ids: Collection[int], at: datetime) -> None:
        """Mark these questions as dealt with; those that are already keep their time."""
        table = tables.unanswered_questions
        ordered = sorted(ids)
        for start in range(0, len(ordered), _IDS_AT_ONCE):
            where = table.c.id.in_(ordered[start : start + _IDS_AT_ONCE]), table.c.done_at.is_(None)
            await self._connection.execute(table.update().where(*where).values(done_at=at))

    async def allow_telegram_user(self, user_id: int, name: str, at: datetime) -> None:
        """Let this Telegram user in."""
        await self._put(tables.telegram_users, {"user_id": user_id}, {"name": name, "allowed_at": at})

    async def telegram_users(self) -> tuple[TelegramUser, ...]:
        """Everybody who was let in, first come first."""
        users = tables.telegram_users
        rows = await self._connection.execute(users.select().order_by(users.c.allowed_at, users.c.user_id))
        return tuple(TelegramUser(row.user_id, row.name, row.allowed_at) for row in rows)

    async def counter(self, name: str) -> int | None:
        """A number kept under a name, or None."""
        query = sa.select(tables.counters.c.value).where(tables.counters.c.name == name)
        value: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return value

    async def set_counter(self, name: str, value: int) -> None:
        """Keep a number under a name."""
        await self._put(tables.counters, {"name": name}, {"value": value})
