"""Where vectors lie and how the nearest are found: Chroma, reached through langchain-chroma.

`VectorStores` is the seam: files beside the index (here) or a Chroma server (`chroma_server.py`). Only these two modules
import Chroma or LangChain, and only when called.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from copilot.retrieval.embeddings import TextEmbeddings, Vector
from copilot.retrieval.entries import Entry
from copilot.retrieval.rescaling import Scale

Neighbour = tuple[str, str, float]  # edition, clause, similarity in [-1, 1]; edition "" is an uncovered topic
Progress = Callable[[int, int], None]
_FOLDER = "chroma"
_COLLECTION = "entries"
_BATCH = 1_000


class Neighbours(Protocol):
    """The vectors of one generation, as the search sees them."""

    missing: bool  # the place answers, but the vectors are gone and have to be made again

    def nearest(self, query: str, k: int) -> list[Neighbour]:
        """Up to `k` nearest entries. Raises VectorsUnavailableError while only lexical search is possible."""

    def count(self) -> int:
        """How many vectors there are. Raises VectorsUnavailableError."""

    def close(self) -> None:
        """Release what is held; the object cannot be used afterwards."""


class VectorStores(Protocol):
    """A place for the vectors of every generation of an index; `folder` is a generation's folder."""

    @property
    def name(self) -> str:
        """Tells places apart: vectors that lie elsewhere are made again. Empty: beside the index."""

    def reachable(self) -> bool:
        """Whether vectors could be stored now; takes two seconds at most."""

    def open(self, folder: Path, embeddings: TextEmbeddings) -> Neighbours:
        """The vectors of a generation, for searching; never waits for anything."""

    def create(self, folder: Path, embeddings: TextEmbeddings) -> DenseIndex:
        """The vectors of a new generation, to be filled. Raises VectorsUnavailableError."""

    def carry_over(self, old: Path, new: Path, embeddings: TextEmbeddings, wanted: Collection[str]) -> set[str]:
        """Copy an earlier generation's vectors into a new one; the ids that are there now, all of `wanted` that can be.

        Raises VectorsUnavailableError.
        """

    def clear(self, index_folder: Path, keep: Collection[str]) -> None:
        """Remove the vectors of every generation that `keep` does not name; raises nothing."""


class DenseIndex:
    """The entries of one generation in one collection. Every error of Chroma's passes through: the index rebuilds."""

    missing = False

    def __init__(
        self, client: Any, collection: str, embeddings: TextEmbeddings, *, scale: Scale | None = None,
        create: bool = True, batch: int = _BATCH, close: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """`close` releases the client where its own `close` is not enough."""
        from langchain_chroma import Chroma

        self._client, self._collection, self._embeddings = client, collection, embeddings
        self._close: Callable[[], None] = close or client.close
        self._scale = scale or Scale()
        self._batch = min(batch, getattr(embeddings, "batch", batch))
        self._store: Any = Chroma(
            collection,
            client=client,
            embedding_function=_as_langchain(embeddings),
            collection_configuration={"hnsw": {"space": "cosine", "ef_search": 128}},
            create_collection_if_not_exists=create,
        )

    def close(self) -> None:
        """Release the files or connections; the object cannot be used afterwards."""
        self._close()

    def count(self) -> int:
        return int(self._client.get_collection(self._collection).count())

    def update(
        self, add: Sequence[Entry], remove: Sequence[str], progress: Progress = lambda done, total: None
    ) -> None:
        """Embed and add entries, drop those with the ids in `remove`; `progress` hears of entries done and in all."""
        for start in range(0, len(remove), self._batch):
            self._store.delete(ids=list(remove[start : start + self._batch]))
        for start in range(0, len(add), self._batch):
            batch = add[start : start + self._batch]
            self._store.add_texts(
                [entry.text for entry in batch],
                metadatas=[{"document": entry.edition, "clause": entry.clause} for entry in batch],
                ids=[entry.id for entry in batch],
            )
            progress(start + len(batch), len(add))

    def take_from(self, other: str, wanted: Collection[str]) -> set[str]:
        """Copy the wanted entries of another collection of the same client; the ids that were there."""
        source, target = self._client.get_collection(other), self._client.get_collection(self._collection)
        taken: set[str] = set()
        for start in range(0, int(source.count()), self._batch):
            page = source.get(limit=self._batch, offset=start, include=["embeddings", "metadatas", "documents"])
            places = [place for place, identity in enumerate(page["ids"]) if identity in wanted]
            if not places:
                continue
            target.add(
                ids=[page["ids"][place] for place in places],
                embeddings=np.asarray(page["embeddings"])[places],
                metadatas=[page["metadatas"][place] for place in places],
                documents=[page["documents"][place] for place in places],
            )
            taken.update(page["ids"][place] for place in places)
        return taken

    def vectors_of(self, ids: Sequence[str]) -> Vector:
        """The stored vectors of these entries, shape (n_ids, dimensions). Raises KeyError where one is missing."""
        collection = self._client.get_collection(self._collection)
        found: dict[str, Any] = {}
        for start in range(0, len(ids), self._batch):
            page = collection.get(ids=list(ids[start : start + self._batch]), include=["embeddings"])
            found.update(zip(page["ids"], page["embeddings"], strict=True))
        return np.asarray([found[identity] for identity in ids], dtype=np.float32)

    def nearest(self, query: str, k: int) -> list[Neighbour]:
        """Up to `k` nearest entries as (edition, clause, similarity in [-1, 1]); edition "" is uncovered."""
        return self.nearest_to(query_vector(self._embeddings, query), k)

    def nearest_to(self, vector: Vector, k: int) -> list[Neighbour]:
        """The same for a vector of shape (dimensions,)."""
        if not np.any(vector):
            return []
        found = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k)
        similarities = self._scale(np.array([1.0 - float(distance) for _, distance in found]))
        return [
            (item.metadata["document"], item.metadata["clause"], float(similarity))
            for (item, _), similarity in zip(found, similarities, strict=True)
        ]


