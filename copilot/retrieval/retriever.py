"""The index as a LangChain retriever, for chains that want one. Importing this module imports langchain-core."""

from __future__ import annotations

from datetime import date
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from copilot.retrieval.fusion import calibration
from copilot.retrieval.index import Hit, Index


class ClauseRetriever(BaseRetriever):
    """Clauses as LangChain documents, best first: the text is the clause's wording, the metadata says where it stands.

    A question that the documents do not cover finds nothing, as everywhere in the copilot; `cut=False` gives the nearest
    clauses all the same. Works in any chain, sync and async:

        >>> from copilot.retrieval import ClauseRetriever, Index
        >>> from copilot.workspace import builtin_workspace
        >>> retriever = ClauseRetriever(index=Index.open(builtin_workspace(), home), k=3)
        >>> found = retriever.invoke("电话响几声之内要接")
        >>> found[0].metadata["document"], found[0].metadata["clause"]
        ('agreement', '2.1')
        >>> retriever.invoke("明天北京天气怎么样")
        []

    The metadata is plain JSON: `document`, `document_title`, `clause`, `title`, `path`, `citation`, `source`, `line`,
    `version`, `valid_from`, `valid_until`, and `score`, `lexical`, `dense` in [0, 1].
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = Field(5, ge=1, description="Clauses at most.")
    cut: bool = Field(True, description="Whether a question whose best clause scores below the cut-off finds nothing.")
    on: date | None = Field(None, description="The day on which the clauses must hold; today where none is given.")

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun | None = None
    ) -> list[Document]:
        hits = self.index.search(query, self.k, on=self.on)
        if self.cut:
            least = calibration().cutoff
            hits = [hit for hit in hits if hit.score >= least]
        return [_document(hit) for hit in hits]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        import asyncio

        return await asyncio.to_thread(self._get_relevant_documents, query)


def _document(hit: Hit) -> Document:
    clause = hit.clause
    metadata: dict[str, Any] = {
        "document": clause.document, "document_title": clause.document_title, "clause": clause.number,
        "title": clause.title, "path": list(clause.path), "citation": clause.citation,
        "source": clause.source, "line": clause.line, "version": clause.version,
        "valid_from": clause.valid_from.isoformat() if clause.valid_from else None,
        "valid_until": clause.valid_until.isoformat() if clause.valid_until else None,
        "score": float(hit.score), "lexical": float(hit.lexical), "dense": float(hit.dense),
    }  # fmt: skip
    return Document(page_content=clause.text, metadata=metadata, id=f"{clause.edition} {clause.number}")
