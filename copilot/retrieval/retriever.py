"""The index as a LangChain retriever, for chains that want one."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from copilot.retrieval.index import Index


class ClauseRetriever(BaseRetriever):
    """Clauses as LangChain documents: the text is the clause's wording, the metadata names it and its score."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [
            Document(
                page_content=hit.clause.text,
                metadata={
                    "document": hit.clause.document, "clause": hit.clause.number, "title": hit.clause.title,
                    "source": hit.clause.source, "score": hit.score,
                },
            )
            for hit in self.index.search(query, self.k)
        ]  # fmt: skip