class EmbeddedVectors:
    """Vectors in files, in a folder within each generation's: they come and go with it."""

    name = ""

    def reachable(self) -> bool:
        return True

    def open(self, folder: Path, embeddings: TextEmbeddings) -> DenseIndex:
        return DenseIndex(_files(folder), _COLLECTION, embeddings, scale=Scale.load(folder))

    create = open

    def carry_over(self, old: Path, new: Path, embeddings: TextEmbeddings, wanted: Collection[str]) -> set[str]:
        """All of the old generation's vectors; none where they turn out to be damaged."""
        try:
            ids = set(json.loads((old / "entries.json").read_text("utf-8")))
            shutil.copytree(old / _FOLDER, new / _FOLDER)
            dense = self.open(new, embeddings)
            try:
                complete = dense.count() == len(ids)
            finally:
                dense.close()
        except Exception:  # Chroma's errors have no common root, and whatever is wrong, embedding anew mends it
            complete = False
        if not complete:
            shutil.rmtree(new / _FOLDER, ignore_errors=True)
        return ids if complete else set()

    def clear(self, index_folder: Path, keep: Collection[str]) -> None:
        """Nothing: the files went with the generations' folders."""


def query_vector(embeddings: TextEmbeddings, query: str) -> Vector:
    """The vector of a question, shape (dimensions,)."""
    return np.asarray(query_vectors(embeddings, [query])[0])


def query_vectors(embeddings: TextEmbeddings, queries: Sequence[str]) -> Vector:
    """The vectors of questions, shape (n_queries, dimensions): some models read questions in a way of their own."""
    as_queries: Callable[[Sequence[str]], Vector] | None = getattr(embeddings, "query_vectors", None)
    return (as_queries or embeddings.vectors)(queries)


def _files(folder: Path) -> Any:
    chromadb = without_telemetry_exporter()
    from chromadb.config import Settings

    path = folder / _FOLDER
    path.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


def _as_langchain(embeddings: TextEmbeddings) -> Any:
    """The embedding as an object of LangChain's class."""
    from langchain_core.embeddings import Embeddings

    class Adapter(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return embeddings.vectors(texts).tolist()  # type: ignore[no-any-return]

        def embed_query(self, text: str) -> list[float]:
            return query_vector(embeddings, text).tolist()  # type: ignore[no-any-return]

    return Adapter()


def without_telemetry_exporter() -> Any:
    """The module chromadb, imported without the gRPC exporter of its telemetry, which is never turned on here.

    The exporter alone takes 15 MB of the 350 that a server may hold.
    """
    name = "opentelemetry.exporter.otlp.proto.grpc.trace_exporter"
    absent = name not in sys.modules and "chromadb" not in sys.modules
    if absent:
        stand_in: Any = ModuleType(name)
        stand_in.OTLPSpanExporter = None
        sys.modules[name] = stand_in
    try:
        return import_module("chromadb")
    finally:
        if absent:
            sys.modules.pop(name, None)
