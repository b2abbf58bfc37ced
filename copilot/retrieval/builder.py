"""Builds a generation of the index: everything anew, or from the one before with only what changed embedded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from copilot.clauses import read_clauses, read_questions, read_uncovered
from copilot.errors import IndexUnavailableError
from copilot.retrieval.asked import prepare
from copilot.retrieval.concepts import Lexicon, load_lexicon, read_concepts, save_concepts
from copilot.retrieval.dense import DenseIndex
from copilot.retrieval.embeddings import TextEmbeddings
from copilot.retrieval.entries import Entry, entries_of
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
from copilot.workspace import Workspace

Progress = Callable[[str, int, int], None]
_TERMS = "terms.json"
EmbeddingsFor = Callable[[Lexicon], TextEmbeddings]


def embeddings_of(home: Path, manifest: Manifest, make: EmbeddingsFor) -> TextEmbeddings:
    """The embedding for queries to a generation, made with the concepts of that generation. Raises OSError, ValueError."""
    return make(load_lexicon(index_folder(home) / manifest.generation))


def _is_current(home: Path, manifest: Manifest, hashes: dict[str, str], make: EmbeddingsFor) -> bool:
    """Whether the index still fits files with these hashes and the embedding that is asked for."""
    try:
        return dict(manifest.files) == hashes and embeddings_of(home, manifest, make).name == manifest.embedding
    except (OSError, ValueError):
        return False


def ensure_built(
    workspace: Workspace, home: Path, make: EmbeddingsFor, progress: Progress, *, anew: bool = False
) -> Manifest:
    """The manifest of an index that fits the workspace; builds where needed, one process at a time.

    `anew` builds even where nothing changed. Raises WorkspaceError for a file that cannot be read,
    IndexUnavailableError when the folder cannot be written.
    """
    before = read_manifest(home)
    if not anew and before is not None and _is_current(home, before, source_hashes(workspace), make):
        return before
    with build_lock(home):
        latest = read_manifest(home)
        hashes = source_hashes(workspace)
        done_elsewhere = latest is not None and (not anew or latest != before)
        if latest is not None and done_elsewhere and _is_current(home, latest, hashes, make):
            return latest
        try:
            return _build(workspace, home, make, progress, hashes, latest, anew=anew)
        except OSError as error:
            raise IndexUnavailableError(
                f"索引无法写入 {index_folder(home)}（{error.strerror}）。请检查磁盘空间和权限，或用 COPILOT_HOME 换一个文件夹。"
            ) from error


def _build(
    workspace: Workspace, home: Path, make: EmbeddingsFor, progress: Progress,
    hashes: dict[str, str], before: Manifest | None, *, anew: bool,
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
    entries = entries_of(clauses, read_questions(workspace, clauses), topics)
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
    prepare(folder / ASKED, reuse / ASKED if reuse else None, entries, lexicon)
    _build_dense(folder, entries, embeddings, progress, reuse)
    (folder / "entries.json").write_text(json.dumps([entry.id for entry in entries]), "utf-8")
    manifest = Manifest(
        generation=folder.name, embedding=embeddings.name, files=hashes,
        built_at=datetime.now(UTC).isoformat(timespec="seconds"), previous=before.generation if before else "",
        changed=_changed(hashes, before),
    )  # fmt: skip
    write_manifest(home, manifest)
    clear_old_generations(home, manifest)
    return manifest


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


def _build_dense(
    folder: Path, entries: Sequence[Entry], embeddings: TextEmbeddings, progress: Progress, reuse: Path | None
) -> None:
    kept: set[str] = set()
    if reuse is not None:
        kept = _copy_vectors(reuse, folder, embeddings)
    wanted = {entry.id for entry in entries}
    add = [entry for entry in entries if entry.id not in kept]
    progress("建立语义索引", 0, len(add))
    dense = DenseIndex(folder / "chroma", embeddings)
    try:
        dense.update(add, sorted(kept - wanted), lambda done, total: progress("建立语义索引", done, total))
    finally:
        dense.close()


def _copy_vectors(reuse: Path, folder: Path, embeddings: TextEmbeddings) -> set[str]:
    """Copy the vectors of an earlier generation; the ids it holds, none where it turns out to be damaged."""
    target = folder / "chroma"
    try:
        ids = set(json.loads((reuse / "entries.json").read_text("utf-8")))
        shutil.copytree(reuse / "chroma", target)
        dense = DenseIndex(target, embeddings)
        try:
            complete = dense.count() == len(ids)
        finally:
            dense.close()
    except Exception:  # Chroma's errors have no common root, and whatever is wrong, embedding anew mends it
        complete = False
    if not complete:
        shutil.rmtree(target, ignore_errors=True)
    return ids if complete else set()
