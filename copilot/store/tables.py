"""The tables. Only types that SQLite and PostgreSQL both have, so that the same statements run on either."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware time in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; give an aware time")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Named constraints: a later migration can find and change them on every database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

AGENT = sa.String(100)

desks = sa.Table(
    "desks",
    metadata,
    sa.Column("agent", AGENT, primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agent", AGENT, nullable=False, index=True),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("closed_at", UtcTime),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("origin", sa.String(20), nullable=False),
    sa.Column("withdrawn_at", UtcTime),  # a turn given to the wrong role is withdrawn, never erased
)

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),
    sa.Column("rewrite", sa.Text),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("decided_at", UtcTime),
)

findings = sa.Table(
    "findings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("review_id", sa.ForeignKey("reviews.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("norm", sa.String(100), nullable=False),
    sa.Column("document", sa.String(100), nullable=False),
    sa.Column("clause", sa.String(50), nullable=False),
    sa.Column("severity", sa.String(10), nullable=False),
    sa.Column("span_start", sa.Integer, nullable=False),
    sa.Column("span_end", sa.Integer, nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("rewrite", sa.Text),
)

offers = sa.Table(
    "offers",  # the suggestions shown together for one customer message, and what the agent chose
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("turn_id", sa.ForeignKey("turns.id"), nullable=False, index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("choice", sa.String(10), nullable=False),
    sa.Column("chosen", sa.Integer),
    sa.Column("decided_at", UtcTime),
)

suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("offer_id", sa.ForeignKey("offers.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("cites", sa.JSON, nullable=False),
    sa.Column("style", sa.String(20), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
)

handled_events = sa.Table(
    "handled_events",
    metadata,
    sa.Column("agent", AGENT, primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("at", UtcTime, nullable=False, index=True),
)

unanswered_questions = sa.Table(
    "unanswered_questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agent", AGENT, nullable=False),
    sa.Column("question", sa.Text, nullable=False),  # personal data masked before it comes here
    sa.Column("nearest", sa.JSON, nullable=False),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("source", sa.String(10), nullable=False, server_default="desk"),
    sa.Column("done_at", UtcTime),  # when the knowledge owner dealt with it
)

records = sa.Table(
    "records",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agent", AGENT, nullable=False, index=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), index=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

practice_runs = sa.Table(
    "practice_runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agent", AGENT, nullable=False, index=True),
    sa.Column("scenario", sa.String(100), nullable=False),
    sa.Column("run", sa.JSON, nullable=False),
    sa.Column("scorecard", sa.JSON),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
)

telegram_users = sa.Table(
    "telegram_users",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("allowed_at", UtcTime, nullable=False),
)

counters = sa.Table(
    "counters",  # small numbers that outlive the process, e.g. the last Telegram update
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
