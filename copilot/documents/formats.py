"""A file becomes lines and tables; which format it is follows from its name and is checked against its first bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from copilot.documents.document import LeftOut
from copilot.documents.encoding import decode
from copilot.documents.lines import Extract, Table
from copilot.documents.markdown_text import extract_markdown
from copilot.documents.pdf import extract_pdf
from copilot.documents.plain_text import extract_text
from copilot.documents.safety import ADVICE, MOST_BYTES, MOST_TEXT_BYTES, check_office
from copilot.documents.sheets import extract_csv, extract_xlsx
from copilot.documents.webpage import extract_html
from copilot.documents.word import extract_docx
from copilot.errors import DocumentError, reason_of


def _text(content: bytes, name: str) -> Extract:
    return extract_text(decode(content, name))


def _markdown(content: bytes, name: str) -> Extract:
    return extract_markdown(decode(content, name))


def _html(content: bytes, name: str) -> Extract:
    return _renumbered(extract_html(decode(content, name), name))


def _docx(content: bytes, name: str) -> Extract:
    check_office(content, ".docx", name)
    return _renumbered(extract_docx(content, name))


def _xlsx(content: bytes, name: str) -> Extract:
    check_office(content, ".xlsx", name)
    return extract_xlsx(content, name)


def _pdf(content: bytes, name: str) -> Extract:
    if b"%PDF-" not in content[:1024]:
        raise DocumentError(f"{name}：不是真正的 PDF，或文件已损坏。请重新导出或下载一份再试。")
    return extract_pdf(content, name)


_READERS: dict[str, Callable[[bytes, str], Extract]] = {
    ".txt": _text, ".md": _markdown, ".markdown": _markdown, ".html": _html, ".htm": _html, ".docx": _docx, ".pdf": _pdf,
    ".xlsx": _xlsx, ".xlsm": _xlsx, ".csv": extract_csv,
}  # fmt: skip
READABLE_SUFFIXES = frozenset(_READERS)
_PACKED = (".docx", ".pdf", ".xlsx", ".xlsm")  # formats that hold pictures and are packed
KNOWN_SUFFIXES = READABLE_SUFFIXES | frozenset(ADVICE)
FORMATS = "docx、pdf、html、xlsx、csv、md、txt"


def extract(path: Path) -> Extract:
    """The lines and tables of a file. Raises DocumentError with one line that says what is wrong and what to do."""
    name, suffix = path.name, path.suffix.lower()
    if suffix in ADVICE:
        raise DocumentError(f"{name}：不能直接读 {suffix[1:]} 文件。{ADVICE[suffix]}。")
    if suffix not in _READERS:
        raise DocumentError(f"{name}：不认识这种文件。请换成 {FORMATS} 之一再试。")
    try:
        size, most = path.stat().st_size, MOST_BYTES if suffix in _PACKED else MOST_TEXT_BYTES
        if size > most:
            raise DocumentError(f"{name}：文件有 {size // (1024 * 1024)} MB，超过 {most // (1024 * 1024)} MB。请删去图片或拆成几个文件再试。")
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{name}：打不开这个文件（{reason_of(error)}）。请检查路径和权限。") from error
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise DocumentError(f"{name}：文件是空的。请确认内容已经保存，再试一次。")
    return _READERS[suffix](content, name)


def _renumbered(extract: Extract) -> Extract:
    """Paragraphs counted from 1: the converted text's empty lines mean nothing to a reader."""
    at, numbers = 0, {}
    for index, block in enumerate(extract.blocks):
        at += 1
        numbers[block.number] = at
        extract.blocks[index] = replace(block, number=at)
        at += len(block.rows) - 1 if isinstance(block, Table) else 0
    extract.left_out = [LeftOut(each.text, numbers.get(each.line, each.line if not each.line else at), each.why) for each in extract.left_out]
    return extract
