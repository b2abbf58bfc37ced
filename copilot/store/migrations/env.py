"""What Alembic runs: the migrations on the connection that copilot.store.migrate hands in."""

from __future__ import annotations

from typing import Literal

from alembic import context

from copilot.store.tables import UtcTime, metadata


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """How autogenerate writes our own type: as what it is in the database, for a migration never changes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
