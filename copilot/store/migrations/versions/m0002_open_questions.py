"""Where an unanswered question came from, and when the knowledge owner dealt with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "unanswered_questions", sa.Column("source", sa.String(length=10), nullable=False, server_default="desk")
    )
    op.add_column("unanswered_questions", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_unanswered_questions_at", "unanswered_questions", ["at"])


def downgrade() -> None:
    op.drop_index("ix_unanswered_questions_at", table_name="unanswered_questions")
    with op.batch_alter_table("unanswered_questions") as table:  # SQLite before 3.35 drops no column by itself
        table.drop_column("done_at")
        table.drop_column("source")
