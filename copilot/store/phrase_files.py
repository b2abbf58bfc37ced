"""Agents' and teams' own phrases, and how often each phrase was taken, edited or left."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from copilot.conversation import ClauseRef
from copilot.store import tables
from copilot.store.statements import Statements

TEAM = ""
"""The owner of what everybody who works with this database shares."""


@dataclass(frozen=True, slots=True)
class KeptPhrase:
    """A phrase of an agent's own, or the team's where `owner` is TEAM; `situation` are customers' words it is for."""

    id: int
    owner: str
    added_by: str
    text: str
    style: str
    topics: tuple[str, ...]
    cites: tuple[ClauseRef, ...]
    situation: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """How often a phrase stood among suggestions that were decided, and what agents did with it then."""

    phrase: str
    shown: int
    accepted: int
    edited: int


class PhraseFiles(Statements):
    """What belongs to phrases."""

    async def add_phrase(
        self, owner: str, added_by: str, text: str, style: str, topics: Sequence[str], cites: Sequence[ClauseRef],
        situation: str, at: datetime,
    ) -> bool:  # fmt: skip
        """Keep a phrase; False where this owner has the same text already. Personal data is refused before."""
        return await self._insert_once(
            tables.own_phrases, owner=owner, added_by=added_by, text=text, text_key=_key(text), style=style,
            topics=list(topics), cites=[[cite.document, cite.clause] for cite in cites], situation=situation, added_at=at,
        )  # fmt: skip

    async def phrases(self, agent: str, limit: int = 500) -> tuple[KeptPhrase, ...]:
        """The agent's own phrases and the team's, newest first."""
        table = tables.own_phrases
        query = table.select().where(table.c.owner.in_({agent, TEAM})).order_by(table.c.id.desc()).limit(limit)
        return tuple(_phrase(row) for row in await self._connection.execute(query))

    async def all_phrases(self) -> tuple[KeptPhrase, ...]:
        """Everybody's phrases, in the order they were added."""
        rows = await self._connection.execute(tables.own_phrases.select().order_by(tables.own_phrases.c.id))
        return tuple(_phrase(row) for row in rows)

    async def remove_phrase(self, number: int) -> bool:
        """Forget a phrase; False where there is none of this number."""
        table = tables.own_phrases
        return (await self._connection.execute(table.delete().where(table.c.id == number))).rowcount == 1

    async def phrase_uses(self, since: datetime) -> tuple[PhraseUse, ...]:
        """Per phrase, over the offers of this time that an agent decided: shown, taken, edited."""
        shown, offers = tables.suggestions, tables.offers
        taken = offers.c.chosen == shown.c.position

        def times(choice: str) -> sa.ColumnElement[int]:
            return sa.func.sum(sa.case((sa.and_(offers.c.choice == choice, taken), 1), else_=0))

        query = (
            sa.select(shown.c.phrase, sa.func.count(), times("accepted"), times("edited"))
            .join(offers, shown.c.offer_id == offers.c.id)
            .where(shown.c.phrase != "", offers.c.at >= since, offers.c.choice.in_(("accepted", "edited", "ignored")))
            .group_by(shown.c.phrase)
            .order_by(shown.c.phrase)
        )
        rows = await self._connection.execute(query)
        return tuple(PhraseUse(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows)


def _phrase(row: sa.Row[tuple[object, ...]]) -> KeptPhrase:
    return KeptPhrase(
        row.id, row.owner, row.added_by, row.text, row.style, tuple(row.topics),
        tuple(ClauseRef(document, clause) for document, clause in row.cites), row.situation, row.added_at,
    )  # fmt: skip


def _key(text: str) -> str:
    """The same for texts that differ in blanks only."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()
