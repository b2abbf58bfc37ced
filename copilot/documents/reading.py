"""One file in, one read document out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from copilot.documents.citing import cite
from copilot.documents.dates import effective_date
from copilot.documents.document import ReadDocument
from copilot.documents.formats import KNOWN_SUFFIXES, extract
from copilot.documents.guessing import BY_PARAGRAPH, by_paragraph, with_guessed_titles
from copilot.documents.joining import join_broken
from copilot.documents.leaving_out import sift
from copilot.documents.lines import Extract
from copilot.documents.outline import outline
from copilot.documents.preamble import part_preface, preface, take_title, title_in_header
from copilot.documents.titles import settle_titles
from copilot.documents.truncation import mark_truncated
from copilot.errors import DocumentError

_log = logging.getLogger(__name__)


def read_file(path: Path) -> ReadDocument:
    """The clauses of a file, what was left out of it and why.

    Raises DocumentError with one line that names the file, what is wrong with it and what to do.
    """
    try:
        return _read(path)
    except DocumentError:
        raise
    except Exception as error:  # whatever else a damaged file makes a parser stumble over: the other files go in
        _log.exception("unexpected error while reading a document")
        raise DocumentError(f"{path.name}：文件的内容有问题，读到一半出错了。请打开检查后另存一份再试。") from error


def _read(path: Path) -> ReadDocument:
    taken = extract(path)
    sifted = sift(taken.blocks)
    start = take_title(join_broken(sifted.kept), taken.title)
    root, before = outline(with_guessed_titles(start.body))
    mark_truncated(root, sifted.broken_off)
    settle_titles(root)
    kept, unused = part_preface(before, start.title)
    cited = cite(root)
    clauses, notes = [*preface(kept), *cited.clauses], [*taken.notes, *cited.notes]
    if kept and not cited.clauses:
        clauses, notes = by_paragraph(kept), [*notes, BY_PARAGRAPH]
    if not clauses:
        raise DocumentError(f"{path.name}：没有读到可以引用的正文。请打开文件看看内容是否完整，或另存为 docx 再试。")
    left_out = sorted([*taken.left_out, *sifted.left_out, *unused, *cited.left_out], key=lambda each: each.line)
    title = start.title or title_in_header(sifted.left_out) or path.stem
    return ReadDocument(title, tuple(clauses), tuple(left_out), tuple(notes), _effective(taken))


def _effective(taken: Extract) -> date | None:
    return effective_date([taken.header, *(block.text for block in taken.blocks)])


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The readable files among `paths` and in the folders below them, each once, a folder's files by name.

    A file that is named itself is always in it, so that `read_file` can say what is wrong with it; in folders, hidden
    files, Word's lock files (~$x.docx) and unknown formats are skipped. Raises DocumentError for a path that is missing.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(sorted(each for each in path.rglob("*") if _is_wanted(each, path)))
        elif path.exists():
            found[path] = None
        else:
            raise DocumentError(f"{path}：找不到这个文件或文件夹。请检查路径。")
    return list(found)


def _is_wanted(path: Path, below: Path) -> bool:
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in path.relative_to(below).parts)
    return not hidden and path.suffix.lower() in KNOWN_SUFFIXES and path.is_file()
