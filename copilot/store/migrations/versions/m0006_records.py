"""Records with a number, a private part, versions, search terms and an audit log."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PRIVATE = ("customer_name", "contact", "content", "resolution", "satisfaction")
_OPEN = ("customer_name", "contact")
_RECORDS = sa.table(
    "records", sa.column("id", sa.Integer), sa.column("conversation_id", sa.Integer), sa.column("content", sa.JSON),
    sa.column("at", sa.DateTime(timezone=True)), sa.column("number", sa.String), sa.column("complaint", sa.Boolean),
    sa.column("service_time", sa.DateTime(timezone=True)), sa.column("private", sa.Text),
)  # fmt: skip


def upgrade() -> None:
    for column in (
        sa.Column("number", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("complaint", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("service_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("private", sa.Text(), nullable=False, server_default=""),
        sa.Column("key_id", sa.String(length=16), nullable=False, server_default="plain"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true()),
    ):
        op.add_column("records", column)
    op.create_index("ix_records_number", "records", ["number"])
    op.create_index("ix_records_service_time", "records", ["service_time"])
    _make_tables()
    if not op.get_context().as_sql:
        _move_private_parts()


def _make_tables() -> None:
    op.create_table(
        "record_versions",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_versions_record_id_records"),
        sa.PrimaryKeyConstraint("record_id", "version", name="pk_record_versions"),
    )
    op.create_table(
        "record_terms",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_terms_record_id_records"),
        sa.PrimaryKeyConstraint("record_id", "hash", name="pk_record_terms"),
    )
    op.create_index("ix_record_terms_hash", "record_terms", ["hash"])
    op.create_table(
        "record_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("record", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_audit"),
    )
    op.create_index("ix_record_audit_at", "record_audit", ["at"])


def _move_private_parts() -> None:
    """Records kept before this version: name and contact leave the open part, number and time get their columns.

    The private part stays plain, for a migration knows no key; `copilot records rekey` encrypts it.
    """
    connection = op.get_bind()
    for row in connection.execute(sa.select(_RECORDS)).all():
        content: dict[str, Any] = dict(row.content)
        private = {name: content.get(name, "") for name in _PRIVATE}
        connection.execute(
            _RECORDS.update().where(_RECORDS.c.id == row.id).values(
                content={**content, **{name: "" for name in _OPEN if name in content}},
                private="plain:" + json.dumps(private, ensure_ascii=False),
                number=f"{row.at:%Y%m%d}-{row.conversation_id or row.id:04d}",
                complaint=bool(content.get("complaint", False)),
                service_time=_time(content.get("service_time"), row.at),
            )
        )  # fmt: skip


def _time(text: object, at: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return at


def downgrade() -> None:
    """The former shape. What is not encrypted goes back into the records; the key of the rest is not known here."""
    if not op.get_context().as_sql:
        _put_private_parts_back()
    for name in ("record_audit", "record_terms", "record_versions"):
        op.drop_table(name)
    op.drop_index("ix_records_service_time", "records")
    op.drop_index("ix_records_number", "records")
    with op.batch_alter_table("records") as table:  # SQLite before 3.35 drops no column by itself
        for column in ("number", "complaint", "service_time", "private", "key_id", "version", "confirmed"):
            table.drop_column(column)


def _put_private_parts_back() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_RECORDS)).all():
        if row.private.startswith("plain:"):
            private = json.loads(row.private.removeprefix("plain:"))
            own = {name: private[name] for name in _OPEN if name in private and name in row.content}
            content = {**row.content, **own}
            connection.execute(_RECORDS.update().where(_RECORDS.c.id == row.id).values(content=content))
