"""The vector index: Chroma, reached through langchain-chroma. The only module that imports either, and only when called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from copilot.retrieval.embeddings import TextEmbeddings
from copilot.retrieval.entries import Entry

_COLLECTION = "entries"
_BATCH = 1_000


class DenseIndex:
    """Nearest entries to a query, in a folder of its own. Every error of Chroma's passes through: the index rebuilds."""

    def __init__(self, folder: Path, embeddings: TextEmbeddings) -> None:
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        folder.mkdir(parents=True, exist_ok=True)
        self._embeddings = embeddings
        self._client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        self._store: Any = Chroma(
            _COLLECTION,
            client=self._client,
            embedding_function=_as_langchain(embeddings),
            collection_configuration={"hnsw": {"space": "cosine", "ef_search": 128}},
        )

    def close(self) -> None:
        """Release the files; the object cannot be used afterwards."""
        self._client.close()

    def count(self) -> int:
        return int(self._client.get_collection(_COLLECTION).count())

    def update(
        self, add: Sequence[Entry], remove: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        """Embed and add entries, drop those with the ids in `remove`; `progress` hears of entries done and in all."""
        for start in range(0, len(remove), _BATCH):
            self._store.delete(ids=list(remove[start : start + _BATCH]))
        for start in range(0, len(add), _BATCH):
            batch = add[start : start + _BATCH]
            self._store.add_texts(
                [entry.text for entry in batch],
                metadatas=[{"document": entry.document, "clause": entry.clause} for entry in batch],
                ids=[entry.id for entry in batch],
            )
            progress(start + len(batch), len(add))

    def nearest(self, query: str, k: int) -> list[tuple[str, str, float]]:
        """Up to `k` nearest entries as (document, clause, cosine similarity in [-1, 1]); document "" is uncovered."""
        vector = self._embeddings.vectors([query])[0]
        if not np.any(vector):
            return []
        found = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k)
        return [(item.metadata["document"], item.metadata["clause"], 1.0 - float(distance)) for item, distance in found]


def _as_langchain(embeddings: TextEmbeddings) -> Any:
    """The embedding as an object of LangChain's class."""
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embeddings.vectors(texts).tolist()  # type: ignore[no-any-return]

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Adapter()
