"""What documents repeat and on which figures they disagree, as `index add`, `index status` and the doctor tell it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.clauses import DocumentStore
    from copilot.documents.comparing import Comparison
    from copilot.workspace import Workspace


def today() -> date:
    """The day on the clock of this machine, which decides what holds."""
    from copilot.retrieval.index import local_today

    return local_today()


def compare_documents(store: DocumentStore, workspace: Workspace) -> Comparison:
    """Duplicates and disagreements among all clauses that hold today or will hold. Raises WorkspaceError."""
    from copilot.documents.comparing import compare
    from copilot.documents.comparing_words import ComparingWords

    day = today()
    clauses = [
        clause for document in store.documents for clause in document.clauses
        if clause.valid_until is None or clause.valid_until > day
    ]  # fmt: skip
    return compare(clauses, ComparingWords.read(workspace))
