"""Agents' and teams' own phrases, and which phrase a suggestion came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("style", sa.String(length=20), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("cites", sa.JSON(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_phrases"),
        sa.UniqueConstraint("owner", "text_key", name="uq_own_phrases_owner_text_key"),
    )
    op.add_column(
        "suggestions", sa.Column("phrase", sa.String(length=100), nullable=False, server_default="")
    )
    op.create_index("ix_suggestions_phrase", "suggestions", ["phrase"])


def downgrade() -> None:
    op.drop_index("ix_suggestions_phrase", table_name="suggestions")
    with op.batch_alter_table("suggestions") as table:  # SQLite before 3.35 drops no column by itself
        table.drop_column("phrase")
    op.drop_table("own_phrases")
