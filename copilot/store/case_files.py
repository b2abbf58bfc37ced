"""Conversations with their turns, reviews and offers of suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from copilot.conversation import ClauseRef, Role, Severity, Verdict
from copilot.store import tables
from copilot.store.statements import Statements
from copilot.store.values import (
    KeptFinding,
    KeptReview,
    KeptSuggestion,
    KeptTurn,
    Origin,
    ReviewOutcome,
    SuggestionChoice,
)  # fmt: skip


class FindingLike(Protocol):
    """What the store keeps of a finding; the reviewer's own findings have this shape."""

    @property
    def norm(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def quote(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def rewrite(self) -> str | None: ...


class SuggestionLike(Protocol):
    """What the store keeps of a suggestion; the phrasebook's own suggestions have this shape."""

    @property
    def text(self) -> str: ...
    @property
    def cites(self) -> tuple[ClauseRef, ...]: ...
    @property
    def style(self) -> str: ...
    @property
    def source(self) -> str: ...


class CaseFiles(Statements):
    """What belongs to a conversation."""

    async def open_conversation(self, agent: str, at: datetime) -> int:
        """Begin a conversation; returns its number."""
        return await self._insert(tables.conversations, agent=agent, opened_at=at)

    async def close_conversation(self, conversation: int, at: datetime) -> None:
        """Mark a conversation as closed."""
        table = tables.conversations
        await self._connection.execute(table.update().where(table.c.id == conversation).values(closed_at=at))

    async def conversations(self, agent: str, limit: int = 50) -> tuple[int, ...]:
        """Numbers of the agent's conversations, newest first."""
        table = tables.conversations
        query = sa.select(table.c.id).where(table.c.agent == agent).order_by(table.c.id.desc()).limit(limit)
        return tuple((await self._connection.execute(query)).scalars())

    async def all_conversations(self) -> tuple[int, ...]:
        """Numbers of the conversations of all agents, oldest first."""
        table = tables.conversations
        return tuple((await self._connection.execute(sa.select(table.c.id).order_by(table.c.id))).scalars())

    async def add_turn(self, conversation: int, role: Role, text: str, origin: Origin, at: datetime) -> int:
        """Add a turn at the end; returns its number."""
        return await self._insert(
            tables.turns, conversation_id=conversation, role=role, text=text, origin=origin, at=at
        )

    async def withdraw_turn(self, turn: int, at: datetime) -> None:
        """Take a turn out of its conversation; the row stays, marked."""
        table = tables.turns
        await self._connection.execute(table.update().where(table.c.id == turn).values(withdrawn_at=at))

    async def turns(self, conversation: int) -> tuple[KeptTurn, ...]:
        """The conversation's turns, oldest first, without those withdrawn."""
        table = tables.turns
        query = (
            table.select()
            .where(table.c.conversation_id == conversation, table.c.withdrawn_at.is_(None))
            .order_by(table.c.id)
        )
        rows = await self._connection.execute(query)
        return tuple(KeptTurn(row.id, row.role, row.text, row.at, row.origin) for row in rows)

    async def add_review(
        self, conversation: int, draft: str, verdict: Verdict, findings: Sequence[FindingLike], rewrite: str | None,
        at: datetime,
    ) -> int:  # fmt: skip
        """Keep a review with its findings; returns its number."""
        review = await self._insert(
            tables.reviews, conversation_id=conversation, draft=draft, verdict=verdict, rewrite=rewrite, at=at,
            outcome="open",
        )  # fmt: skip
        if findings:
            rows = [
                {
                    "review_id": review, "position": position, "norm": finding.norm, "document": finding.document,
                    "clause": finding.clause, "severity": finding.severity, "span_start": finding.start,
                    "span_end": finding.end, "quote": finding.quote, "reason": finding.reason,
                    "rewrite": finding.rewrite,
                }
                for position, finding in enumerate(findings)
            ]  # fmt: skip
            await self._connection.execute(tables.findings.insert(), rows)
        return review

    async def decide_review(self, review: int, outcome: ReviewOutcome, at: datetime) -> None:
        """Keep what became of a reviewed draft."""
        table = tables.reviews
        await self._connection.execute(
            table.update().where(table.c.id == review).values(outcome=outcome, decided_at=at)
        )

    async def reviews(self, conversation: int) -> tuple[KeptReview, ...]:
        """The conversation's reviews, oldest first."""
        reviews, found = tables.reviews, tables.findings
        rows = await self._connection.execute(
            found.select()
            .join(reviews, found.c.review_id == reviews.c.id)
            .where(reviews.c.conversation_id == conversation)
            .order_by(found.c.review_id, found.c.position)
        )
        by_review: dict[int, list[KeptFinding]] = {}
        for row in rows:
            by_review.setdefault(row.review_id, []).append(
                KeptFinding(
                    row.norm,
                    row.document,
                    row.clause,
                    row.severity,
                    row.span_start,
                    row.span_end,
                    row.quote,
                    row.reason,
                    row.rewrite,
                )
            )
        rows = await self._connection.execute(
            reviews.select().where(reviews.c.conversation_id == conversation).order_by(reviews.c.id)
        )
        return tuple(
            KeptReview(
                row.id, row.conversation_id, row.draft, row.verdict, row.rewrite, row.outcome, row.at,
                tuple(by_review.get(row.id, ())),
            )
            for row in rows
        )  # fmt: skip

    async def add_offer(self, conversation: int, turn: int, suggestions: Sequence[SuggestionLike], at: datetime) -> int:
        """Keep the suggestions shown for a customer message; returns the offer's number."""
        offer = await self._insert(tables.offers, conversation_id=conversation, turn_id=turn, at=at, choice="open")
        if suggestions:
            rows = [
                {
                    "offer_id": offer, "position": position, "text": each.text, "style": each.style,
                    "source": each.source, "cites": [[cite.document, cite.clause] for cite in each.cites],
                    "phrase": getattr(each, "phrase", ""),
                }
                for position, each in enumerate(suggestions, start=1)
            ]  # fmt: skip
            await self._connection.execute(tables.suggestions.insert(), rows)
        return offer

    async def decide_offer(self, offer: int, choice: SuggestionChoice, at: datetime, chosen: int | None = None) -> None:
        """Keep what the agent did with the suggestions; `chosen` counts from 1."""
        table = tables.offers
        await self._connection.execute(
            table.update().where(table.c.id == offer).values(choice=choice, chosen=chosen, decided_at=at)
        )

    async def offers(
        self, conversation: int
    ) -> tuple[tuple[SuggestionChoice, int | None, tuple[KeptSuggestion, ...]], ...]:
        """Per customer message: the choice, the number chosen, and the suggestions shown; oldest first."""
        offers, shown = tables.offers, tables.suggestions
        rows = await self._connection.execute(
            shown.select()
            .join(offers, shown.c.offer_id == offers.c.id)
            .where(offers.c.conversation_id == conversation)
            .order_by(shown.c.offer_id, shown.c.position)
        )
        by_offer: dict[int, list[KeptSuggestion]] = {}
        for row in rows:
            cites = tuple((document, clause) for document, clause in row.cites)
            by_offer.setdefault(row.offer_id, []).append(KeptSuggestion(row.text, cites, row.style, row.source))
        rows = await self._connection.execute(
            offers.select().where(offers.c.conversation_id == conversation).order_by(offers.c.id)
        )
        return tuple((row.choice, row.chosen, tuple(by_offer.get(row.id, ()))) for row in rows)
