"""The index of all clauses: quick to open, milliseconds to ask, and built by itself when a file changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np

from copilot.clauses import Clause
from copilot.conversation import ClauseRef
from copilot.errors import CopilotError, IndexUnavailableError
from copilot.retrieval.builder import EmbeddingsFor, Progress, embeddings_of, ensure_built
from copilot.retrieval.dense import EmbeddedVectors, VectorStores
from copilot.retrieval.embeddings import default_embeddings
from copilot.retrieval.generation import Manifest, index_folder, load_clauses, manifest_stamp, read_manifest
from copilot.retrieval.reranking import CANDIDATES, Reranker, preload
from copilot.retrieval.searcher import Searcher, Valid
from copilot.retrieval.vectors import NOWHERE
from copilot.workspace import Workspace

Today = Callable[[], date]
_KEPT_DAYS = 16
_log = logging.getLogger(__name__)


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


def local_today() -> date:
    """The day on the clock of this machine."""
    return datetime.now().astimezone().date()


def _by_ref(clauses: Iterable[Clause]) -> dict[ClauseRef, tuple[Clause, ...]]:
    """The versions of each clause, the earliest first."""
    found: dict[ClauseRef, tuple[Clause, ...]] = {}
    for clause in clauses:
        ref = clause.ref
        found[ref] = (*found[ref], clause) if ref in found else (clause,)
    several = {ref: versions for ref, versions in found.items() if len(versions) > 1}
    found.update((ref, tuple(sorted(v, key=lambda c: c.valid_from or date.min))) for ref, v in several.items())
    return found


def _silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class Index:
    """All clauses of a workspace and the search over them. Make one with `Index.open`; safe to share between threads."""

    def __init__(
        self, workspace: Workspace, home: Path, embeddings: EmbeddingsFor, manifest: Manifest, today: Today,
        vectors: VectorStores, reranker: Reranker | None,
    ) -> None:  # fmt: skip
        self._workspace, self._home, self._embeddings, self._today = workspace, home, embeddings, today
        self._vectors, self._reranker = vectors, reranker
        self._mending: threading.Thread | None = None
        self._lock = threading.RLock()
        self._searcher: Searcher | None = None
        self._masks: dict[date, Valid | None] = {}
        self._stamp = 0
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
        today: Today = local_today,
        vectors: VectorStores | None = None,
        reranker: Reranker | None = None,
    ) -> Index:
        """The index kept under `home/index`, built first where it is missing and brought up to date where a file changed.

        `progress(step, done, total)` hears of a build; `anew` builds even where nothing changed, and the index before it
        serves until the new one stands. `today` says which clauses hold where nobody asks for a day. Raises
        WorkspaceError for a file that cannot be used and IndexUnavailableError when the index can neither be read nor
        built.
        """
        report: Progress = progress or _silent
        stores = vectors or EmbeddedVectors()
        workspace = workspace.with_home(home)
        manifest = ensure_built(workspace, home, embeddings, report, stores, anew=anew)
        try:
            return cls(workspace, home, embeddings, manifest, today, stores, reranker)
        except (OSError, ValueError, TypeError, KeyError):
            manifest = ensure_built(workspace, home, embeddings, report, stores, anew=True)
            return cls(workspace, home, embeddings, manifest, today, stores, reranker)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in all their versions, the agreement's first."""
        return self._clauses

    @property
    def today(self) -> date:
        """The day that is meant where none is named."""
        return self._today()

    def clause(self, ref: ClauseRef, *, on: date | None = None) -> Clause | None:
        """The version of this clause that holds on the day, or None.

        Where no day is asked for: today's version, or else the last one there was or will be.
        """
        day = on or self.today
        versions = self._by_ref.get(ref, ())
        found = next((clause for clause in versions if clause.valid_on(day)), None)
        return versions[-1] if found is None and versions and on is None else found

    def versions(self, ref: ClauseRef) -> tuple[Clause, ...]:
        """All versions of this clause, the earliest first."""
        return self._by_ref.get(ref, ())

    def valid(self, on: date | None = None) -> tuple[Clause, ...]:
        """The clauses that hold on the day (today unless told), the agreement's first."""
        day = on or self.today
        return tuple(clause for clause in self._clauses if clause.valid_on(day))

    def search(self, query: str, k: int = 5, *, on: date | None = None) -> list[Hit]:
        """Up to `k` clauses, each once, best first; none for a text without letters, digits or Chinese characters.

        Only clauses that hold on the day are found (today unless told). Where another process has built the index anew
        since, that one is asked. Raises IndexUnavailableError when the index is damaged and cannot be built anew.
        """
        if k < 1 or not query.strip():
            return []
        with self._lock:
            self._follow()
            try:
                hits = self._search(query, k, on or self.today)
            except Exception:  # a damaged file shows as any error of bm25s, numpy or Chroma; built anew it must work
                self._rebuild()
                hits = self._search_again(query, k, on or self.today)
        return self._reordered(query, hits)[:k] if self._reranker else hits

    def _search_again(self, query: str, k: int, day: date) -> list[Hit]:
        """The search after a rebuild: what fails now does not mend itself."""
        try:
            return self._search(query, k, day)
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
        """Load what the first search would load, so that no user waits for it; takes about a second.

        Models that somebody chose take longer; while they load, searches of other threads go on without them.
        """
        with suppress(OSError, ValueError, CopilotError):  # the search meets the same fault and mends what it can
            preload(embeddings_of(self._home, self._manifest, self._embeddings), self._reranker)
        self.search("您好")

    def count_vectors(self) -> int:
        """How many vectors the semantic search has. Raises VectorsUnavailableError while they cannot be reached."""
        with self._lock:
            dense = self._vectors.open(self._folder, embeddings_of(self._home, self._manifest, self._embeddings))
            try:
                return dense.count()
            finally:
                dense.close()

    def close(self) -> None:
        """Release the files of the vector index; a later search opens them again."""
        with self._lock:
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None

    def _use(self, manifest: Manifest) -> None:
        folder = index_folder(self._home) / manifest.generation
        clauses = load_clauses(folder)
        self._manifest, self._folder, self._clauses = manifest, folder, clauses
        self._by_ref = _by_ref(clauses)
        self._masks = {}

    def _follow(self) -> None:
        """Go over to the generation in force, where another process has put one there and it fits our embedding."""
        stamp = manifest_stamp(self._home)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        manifest = read_manifest(self._home)
        if manifest is None or manifest.generation == self._manifest.generation:
            return
        with suppress(OSError, ValueError, TypeError, KeyError):  # damaged: what we have still serves
            if embeddings_of(self._home, manifest, self._embeddings).name == manifest.embedding:
                self._use(manifest)
                self.close()

    def _search(self, query: str, k: int, day: date) -> list[Hit]:
        if self._searcher is None:
            embeddings = embeddings_of(self._home, self._manifest, self._embeddings)
            self._searcher = Searcher(self._folder, self.clauses, self._vectors.open(self._folder, embeddings))
        wanted = max(k, CANDIDATES) if self._reranker else k
        hits = [
            Hit(self.clauses[found.clause], found.score, found.lexical, found.dense)
            for found in self._searcher.search(query, wanted, self._mask(day))
        ]
        if self._searcher.lacks_vectors:
            self._mend_soon()
        return hits

    def _mask(self, day: date) -> Valid | None:
        """Which clauses hold on the day, None where all do; kept for the days that were asked for last."""
        if day not in self._masks:
            while len(self._masks) >= _KEPT_DAYS:
                del self._masks[next(iter(self._masks))]
            holds = np.fromiter((c.valid_on(day) for c in self._clauses), dtype=np.bool_, count=len(self._clauses))
            self._masks[day] = None if holds.all() else holds
        return self._masks[day]

    def _reordered(self, query: str, hits: list[Hit]) -> list[Hit]:
        """The hits as the reranker puts them. The scores keep their places, so the cut still means what it meant."""
        if self._reranker is None or len(hits) < 2:
            return hits
        hits, rest = hits[:CANDIDATES], hits[CANDIDATES:]
        texts = [f"{hit.clause.title}。{hit.clause.text}" for hit in hits]
        order = self._reranker.order(query, texts, [hit.score for hit in hits])
        return [replace(hits[place], score=hit.score) for place, hit in zip(order, hits, strict=True)] + rest

    def _mend_soon(self) -> None:
        """Make the vectors again in a thread of its own; searches go on with words meanwhile."""
        if self._mending is None or not self._mending.is_alive():
            self._mending = threading.Thread(target=self._mend, name="index-mend", daemon=True)
            self._mending.start()

    def _mend(self) -> None:
        try:
            known = self._manifest.vectors == NOWHERE
            manifest = ensure_built(
                self._workspace, self._home, self._embeddings, _silent, self._vectors, anew=not known
            )
        except CopilotError as error:
            _log.warning("%s", error)
            return
        with self._lock:
            self.close()
            self._use(manifest)

    def _rebuild(self) -> None:
        """Put another generation in place of the one that cannot be read."""
        self._searcher = None
        self._use(ensure_built(self._workspace, self._home, self._embeddings, _silent, self._vectors, anew=True))
