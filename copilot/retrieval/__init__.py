"""Finds clauses: an index on disk over the agreement and the policies, lexical and dense search in one calibrated score.

`ClauseRetriever` offers the same as a LangChain retriever; LangChain is imported when its name is first asked for.
"""

from typing import TYPE_CHECKING, Any

from copilot.retrieval.embeddings import HashedEmbeddings, TextEmbeddings, default_embeddings
from copilot.retrieval.fusion import Calibration, calibration
from copilot.retrieval.index import Hit, Index, IndexStatus

if TYPE_CHECKING:
    from copilot.retrieval.retriever import ClauseRetriever

__all__ = [
    "Calibration", "ClauseRetriever", "HashedEmbeddings", "Hit", "Index", "IndexStatus", "TextEmbeddings", "calibration",
    "default_embeddings",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "ClauseRetriever":
        from copilot.retrieval.retriever import ClauseRetriever

        return ClauseRetriever
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
