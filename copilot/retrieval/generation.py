"""How the index lies on disk: generations in folders of their own, and one small file that names the one in force.

    home/index/lock                one process builds at a time
    home/index/current.json        the manifest: which generation, made from which files; written last, in one step
    home/index/gen-<name>/         clauses.json, owners.npy, concepts.json, words/ bigrams/ profiles/ concepts/ (bm25s), asked/, chroma/

A build that is killed leaves a folder that nothing names; the next build clears it away. The generation before the
current one stays, because another process may still be reading it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path

from copilot.clauses import Clause, clause_files
from copilot.clauses.questions import QUESTIONS_FOLDER, UNCOVERED_FOLDER
from copilot.errors import IndexUnavailableError, reason_of
from copilot.retrieval.concepts import CONCEPTS_FOLDER
from copilot.workspace import Workspace

FORMAT = 3  # raise it when what lies in a generation changes: older indexes are then built anew
LOCK_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Manifest:
    """What a generation was made from. `files` maps workspace-relative names to SHA-256."""

    generation: str
    embedding: str
    files: Mapping[str, str]
    built_at: str  # ISO 8601, UTC
    previous: str = ""
    changed: tuple[str, ...] = ()  # files that made this build necessary
    vectors: str = ""  # `VectorStores.name` of the place where they lie; `vectors.NOWHERE` while they could not be stored
    vectors_in: str = ""  # the generation that last had its vectors stored: this one, or the one to carry them over from
    format: int = field(default=FORMAT)


def index_folder(home: Path) -> Path:
    return home / "index"


def source_hashes(workspace: Workspace) -> dict[str, str]:
    """SHA-256 of every file that the index is made from, by workspace-relative name."""
    paths = [
        *clause_files(workspace),
        *workspace.files(QUESTIONS_FOLDER, ".yaml"),
        *workspace.files(UNCOVERED_FOLDER, ".yaml"),
        *workspace.files(CONCEPTS_FOLDER, ".yaml"),
    ]
    return {workspace.name_of(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def read_manifest(home: Path) -> Manifest | None:
    """The manifest in force, or None where there is none that this version understands."""
    try:
        content = json.loads((index_folder(home) / "current.json").read_text("utf-8"))
        manifest = Manifest(**{**content, "changed": tuple(content["changed"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    intact = (index_folder(home) / manifest.generation / "owners.npy").is_file()
    return manifest if manifest.format == FORMAT and intact else None


def manifest_stamp(home: Path) -> int:
    """A number that changes when another generation is put in force; 0 where there is none. Takes microseconds."""
    try:
        return (index_folder(home) / "current.json").stat().st_mtime_ns
    except OSError:
        return 0


def write_manifest(home: Path, manifest: Manifest) -> None:
    """Put a generation in force, in one step."""
    folder = index_folder(home)
    temporary = folder / f"current.{os.getpid()}.tmp"
    temporary.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), "utf-8")
    os.replace(temporary, folder / "current.json")


def new_generation(home: Path) -> Path:
    """An empty folder for the next generation."""
    folder = index_folder(home) / f"gen-{time.time_ns():x}-{os.getpid()}"
    folder.mkdir(parents=True)
    return folder


def clear_old_generations(home: Path, keep: Manifest) -> None:
    """Remove every generation but the current and the previous one."""
    for folder in index_folder(home).glob("gen-*"):
        if folder.name not in {keep.generation, keep.previous}:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def build_lock(home: Path, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
    """Held while an index is built. Raises IndexUnavailableError when the folder is not writable or the wait is too long."""
    from filelock import FileLock, Timeout

    folder = index_folder(home)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=timeout_s)
        lock.acquire()
    except Timeout as error:
        raise IndexUnavailableError(
            f"另一个程序正在建立索引，等了 {timeout_s:.0f} 秒仍未完成。请稍后再试；若确认没有别的程序在运行，请删去 {folder / 'lock'}。"
        ) from error
    except OSError as error:
        raise IndexUnavailableError(
            f"索引文件夹 {folder} 无法写入（{reason_of(error)}）。请检查权限和磁盘空间，或用 COPILOT_HOME 换一个文件夹。"
        ) from error
    try:
        yield
    finally:
        lock.release()


def save_clauses(folder: Path, clauses: tuple[Clause, ...]) -> None:
    names = [each.name for each in fields(Clause)]  # `asdict` would copy deeply, which takes ten times as long
    rows = [{name: getattr(clause, name) for name in names} for clause in clauses]
    content = json.dumps(rows, ensure_ascii=False, default=date.isoformat)
    (folder / "clauses.json").write_text(content, "utf-8")


def load_clauses(folder: Path) -> tuple[Clause, ...]:
    """The clauses of a generation, as they were read from the workspace. Raises OSError, ValueError or TypeError."""
    rows = json.loads((folder / "clauses.json").read_text("utf-8"))
    for row in rows:
        row["path"], row["say"] = tuple(row["path"]), tuple(row["say"])
        for day in ("valid_from", "valid_until"):
            row[day] = date.fromisoformat(row[day]) if row[day] else None
    return tuple(Clause(**row) for row in rows)
