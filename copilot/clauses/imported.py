"""The store of imported documents: what was read from a file, kept as Markdown that people can read and correct.

Each version is a file of its own, `<id>.md` for the first and `<id>@2026-01-01.md` for one that begins on that day. A
version ends where the next begins, so adding one never changes the files that are there already, and each file appears
in one step: whatever is killed on the way, the store is as it was before or as it should be after.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

from copilot.clauses.clause import Clause, Document, Origin
from copilot.clauses.header import is_document_id
from copilot.clauses.markdown import parse_document
from copilot.clauses.naming import numbered_ids, suggested_id
from copilot.clauses.questions import read_questions
from copilot.clauses.reader import clause_files, document_files, read_document, settle_versions
from copilot.clauses.writing import tidy_document, written
from copilot.errors import CopilotError, WorkspaceError, reason_of
from copilot.workspace import Workspace

Change = Literal["new", "version", "corrected", "unchanged"]
_ALIKE = 1 / 3  # share of clauses that two files of different names must have in common to be versions of one document


class ClauseRead(Protocol):
    """A clause as it was found in a file."""

    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def path(self) -> tuple[str, ...]: ...
    @property
    def truncated(self) -> bool: ...


class DocumentRead(Protocol):
    """What was read from a file."""

    @property
    def title(self) -> str: ...
    @property
    def clauses(self) -> Sequence[ClauseRead]: ...
    @property
    def effective(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said about a file; None where nothing was said."""

    id: str | None = None
    title: str | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What adding a file means. `before` is the version that it follows ("version") or replaces ("corrected")."""

    change: Change
    document: Document
    path: Path
    before: Document | None = None


class DocumentStore:
    """The imported documents of a workspace, those in its own folder and those in the user's home."""

    def __init__(self, workspace: Workspace, today: date) -> None:
        """Raises WorkspaceError for a file of the workspace that cannot be read."""
        self._workspace, self._today = workspace, today
        imported = set(document_files(workspace))
        self._stored = {path: read_document(workspace, path) for path in clause_files(workspace)}
        self._imported = {path for path in self._stored if path in imported}
        self._arrived: set[str] = set()

    @property
    def folder(self) -> Path:
        """Where new documents are put."""
        return self._workspace.document_folders[0]

    @property
    def documents(self) -> list[Document]:
        """All documents of the workspace with their versions, as `read_documents` gives them."""
        return settle_versions(self._stored.values())

    @property
    def imported_ids(self) -> frozenset[str]:
        """The ids of the documents that were imported, and not written by hand."""
        return frozenset(self._stored[path].id for path in self._imported)

    def arrival(self, read: DocumentRead, file: str, sha256: str, given: Given) -> Arrival:
        """What adding this file means; nothing is written. `file` is its name without the folder.

        Raises CopilotError for an id that cannot be used and for a date on which a hand-written version begins.
        """
        identity = self._identity(read, file, sha256, given)
        title = given.title or read.title.strip() or Path(file).stem
        clauses = tuple(_clause(each, identity) for each in read.clauses)
        origin = Origin(file, self._today, sha256)
        document = tidy_document(
            Document(identity, title, given.starts or read.effective, clauses, "", given.ends, "", origin)
        )
        if not document.clauses:
            raise CopilotError(f"{file}：没有可以引用的条款，没有加入。")
        versions = [(path, stored) for path, stored in self._stored.items() if stored.id == identity]
        if not versions:
            return Arrival("new", document, self.folder / f"{identity}.md")
        same = [(path, stored) for path, stored in versions if _same_content(stored, document)]
        if same:
            path, stored = max(same, key=lambda pair: pair[1].effective or date.min)
            return self._unchanged(path, stored, given)
        return self._changed(document, versions, given)

    def keep(self, arrival: Arrival, *, dry: bool = False) -> None:
        """Put the arrival into the store, in one step. `dry` only remembers it, for the files that follow.

        Raises WorkspaceError where the file cannot be written or where questions would point to a clause that is gone.
        """
        self._arrived.add(arrival.document.id)
        if arrival.change == "unchanged":
            return
        self._refuse_orphans({**self._stored, arrival.path: arrival.document})
        content = written(arrival.document)
        if not dry:
            write_whole(arrival.path, content)
        self._stored[arrival.path] = parse_document(content, self._workspace.name_of(arrival.path))
        self._imported.add(arrival.path)

    def remove(self, name: str) -> list[Document]:
        """Take away an imported document, or with "id@version" one version of it; what was taken away.

        Raises CopilotError for a document that is unknown or written by hand, or that questions still point to.
        """
        identity, _, version = name.partition("@")
        found = {
            path: document for path, document in self._stored.items()
            if document.id == identity and (not version or document.version == version)
        }  # fmt: skip
        doomed = [path for path in found if path in self._imported]
        if not found:
            known = sorted({self._stored[path].id for path in self._imported})
            raise CopilotError(f"没有编号为 {name} 的文件。" + (f"已导入的有：{'、'.join(known)}。" if known else "还没有导入过文件。"))
        if not doomed:
            places = "、".join(document.source for document in found.values())
            raise CopilotError(f"{name} 是手写的制度，不是导入的。要去掉它，请直接删去 {places}。")
        self._refuse_orphans({path: document for path, document in self._stored.items() if path not in doomed})
        for path in doomed:
            _removed(path)
            self._imported.discard(path)
        return [self._stored.pop(path) for path in doomed]

    def _identity(self, read: DocumentRead, file: str, sha256: str, given: Given) -> str:
        if given.id is not None:
            if not is_document_id(given.id):
                raise CopilotError(f"--id {given.id!r} 只能用小写英文字母、数字、- 和 _，并以字母或数字开头。")
            return given.id
        imported = [self._stored[path] for path in self._imported]
        named = [document for document in imported if document.origin is not None and document.origin.file == file]
        for document in named:
            if document.id not in self._arrived or (document.origin and document.origin.sha256 == sha256):
                return document.id
        for identity in numbered_ids(suggested_id(Path(file).stem, read.title)):
            holders = [document for document in self._stored.values() if document.id == identity]
            if not holders:
                return identity
            free = identity not in self._arrived and all(document in imported for document in holders)
            if free and any(_alike(document, read) for document in holders):
                return identity
        raise AssertionError("numbered ids never end")

    def _unchanged(self, path: Path, stored: Document, given: Given) -> Arrival:
        """The stored version again, with another title or other dates where they were given."""
        again = replace(
            stored, title=given.title or stored.title, effective=given.starts or stored.effective,
            until=given.ends or stored.until,
        )  # fmt: skip
        if again == stored:
            return Arrival("unchanged", stored, path, stored)
        if path not in self._imported:
            raise CopilotError(f"{stored.id} 是手写的制度，内容与这个文件相同；要改标题或日期，请直接修改 {stored.source} 的文件头。")
        return Arrival("corrected", again, path, stored)

    def _changed(self, document: Document, versions: Sequence[tuple[Path, Document]], given: Given) -> Arrival:
        latest = max((stored for _, stored in versions), key=lambda each: each.effective or date.min)
        start = given.starts
        if start is None and not any(document.effective == stored.effective for _, stored in versions):
            start = document.effective
        if start is None:  # a version that has not begun is corrected; one that has must stay citable
            start = latest.effective if latest.effective and latest.effective > self._today else self._today
        document = replace(document, effective=start, version=str(start))
        for path, stored in versions:
            if stored.effective == start:
                if path not in self._imported:
                    raise CopilotError(f"{stored.source} 也从 {start} 起生效。请用 --from 写一个不同的日子，或直接修改那份文件。")
                document = replace(document, version=stored.version)
                return Arrival("corrected", _with_sayings(document, stored), path, stored)
        earlier = [stored for _, stored in versions if (stored.effective or date.min) < start]
        before = max(earlier, key=lambda each: each.effective or date.min, default=None)
        path = self.folder / f"{document.id}@{start}.md"
        return Arrival("version", _with_sayings(document, before or latest), path, before)

    def _refuse_orphans(self, stored: dict[Path, Document]) -> None:
        """Raise WorkspaceError where a question set would point to a clause that is in no document any more."""
        before = {clause.ref for document in self._stored.values() for clause in document.clauses}
        after = {clause.ref for document in stored.values() for clause in document.clauses}
        if gone := before - after:
            clauses = [clause for document in self._stored.values() for clause in document.clauses]
            for entry in read_questions(self._workspace, clauses):
                if entry.ref in gone:
                    raise WorkspaceError(
                        f"knowledge/questions 里的条目 {entry.id} 还指向 {entry.ref}，请先改掉或删去这个条目，再试一次。"
                    )


