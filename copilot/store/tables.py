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
    sa.Column("at", UtcTime, nullable=False, index=True),
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

disputes = sa.Table(
    "disputes",  # findings that agents called wrong; personal data is masked before it comes here
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("review_id", sa.ForeignKey("reviews.id", ondelete="SET NULL")),  # a dispute outlives its conversation
    sa.Column("position", sa.Integer, nullable=False),  # of the finding in its review
    sa.Column("agent", AGENT, nullable=False, index=True),
    sa.Column("norm", sa.String(100), nullable=False),
    sa.Column("document", sa.String(100), nullable=False),
    sa.Column("clause", sa.String(50), nullable=False),
    sa.Column("severity", sa.String(10), nullable=False),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("span_start", sa.Integer, nullable=False),
    sa.Column("span_end", sa.Integer, nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("turns", sa.JSON, nullable=False),
    sa.Column("reply_key", sa.String(32), nullable=False, index=True),
    sa.Column("situation", sa.String(100), nullable=False),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("status", sa.String(10), nullable=False, index=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("decided_at", UtcTime),
    sa.Column("told_at", UtcTime),  # when the agent heard of the decision
    sa.UniqueConstraint("review_id", "position"),
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
    sa.Column("phrase", sa.String(100), nullable=False, server_default="", index=True),  # "" for what no phrase is
)

own_phrases = sa.Table(
    "own_phrases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("owner", AGENT, nullable=False),  # "" for the team's
    sa.Column("added_by", AGENT, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_key", sa.String(64), nullable=False),
    sa.Column("style", sa.String(20), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("cites", sa.JSON, nullable=False),
    sa.Column("situation", sa.Text, nullable=False),
    sa.Column("added_at", UtcTime, nullable=False),
    sa.UniqueConstraint("owner", "text_key"),
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
    sa.Column("content", sa.JSON, nullable=False),  # what names or reaches nobody
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("number", sa.String(40), nullable=False, server_default="", index=True),
    sa.Column("complaint", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("service_time", UtcTime, index=True),
    sa.Column("private", sa.Text, nullable=False, server_default=""),  # sealed: name, contact, the texts as written
    sa.Column("key_id", sa.String(16), nullable=False, server_default="plain"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("confirmed", sa.Boolean, nullable=False, server_default=sa.true()),
)

record_versions = sa.Table(
    "record_versions",  # what a record said before it was changed
    metadata,
    sa.Column("record_id", sa.ForeignKey("records.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("agent", AGENT, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("private", sa.Text, nullable=False),
    sa.Column("key_id", sa.String(16), nullable=False),
)

record_terms = sa.Table(
    "record_terms",  # keyed hashes by which the customer of a record is found again
    metadata,
    sa.Column("record_id", sa.ForeignKey("records.id"), primary_key=True),
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Index("ix_record_terms_hash", "hash"),
)

record_audit = sa.Table(
    "record_audit",  # who did what and when; never what a record says
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False, index=True),
    sa.Column("who", AGENT, nullable=False),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("record", sa.Integer),  # no foreign key: the entry outlives the record
    sa.Column("details", sa.JSON, nullable=False),
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

reminders = sa.Table(
    "reminders",  # customers who wait, times that were promised, emergencies that somebody must take over
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("agent", AGENT, nullable=False, index=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id"), index=True),
    sa.Column("turn_id", sa.ForeignKey("turns.id")),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("limit_at", UtcTime, nullable=False),
    sa.Column("recipient", AGENT, nullable=False),  # who is told next: an agent, or a chat of the supervisors
    sa.Column("due_at", UtcTime, index=True),  # when to tell it; None when nothing more is to be told
    sa.Column("stage", sa.Integer, nullable=False),  # how often it was told
    sa.Column("claimed_until", UtcTime),  # somebody is telling it just now
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("closed_at", UtcTime),
    sa.Column("closed_by", AGENT),
)
