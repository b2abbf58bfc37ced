"""The index of all clauses: quick to open, milliseconds to ask, and built by itself when a file changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from copilot.clauses import Clause
from copilot.conversation import ClauseRef
from copilot.errors import IndexUnavailableError
from copilot.retrieval.builder import EmbeddingsFor, Progress, embeddings_of, ensure_built
from copilot.retrieval.embeddings import default_embeddings
from copilot.retrieval.generation import Manifest, index_folder, load_clauses
from copilot.retrieval.searcher import Searcher
from copilot.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause that was found. All three in [0, 1], higher is better; `score` is the probability that it answers."""

    clause: Clause
    score: float
    lexical: float
    dense: float


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What `copilot doctor` and the progress line tell about the index."""

    documents: int
    clauses: int
    entries: int
    built_at: datetime
    changed: tuple[str, ...]  # files that made the last build necessary, relative to the workspace
    embedding: str
    folder: Path


def _silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Index:
    """All clauses of a workspace and the search over them. Make one with `Index.open`; safe to share between threads."""

    def __init__(self, workspace: Workspace, home: Path, embeddings: EmbeddingsFor, manifest: Manifest) -> None:
        self._workspace, self._home, self._embeddings = workspace, home, embeddings
        self._lock = threading.RLock()
        self._searcher: Searcher | None = None
        self._use(manifest)

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        home: Path,
        progress: Callable[[str, int, int], None] | None = None,
        *,
        embeddings: EmbeddingsFor = default_embeddings,
        anew: bool = False,
    ) -> Index:
        """The index kept under `home/index`, built first where it is missing and brought up to date where a file changed.

        `progress(step, done, total)` hears of a build; `anew` builds even where nothing changed, and the index before it
        serves until the new one stands. Raises WorkspaceError for a file that cannot be used and
        IndexUnavailableError when the index can neither be read nor built.
        """
        report: Progress = progress or _silent
        manifest = ensure_built(workspace, home, embeddings, report, anew=anew)
        try:
            return cls(workspace, home, embeddings, manifest)
        except (OSError, ValueError, TypeError, KeyError):
            return cls(workspace, home, embeddings, ensure_built(workspace, home, embeddings, report, anew=True))

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses, the agreement's first."""
        return self._clauses

    def clause(self, ref: ClauseRef) -> Clause | None:
        """The clause of this name, or None."""
        return self._by_ref.get(ref)

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """Up to `k` clauses, each once, best first; none for a text without letters, digits or Chinese characters.

        Raises IndexUnavailableError when the index is damaged and cannot be built anew.
        """
        if k < 1 or not query.strip():
            return []
        with self._lock:
            try:
                return self._search(query, k)
            except Exception:  # a damaged file shows as any error of bm25s, numpy or Chroma; built anew it must work
                self._rebuild()
            try:
                return self._search(query, k)
            except Exception as error:
                raise IndexUnavailableError(
                    f"索引 {index_folder(self._home)} 无法使用（{type(error).__name__}）。请删去这个文件夹后重新启动，它会自动重建。"
                ) from error

    def status(self) -> IndexStatus:
        return IndexStatus(
            documents=len({clause.document for clause in self.clauses}),
            clauses=len(self.clauses),
            entries=int(np.load(self._folder / "owners.npy", mmap_mode="r").shape[0]),
            built_at=datetime.fromisoformat(self._manifest.built_at),
            changed=self._manifest.changed,
            embedding=self._manifest.embedding,
            folder=index_folder(self._home),
        )

    def warm(self) -> None:
        """Load what the first search would load, so that no user waits for it; takes about a second."""
        self.search("您好")

    def close(self) -> None:
        """Release the files of the vector index; a later search opens them again."""
        with self._lock:
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None

    def _use(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._folder = index_folder(self._home) / manifest.generation
        self._clauses = load_clauses(self._folder)
        self._by_ref = {clause.ref: clause for clause in self._clauses}

    def _search(self, query: str, k: int) -> list[Hit]:
        if self._searcher is None:
            embeddings = embeddings_of(self._home, self._manifest, self._embeddings)
            self._searcher = Searcher(self._folder, self.clauses, embeddings)
        return [
            Hit(self.clauses[found.clause], found.score, found.lexical, found.dense)
            for found in self._searcher.search(query, k)
        ]

    def _rebuild(self) -> None:
        """Put another generation in place of the one that cannot be read."""
        self._searcher = None
        self._use(ensure_built(self._workspace, self._home, self._embeddings, _silent, anew=True))