def write_whole(path: Path, content: str) -> None:
    """Write a file in one step: it is there with all of its content or as it was. Raises WorkspaceError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{path.name}.*.tmp"):  # of a process that was killed while it wrote
            left.unlink(missing_ok=True)
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WorkspaceError(f"{path}：无法写入（{reason_of(error)}），请检查磁盘空间和文件夹权限。") from error


def _removed(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise WorkspaceError(f"{path}：无法删去（{reason_of(error)}），请检查文件夹权限。") from error


def _clause(read: ClauseRead, identity: str) -> Clause:
    return Clause(identity, "", read.number, read.title, read.text, read.path, truncated=read.truncated)


def _wording(document: Document) -> list[tuple[str, str, str]]:
    return [(clause.number, clause.title, clause.text) for clause in document.clauses]


def _same_content(stored: Document, document: Document) -> bool:
    """Whether the version was made from this very file, or says the same word for word."""
    same_file = stored.origin and document.origin and stored.origin.sha256 == document.origin.sha256
    return bool(same_file) or _wording(stored) == _wording(document)


def _alike(stored: Document, read: DocumentRead) -> bool:
    """Whether a file under another name looks like a version of this document."""
    if stored.title == read.title.strip():
        return True
    first = {(clause.number, clause.title) for clause in stored.clauses}
    second = {(clause.number, clause.title) for clause in read.clauses}
    return len(first & second) > _ALIKE * max(len(first), len(second), 1)


def _with_sayings(document: Document, before: Document) -> Document:
    """The document with the sentences for customers that people wrote under clauses which stayed word for word."""
    say = {(clause.number, clause.text): clause.say for clause in before.clauses if clause.say}
    clauses = (replace(clause, say=say.get((clause.number, clause.text), ())) for clause in document.clauses)
    return replace(document, clauses=tuple(clauses))
