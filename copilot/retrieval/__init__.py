"""Finds clauses: an index on disk over the agreement and the policies, lexical and dense search in one calibrated score.

`copilot.retrieval.retriever` offers the same as a LangChain retriever; it stands apart because importing it costs time.
"""

from copilot.retrieval.embeddings import HashedEmbeddings, TextEmbeddings, default_embeddings
from copilot.retrieval.fusion import Calibration, calibration
from copilot.retrieval.index import Hit, Index, IndexStatus

__all__ = [
    "Calibration", "HashedEmbeddings", "Hit", "Index", "IndexStatus", "TextEmbeddings", "calibration",
    "default_embeddings",
]  # fmt: skip
