"""Builds a generation of the index: everything anew, or from the one before with only what changed embedded."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from copilot.clauses import read_clauses, read_questions, read_uncovered
from copilot.errors import IndexUnavailableError, ModelError, reason_of
from copilot.retrieval.asked import prepare
from copilot.retrieval.concepts import Lexicon, load_lexicon, read_concepts, save_concepts
from copilot.retrieval.dense import VectorStores
from copilot.retrieval.embeddings import TextEmbeddings, default_embeddings
from copilot.retrieval.entries import entries_of, searched
from copilot.retrieval.fields import Fields, TermsOfEntries, owners_of, terms_of_entries
from copilot.retrieval.generation import (
    Manifest,
    build_lock,
    clear_old_generations,
    index_folder,
    new_generation,
    read_manifest,
    save_clauses,
    source_hashes,
    write_manifest,
)  # fmt: skip
from copilot.retrieval.searcher import ASKED
from copilot.retrieval.vectors import NOWHERE, store_vectors
from copilot.workspace import Workspace

Progress = Callable[[str, int, int], None]
_TERMS = "terms.json"
EmbeddingsFor = Callable[[Lexicon], TextEmbeddings]


def embeddings_of(home: Path, manifest: Manifest, make: EmbeddingsFor) -> TextEmbeddings:
    """The embedding for queries to a generation, made with the concepts of that generation. Raises OSError, ValueError."""
    return make(load_lexicon(index_folder(home) / manifest.generation))


def _is_current(
    home: Path, manifest: Manifest, hashes: dict[str, str], make: EmbeddingsFor, vectors: VectorStores
) -> bool:
    """Whether the index still fits files with these hashes, the embedding that is asked for and where its vectors belong."""
    try:
        if dict(manifest.files) != hashes or embeddings_of(home, manifest, make).name != manifest.embedding:
            return False
    except (OSError, ValueError):
        return False
    return manifest.vectors == vectors.name or (manifest.vectors == NOWHERE and not vectors.reachable())


def ensure_built(
    workspace: Workspace, home: Path, make: EmbeddingsFor, progress: Progress, vectors: VectorStores, *,
    anew: bool = False,
) -> Manifest:  # fmt: skip
    """The manifest of an index that fits the workspace; builds where needed, one process at a time.

    `anew` builds even where nothing changed. Raises WorkspaceError for a file that cannot be read,
    IndexUnavailableError when the folder cannot be written.
    """
    before = read_manifest(home)
    if not anew and before is not None and _is_current(home, before, source_hashes(workspace), make, vectors):
        return before
    with build_lock(home):
        latest = read_manifest(home)
        hashes = source_hashes(workspace)
        done_elsewhere = latest is not None and (not anew or latest != before)
        if latest is not None and done_elsewhere and _is_current(home, latest, hashes, make, vectors):
            return latest
        try:
            with _uncollected(), suppress(ModelError):
                return _build(workspace, home, make, progress, hashes, latest, vectors, anew=anew)
            # The chosen embedding failed on its way and has said so: `make` gives the default now.
            with _uncollected():
                return _build(workspace, home, make, progress, hashes, latest, vectors, anew=anew)
        except OSError as error:
            raise IndexUnavailableError(
                f"索引无法写入 {index_folder(home)}（{reason_of(error)}）。请检查磁盘空间和权限，或用 COPILOT_HOME 换一个文件夹。"
            ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without garbage collection: a build makes a million small lists that all stay, and going through them costs 20 %."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _build(
    workspace: Workspace, home: Path, make: EmbeddingsFor, progress: Progress,
    hashes: dict[str, str], before: Manifest | None, vectors: VectorStores, *, anew: bool,
) -> Manifest:  # fmt: skip
    progress("读取协议和制度", 0, 1)
    clauses = tuple(read_clauses(workspace))
    topics, concepts = read_uncovered(workspace), read_concepts(workspace)
    if not clauses:
        raise IndexUnavailableError(
            f"{workspace.knowledge} 里没有任何条款。请放入 agreement.md 或 policies/*.md，或用 copilot init 生成一份工作区。"
        )
    lexicon = Lexicon(concepts)
    embeddings = make(lexicon)
    learnt_from = entries_of(clauses, read_questions(workspace, clauses), topics)
    entries = searched(learnt_from)
    progress("读取协议和制度", 1, 1)
    folder = new_generation(home)
    save_clauses(folder, clauses)
    save_concepts(folder, concepts)
    (folder / "topics.json").write_text(json.dumps([topic.id for topic in topics]), "utf-8")
    np.save(folder / "owners.npy", owners_of(entries))
    reuse = None if anew else _reusable(home, before, embeddings)
    terms = terms_of_entries(entries, lexicon, _read_terms(reuse))
    (folder / _TERMS).write_text(json.dumps(terms), "utf-8")
    fields = Fields.build(entries, lexicon, lambda done, total: progress("建立词语索引", done, total), terms)
    fields.save(folder)
    prepare(folder / ASKED, reuse / ASKED if reuse else None, learnt_from, lexicon)
    stored = store_vectors(
        vectors, folder, _vectors_to_keep(home, before, vectors) if reuse else None, entries, embeddings,
        default_embeddings(lexicon), lambda done, total: progress("建立语义索引", done, total),
    )  # fmt: skip
    (folder / "entries.json").write_text(json.dumps([entry.id for entry in entries]), "utf-8")
    manifest = Manifest(
        generation=folder.name, embedding=embeddings.name, files=hashes,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"), previous=before.generation if before else "",
        changed=_changed(hashes, before), vectors=stored,
        vectors_in=before.vectors_in if stored == NOWHERE and before and reuse else folder.name,
    )  # fmt: skip
    write_manifest(home, manifest)
    clear_old_generations(home, manifest)
    vectors.clear(index_folder(home), {manifest.generation, manifest.previous, manifest.vectors_in} - {""})
    return manifest


def _vectors_to_keep(home: Path, before: Manifest | None, vectors: VectorStores) -> Path | None:
    """The generation whose vectors lie in the same place, or None; it may be an older one, where that was unreachable."""
    if before is None or before.vectors not in {vectors.name, NOWHERE} or not before.vectors_in:
        return None
    return index_folder(home) / before.vectors_in


def _read_terms(reuse: Path | None) -> TermsOfEntries:
    """The terms kept by an earlier generation; none where they cannot be read."""
    if reuse is None:
        return {}
    try:
        terms: dict[str, dict[str, list[str]]] = json.loads((reuse / _TERMS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return terms


def _changed(hashes: dict[str, str], before: Manifest | None) -> tuple[str, ...]:
    """Names of the files that are new, different or gone."""
    old = dict(before.files) if before else {}
    return tuple(sorted(name for name in {*hashes, *old} if hashes.get(name) != old.get(name)))


def _reusable(home: Path, before: Manifest | None, embeddings: TextEmbeddings) -> Path | None:
    """The generation whose vectors and terms can be kept, or None: the embedding's name covers the concepts too."""
    if before is None or before.embedding != embeddings.name:
        return None
    folder = index_folder(home) / before.generation
    return folder if (folder / "entries.json").is_file() else None

