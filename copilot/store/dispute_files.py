"""Findings that agents called wrong, what a trainer decided, and how often each norm was reported and heeded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from copilot.conversation import Severity
from copilot.store import tables
from copilot.store.statements import Statements
from copilot.store.values import ReviewOutcome

DisputeStatus = Literal["open", "accepted", "declined"]
_WITHDRAWN = "withdrawn"  # by the agent, a mis-tap: such a row is as good as none
_DECIDED: tuple[DisputeStatus, ...] = ("accepted", "declined")


@dataclass(frozen=True, slots=True)
class DisputedFinding:
    """A finding that an agent calls wrong, with its context; personal data is masked in all of it.

    `start` and `end` are offsets in characters into `draft`; `turns` are what was said before it, as mappings with
    `role` and `text`, oldest first. `reply_key` is the same for the same reply, `situation` for the same kind of message.
    """

    agent: str
    norm: str
    document: str
    clause: str
    severity: Severity
    draft: str
    start: int
    end: int
    quote: str
    reason: str
    turns: tuple[Mapping[str, Any], ...]
    reply_key: str
    situation: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispute(DisputedFinding):
    """A dispute to be kept: of which finding, at which position, of which review."""

    review: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDispute(DisputedFinding):
    """A dispute with its number and what became of it; `answer` is the trainer's reason."""

    id: int
    status: DisputeStatus
    answer: str
    decided_at: datetime | None

    @property
    def customer(self) -> str:
        """The customer message that the draft was to answer; empty for none."""
        return next((str(turn["text"]) for turn in reversed(self.turns) if turn["role"] == "customer"), "")


@dataclass(frozen=True, slots=True)
class JudgedDraft:
    """A reviewed draft as far as counting needs it: the norms it was said to break, and those the agent disputed."""

    conversation: int
    outcome: ReviewOutcome
    norms: frozenset[str]
    disputed: frozenset[str]


