"""Reads `knowledge/agreement.md`, `knowledge/policies/*.md` and imported documents, and tells their versions apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from copilot.clauses.clause import Clause, Document
from copilot.clauses.markdown import parse_document
from copilot.errors import WorkspaceError, reason_of
from copilot.workspace import Workspace


def clause_files(workspace: Workspace) -> list[Path]:
    """The files that clauses are read from: the agreement, then the policies and the imported documents by name."""
    agreement = workspace.knowledge / "agreement.md"
    written = [*([agreement] if agreement.is_file() else []), *workspace.files("policies", ".md")]
    return [*written, *document_files(workspace)]


def document_files(workspace: Workspace) -> list[Path]:
    """The files of the imported documents, by name."""
    return [path for folder in workspace.document_folders for path in sorted(folder.glob("*.md")) if path.is_file()]


def read_documents(workspace: Workspace) -> list[Document]:
    """All documents, each version by itself, the agreement first. Raises WorkspaceError with file, line and remedy.

    A version of a document holds until the next one begins, even where its own file does not say so.
    """
    return settle_versions(read_document(workspace, path) for path in clause_files(workspace))


def read_document(workspace: Workspace, path: Path) -> Document:
    """The document in this file, as it stands there. Raises WorkspaceError with file, line and remedy."""
    return parse_document(_text_of(workspace, path), workspace.name_of(path))


def read_clauses(workspace: Workspace) -> list[Clause]:
    """All clauses in all their versions, the agreement's first. Raises WorkspaceError with file, line and remedy."""
    return [clause for document in read_documents(workspace) for clause in document.clauses]


def settle_versions(documents: Iterable[Document]) -> list[Document]:
    """The documents in their order, each version ended where the next begins.

    Raises WorkspaceError for two versions that begin on the same day or have the same name.
    """
    found = list(documents)
    by_id: dict[str, list[Document]] = {}
    for document in found:
        by_id.setdefault(document.id, []).append(document)
    settled: dict[str, Document] = {}
    for versions in by_id.values():
        settled.update((document.source, document) for document in _ended(versions))
    return [settled[document.source] for document in found]


def _ended(versions: Sequence[Document]) -> list[Document]:
    if len(versions) == 1:
        return list(versions)
    ordered = sorted(versions, key=lambda document: document.effective or date.min)
    ended: list[Document] = []
    names: set[tuple[str, str]] = set()
    for position, document in enumerate(ordered):
        following = ordered[position + 1] if position + 1 < len(ordered) else None
        if following is not None and following.effective == document.effective:
            first, second = sorted((document, following), key=versions.index)
            raise WorkspaceError(
                f"{second.source}:2：文件头的 id {second.id!r} 已被 {first.source} 使用，请改成不同的 id；"
                "若是同一份文件的新版本，请写上不同的 effective（生效日期）。"
            )
        version = document.version
        if any(version == other.version for other in ended):
            version = str(document.effective)
        ended.append(_until(document, version, following.effective if following else None, names))
    return ended


def _until(document: Document, version: str, end: date | None, names: set[tuple[str, str]]) -> Document:
    """The document under this version with its clauses, none of which holds on or after `end`.

    `names` holds the version and number of each clause so far: no two clauses of a document have both in common.
    """
    clauses: list[Clause] = []
    for clause in document.clauses:
        if end is not None and clause.valid_from is not None and clause.valid_from >= end:
            continue
        name = version if clause.version == document.version else clause.version
        while (name, clause.number) in names:
            name += "+"
        names.add((name, clause.number))
        clauses.append(replace(clause, version=name, valid_until=_earlier(clause.valid_until, end)))
    return replace(document, version=version, until=_earlier(document.until, end), clauses=tuple(clauses))


def _earlier(first: date | None, second: date | None) -> date | None:
    return min((day for day in (first, second) if day is not None), default=None)


def _text_of(workspace: Workspace, path: Path) -> str:
    name = workspace.name_of(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WorkspaceError(f"{name}:1：不是 UTF-8 编码，请另存为 UTF-8 后再试。") from error
    except OSError as error:
        raise WorkspaceError(f"{name}:1：无法读取（{reason_of(error)}），请检查文件权限。") from error
