"""Adding files: read, placed in the store, compared with what is there; then the index is brought up to date."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from copilot.clauses import Arrival, DocumentStore, Given
from copilot.cli.comparing import compare_documents, today
from copilot.cli.index_view import Report, show_report
from copilot.cli.opening import open_documents
from copilot.errors import CopilotError, DocumentError, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from copilot.documents import ReadDocument
    from copilot.documents.differences import Difference
    from copilot.settings import Settings
    from copilot.workspace import Workspace


@dataclass(frozen=True, slots=True)
class _Added:
    file: Path
    read: ReadDocument
    arrival: Arrival


def add_files(paths: Sequence[Path], given: Given, *, dry_run: bool, verbose: bool) -> int:
    """Add the files and print a report on each; 0 when all went in, 1 when one could not."""
    settings, workspace = open_documents()
    errors = Console(stderr=True, soft_wrap=True, markup=False, highlight=False)
    files, failed = _found(paths, errors)
    if given.id is not None and len(files) > 1:
        raise CopilotError("--id 一次只能用于一份文件，请一份一份地加。")
    store = DocumentStore(workspace, today())
    added: list[_Added] = []
    with _bar(len(files)) as advance:
        for file in files:
            try:
                added.append(_add(store, file, given, dry_run=dry_run))
            except CopilotError as error:
                failed += 1
                errors.print(f"✘ {_with_name(str(error), file)}")
            advance()
    if not added:
        return 1 if failed else _nothing(errors)
    _report(store, workspace, added, verbose=verbose)
    if dry_run:
        Console().print("这是试运行，没有写入任何内容。")
    elif any(each.arrival.change != "unchanged" for each in added):
        update_index(settings)
    return 1 if failed else 0


def update_index(settings: Settings, *, anew: bool = False) -> None:
    """Bring the index up to date and say what is in it now."""
    from copilot.cli.progress import index_progress
    from copilot.wiring import open_index

    index = open_index(settings, index_progress(), anew=anew)
    status = index.status()
    index.close()
    built = f"{status.built_at.astimezone():%Y-%m-%d %H:%M}"
    Console().print(f"索引：文件 {status.documents} 份，条款 {status.clauses} 条，建于 {built}。", highlight=False)


def differences_since_index() -> list[Difference]:
    """What the workspace's files say now and the index does not yet. Raises CopilotError where there is no index."""
    from copilot.clauses import read_clauses
    from copilot.documents.differences import differences
    from copilot.retrieval.standing import standing

    settings, workspace = open_documents()
    in_force = standing(workspace, settings.home)
    if in_force is None:
        raise CopilotError("还没有索引，请先运行 copilot index rebuild。")
    return differences(in_force.clauses, read_clauses(workspace))


def differences_of_file(file: Path, identity: str | None) -> list[Difference]:
    """What adding the file would change against the version that it would follow or replace. Raises CopilotError."""
    from copilot.documents.differences import differences

    _, workspace = open_documents()
    arrival = _arrival(DocumentStore(workspace, today()), file, Given(identity))[1]
    before = arrival.before.clauses if arrival.before else ()
    return differences(before, arrival.document.clauses, by_version=False)


def _found(paths: Sequence[Path], errors: Console) -> tuple[list[Path], int]:
    """The files to read, each once, and how many of the paths are none."""
    from copilot.documents import find_files

    files: dict[Path, None] = {}
    missing = 0
    for path in paths:
        try:
            files.update(dict.fromkeys(find_files([path])))
        except DocumentError as error:
            missing += 1
            errors.print(f"✘ {error}")
    return list(files), missing


def _nothing(errors: Console) -> int:
    errors.print("没有找到可以加入的文件（docx、pdf、html、xlsx、csv、md、txt）。")
    return 1


def _with_name(message: str, file: Path) -> str:
    return message if file.name in message else f"{file.name}：{message}"


def _add(store: DocumentStore, file: Path, given: Given, *, dry_run: bool) -> _Added:
    read, arrival = _arrival(store, file, given)
    store.keep(arrival, dry=dry_run)
    return _Added(file, read, arrival)


def _arrival(store: DocumentStore, file: Path, given: Given) -> tuple[ReadDocument, Arrival]:
    from copilot.documents import read_file

    read = read_file(file)
    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise DocumentError(f"{file.name}：无法读取（{reason_of(error)}），请检查文件权限。") from error
    return read, store.arrival(read, file.name, digest, given)


def _report(store: DocumentStore, workspace: Workspace, added: Sequence[_Added], *, verbose: bool) -> None:
    console = Console(soft_wrap=True)
    found = compare_documents(store, workspace)
    editions = {(d.id, d.source): d.clauses[0].edition for d in store.documents if d.clauses}
    for each in added:
        source = workspace.name_of(each.arrival.path)
        edition = editions.get((each.arrival.document.id, source), "")
        report = Report(each.file.name, each.arrival, each.read.left_out, each.read.notes, found.touching(edition))
        show_report(console, report, today(), verbose=verbose)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error while many files are read; none for a single file or where nobody watches."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("读取文件", total=total)
        yield lambda: progress.advance(task)