class DisputeFiles(Statements):
    """What belongs to disputes."""

    async def add_dispute(self, dispute: NewDispute) -> bool:
        """Keep a dispute; False when this finding is disputed already."""
        table = tables.disputes
        new = await self._insert_once(
            tables.disputes, review_id=dispute.review, position=dispute.position, agent=dispute.agent,
            norm=dispute.norm, document=dispute.document, clause=dispute.clause, severity=dispute.severity,
            draft=dispute.draft, span_start=dispute.start, span_end=dispute.end, quote=dispute.quote,
            reason=dispute.reason, turns=[dict(turn) for turn in dispute.turns], reply_key=dispute.reply_key,
            situation=dispute.situation, at=dispute.at, status="open", answer="",
        )  # fmt: skip
        if new:
            return True
        mine = (table.c.review_id == dispute.review, table.c.position == dispute.position, table.c.status == _WITHDRAWN)
        found = await self._connection.execute(table.update().where(*mine).values(status="open", at=dispute.at))
        return found.rowcount > 0

    async def withdraw_dispute(self, review: int, position: int) -> bool:
        """Take a dispute back; False when there is none, or a trainer has decided it.

        The row stays, marked: its number must never come to mean another dispute.
        """
        table = tables.disputes
        found = await self._connection.execute(
            table.update()
            .where(table.c.review_id == review, table.c.position == position, table.c.status == "open")
            .values(status=_WITHDRAWN)
        )
        return found.rowcount > 0

    async def dispute(self, number: int) -> KeptDispute | None:
        """The dispute with this number."""
        table = tables.disputes
        query = table.select().where(table.c.id == number, table.c.status != _WITHDRAWN)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _dispute(row)

    async def disputes(
        self, status: DisputeStatus | None = None, *, since: datetime | None = None, norm: str | None = None,
        reply_key: str | None = None, limit: int = 10_000,
    ) -> tuple[KeptDispute, ...]:  # fmt: skip
        """Disputes of all agents, newest first, of this status, time, norm and reply where these are given."""
        table = tables.disputes
        query = table.select().where(table.c.status != _WITHDRAWN).order_by(table.c.id.desc()).limit(limit)
        for column, value in ((table.c.status, status), (table.c.norm, norm), (table.c.reply_key, reply_key)):
            if value is not None:
                query = query.where(column == value)
        if since is not None:
            query = query.where(table.c.at >= since)
        return tuple(map(_dispute, await self._connection.execute(query)))

    async def decide_disputes(self, numbers: Collection[int], status: DisputeStatus, answer: str, at: datetime) -> int:
        """Keep a trainer's decision on the open ones among these; how many those were. A decided one stays as it is."""
        table = tables.disputes
        found = await self._connection.execute(
            table.update()
            .where(table.c.id.in_(list(numbers)), table.c.status == "open")
            .values(status=status, answer=answer, decided_at=at)
        )
        return found.rowcount

    async def declined(self, reply_key: str) -> tuple[KeptDispute, ...]:
        """What trainers declined about this very reply, newest decision first."""
        found = await self.disputes("declined", reply_key=reply_key, limit=100)
        return tuple(sorted(found, key=lambda each: each.decided_at or each.at, reverse=True))

    async def tell_decision(self, agent: str, at: datetime) -> KeptDispute | None:
        """The oldest decision that this agent has not heard of, from now on marked as told; None for none."""
        table = tables.disputes
        query = (
            table.select()
            .where(table.c.agent == agent, table.c.status.in_(_DECIDED), table.c.told_at.is_(None))
            .order_by(table.c.decided_at, table.c.id)
            .limit(1)
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        await self._connection.execute(table.update().where(table.c.id == row.id).values(told_at=at))
        return _dispute(row)

    async def judged_drafts(self, since: datetime | None = None) -> tuple[JudgedDraft, ...]:
        """Every reviewed draft of all agents since this time, conversation by conversation, oldest first in each."""
        reviews, found, disputes = tables.reviews, tables.findings, tables.disputes
        chosen = reviews.c.at >= since if since is not None else sa.true()
        norms = await self._grouped(sa.select(found.c.review_id, found.c.norm).join(reviews).where(chosen))
        disputed = await self._grouped(
            sa.select(disputes.c.review_id, disputes.c.norm)
            .join(reviews)
            .where(chosen, disputes.c.status != _WITHDRAWN)
        )
        query = sa.select(reviews.c.id, reviews.c.conversation_id, reviews.c.outcome).where(chosen)
        rows = await self._connection.execute(query.order_by(reviews.c.conversation_id, reviews.c.id))
        empty: frozenset[str] = frozenset()
        return tuple(
            JudgedDraft(row.conversation_id, row.outcome, norms.get(row.id, empty), disputed.get(row.id, empty))
            for row in rows
        )

    async def count_disputes(self, since: datetime | None = None) -> Mapping[tuple[str, DisputeStatus], int]:
        """In how many drafts each norm was disputed, per status."""
        table = tables.disputes
        draft = sa.func.coalesce(table.c.review_id, -table.c.id)
        query: sa.Select[Any] = sa.select(table.c.norm, table.c.status, sa.func.count(sa.distinct(draft)))
        query = query.group_by(table.c.norm, table.c.status)
        if since is not None:
            query = query.where(table.c.at >= since)
        query = query.where(table.c.status != _WITHDRAWN)
        rows: Sequence[Any] = (await self._connection.execute(query)).all()
        return {(norm, status): count for norm, status, count in rows}

    async def _grouped(self, query: sa.Select[Any]) -> dict[int, frozenset[str]]:
        gathered: dict[int, set[str]] = {}
        rows: Sequence[Any] = (await self._connection.execute(query.distinct())).all()
        for review, norm in rows:
            gathered.setdefault(review, set()).add(norm)
        return {review: frozenset(names) for review, names in gathered.items()}


def _dispute(row: Any) -> KeptDispute:
    turns: Sequence[Mapping[str, Any]] = row.turns
    return KeptDispute(
        row.agent, row.norm, row.document, row.clause, row.severity, row.draft, row.span_start, row.span_end,
        row.quote, row.reason, tuple(turns), row.reply_key, row.situation, row.at,
        id=row.id, status=row.status, answer=row.answer, decided_at=row.decided_at,
    )  # fmt: skip
