"""One unit of work: everything that one event reads and writes, kept together or not at all."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from copilot.store.case_files import CaseFiles
from copilot.store.clock_files import ClockFiles
from copilot.store.desk_files import DeskFiles
from copilot.store.dispute_files import DisputeFiles
from copilot.store.handover_files import HandoverFiles
from copilot.store.phrase_files import PhraseFiles
from copilot.store.record_files import RecordFiles


class Work(DeskFiles, CaseFiles, ClockFiles, RecordFiles, DisputeFiles, PhraseFiles, HandoverFiles):
    """A transaction with the store's methods. Nothing is kept before `commit`."""

    def __init__(self, connection: AsyncConnection, transaction: AsyncTransaction) -> None:
        self._connection = connection
        self._transaction = transaction

    async def commit(self) -> None:
        """Keep everything done so far; afterwards this unit of work is over."""
        await self._transaction.commit()
