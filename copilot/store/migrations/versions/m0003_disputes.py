"""Findings that agents called wrong, and what a trainer decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=100), nullable=False),
        sa.Column("norm", sa.String(length=100), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("clause", sa.String(length=50), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=False),
        sa.Column("span_end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("reply_key", sa.String(length=32), nullable=False),
        sa.Column("situation", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name="fk_disputes_review_id_reviews", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_disputes"),
        sa.UniqueConstraint("review_id", "position", name="uq_disputes_review_id_position"),
    )
    op.create_index("ix_disputes_agent", "disputes", ["agent"])
    op.create_index("ix_disputes_at", "disputes", ["at"])
    op.create_index("ix_disputes_reply_key", "disputes", ["reply_key"])
    op.create_index("ix_disputes_status", "disputes", ["status"])
    op.create_index("ix_reviews_at", "reviews", ["at"])


def downgrade() -> None:
    op.drop_index("ix_reviews_at", table_name="reviews")
    op.drop_index("ix_disputes_status", table_name="disputes")
    op.drop_index("ix_disputes_reply_key", table_name="disputes")
    op.drop_index("ix_disputes_at", table_name="disputes")
    op.drop_index("ix_disputes_agent", table_name="disputes")
    op.drop_table("disputes")
