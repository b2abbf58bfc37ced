"""Reads `knowledge/agreement.md` and `knowledge/policies/*.md`."""

from __future__ import annotations

from pathlib import Path

from copilot.clauses.clause import Clause, Document
from copilot.clauses.markdown import parse_document
from copilot.errors import WorkspaceError
from copilot.workspace import Workspace


def clause_files(workspace: Workspace) -> list[Path]:
    """The files that clauses are read from: the agreement first, then the policies by name."""
    agreement = workspace.knowledge / "agreement.md"
    return [*([agreement] if agreement.is_file() else []), *workspace.files("policies", ".md")]


def read_documents(workspace: Workspace) -> list[Document]:
    """The agreement and the policies. Raises WorkspaceError with file, line and remedy."""
    documents: dict[str, Document] = {}
    for path in clause_files(workspace):
        document = parse_document(_text_of(workspace, path), workspace.name_of(path))
        if document.id in documents:
            raise WorkspaceError(
                f"{document.source}:2：文件头的 id {document.id!r} 已被 {documents[document.id].source} 使用，请改成不同的 id。"
            )
        documents[document.id] = document
    return list(documents.values())


def read_clauses(workspace: Workspace) -> list[Clause]:
    """All clauses, the agreement's first. Raises WorkspaceError with file, line and remedy."""
    return [clause for document in read_documents(workspace) for clause in document.clauses]


def _text_of(workspace: Workspace, path: Path) -> str:
    name = workspace.name_of(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WorkspaceError(f"{name}:1：不是 UTF-8 编码，请另存为 UTF-8 后再试。") from error
    except OSError as error:
        raise WorkspaceError(f"{name}:1：无法读取（{error.strerror}），请检查文件权限。") from error
