"""What every group of store methods shares: a connection and a portable insert-or-update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection


class Statements:
    """Runs statements on the connection of one unit of work."""

    _connection: AsyncConnection

    async def _insert(self, table: sa.Table, **values: Any) -> int:
        """Insert a row of a table with an `id`; returns the id."""
        result = await self._connection.execute(table.insert().values(**values).returning(table.c.id))
        return int(result.scalar_one())

    async def _insert_once(self, table: sa.Table, **values: Any) -> bool:
        """Insert a row; False when one with this key exists. The transaction goes on either way."""
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(table.insert().values(**values))
        except IntegrityError:
            return False
        return True

    async def _put(self, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Update the row with this key, or insert it."""
        if not await self._insert_once(table, **key, **values):
            where = [table.c[name] == value for name, value in key.items()]
            await self._connection.execute(table.update().where(*where).values(**values))
