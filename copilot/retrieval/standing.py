"""How the index in force stands to the workspace, told without building or loading anything for search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from copilot.clauses import Clause
from copilot.retrieval.generation import index_folder, load_clauses, read_manifest, source_hashes
from copilot.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Standing:
    """The index in force: its clauses, when and with what it was built, and which files have changed since."""

    clauses: tuple[Clause, ...]
    built_at: datetime
    embedding: str
    changed: tuple[str, ...]


def standing(workspace: Workspace, home: Path) -> Standing | None:
    """How the index stands; None where there is none, or none that can be read."""
    manifest = read_manifest(home)
    if manifest is None:
        return None
    try:
        clauses = load_clauses(index_folder(home) / manifest.generation)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    before, now = dict(manifest.files), source_hashes(workspace.with_home(home))
    changed = tuple(sorted(name for name in {*before, *now} if before.get(name) != now.get(name)))
    return Standing(clauses, datetime.fromisoformat(manifest.built_at), manifest.embedding, changed)
