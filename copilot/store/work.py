"""One unit of work: everything that one event reads and writes, kept together or not at all."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from copilot.store.case_files import CaseFiles
from copilot.store.desk_files import DeskFiles


class Work(DeskFiles, CaseFiles):
    """A transaction with the store's methods. Nothing is kept before `commit`."""

    def __init__(self, connection: AsyncConnection, transaction: AsyncTransaction) -> None:
        self._connection = connection
        self._transaction = transaction

    async def commit(self) -> None:
        """Keep everything done so far; afterwards this unit of work is over."""
        await self._transaction.commit()
