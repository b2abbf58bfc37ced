"""A PDF becomes lines and tables, with pages and margins.

pdfplumber, the engine below markitdown's own PDF reader, is asked directly: where a line ends on the page tells whether its
sentence goes on, and where it stands tells headers and footers; both are gone once a page is Markdown.
"""

from __future__ import annotations

import io
import itertools
import logging
import statistics
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from copilot.documents.encoding import looks_garbled
from copilot.documents.lines import Block, Extract, Line, Table
from copilot.documents.plain_text import extract_text, line_of
from copilot.errors import DocumentError

_MOST_PAGES = 2000
_MOST_SECONDS = 300.0
_LEAST_CHARACTERS_A_PAGE = 8  # on average; below that the pages are pictures
_TITLE_SIZE = 1.15  # times the size of the text
_ROW_TOLERANCE = 3.0  # points


@dataclass(frozen=True, slots=True)
class _PageLine:
    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    page: int


def extract_pdf(content: bytes, name: str) -> Extract:
    """The lines and tables of a PDF in reading order. Raises DocumentError: locked, damaged, scanned, unreadable letters."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with pdfplumber.open(io.BytesIO(content)) as pdf:
                pages = _pages(pdf, name)
        except DocumentError:
            raise
        except Exception as error:  # pdfminer raises whatever a damaged file makes it stumble over
            locked = (PDFPasswordIncorrect, PDFTextExtractionNotAllowed)
            if isinstance(error, locked) or any(isinstance(each, locked) for each in error.args) or isinstance(error.__context__, locked):
                raise DocumentError(f"{name}：PDF 有密码保护，读不了。请先去掉密码（打开后另存或打印为 PDF），再试一次。") from error
            raise DocumentError(f"{name}：PDF 已损坏或不完整。请重新导出或下载一份再试。") from error
    text = "".join(line.text for page in pages for line in page if isinstance(line, _PageLine))
    if text.count("(cid:") * 6 > 0.1 * len(text):
        return _by_pdfium(content, name)
    return Extract(_as_blocks(pages, name))


def _by_pdfium(content: bytes, name: str) -> Extract:
    """The lines as PDFium reads them: it knows letters of some fonts that pdfminer cannot name, but not where they stand."""
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(content) as pdf:
        text = "\f".join(page.get_textpage().get_text_range().replace("\r\n", "\n") for page in pdf)
    if looks_garbled(text):
        raise DocumentError(f"{name}：字体没有对应的文字编码，读出来是乱码。请从 Word 重新导出 PDF，或直接使用 Word 版。")
    return extract_text(text)


def _pages(pdf: Any, name: str) -> list[list[_PageLine | Table]]:
    if len(pdf.pages) > _MOST_PAGES:
        raise DocumentError(f"{name}：有 {len(pdf.pages)} 页，超过 {_MOST_PAGES} 页。请拆成几个文件再试。")
    started, found = time.monotonic(), []
    for number, page in enumerate(pdf.pages, start=1):
        found.append(_page(page, number))
        page.close()
        if time.monotonic() - started > _MOST_SECONDS:
            raise DocumentError(f"{name}：读到第 {number} 页已超过 {_MOST_SECONDS / 60:.0f} 分钟。请拆成几个文件，或换成 Word 版再试。")
    return found


def _page(page: Any, number: int) -> list[_PageLine | Table]:
    """The lines and ruled tables of one page, from top to bottom."""
    page = page.dedupe_chars() if _has_double_print(page) else page
    tables: list[tuple[float, Table, Any]] = []
    if len(page.rects) + len(page.lines) + len(page.curves) >= 4:
        for found in page.find_tables():
            rows = [[(cell or "").strip() for cell in row] for row in found.extract()]
            rows = [row for row in rows if any(row)]
            if len(rows) >= 2 and max(map(len, rows)) >= 2:
                tables.append((found.bbox[1], Table(_filled(rows), 0, page=number), found.bbox))
    rest = page
    for _, _, box in tables:
        rest = rest.outside_bbox(_within(box, rest.bbox))
    lines = [(line.top, line) for line in _lines(rest, number)]
    placed: list[tuple[float, _PageLine | Table]] = [*lines, *((top, table) for top, table, _ in tables)]
    return [each for _, each in sorted(placed, key=lambda each: each[0])]


def _within(box: Sequence[float], page: Sequence[float]) -> tuple[float, float, float, float]:
    return max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3])


def _filled(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    columns = max(map(len, rows))
    return tuple(tuple("".join(cell.split("\n")) if not cell.isascii() else " ".join(cell.split()) for cell in row) + ("",) * (columns - len(row)) for row in rows)


def _has_double_print(page: Any) -> bool:
    """Whether letters are printed twice in place, as some programs make bold ones."""
    places = [(char["text"], round(char["x0"]), round(char["top"])) for char in page.chars[:2000]]
    return len(places) > 20 and len(set(places)) < 0.95 * len(places)


def _lines(page: Any, number: int) -> list[_PageLine]:
    """The printed lines of a page; pieces on one height are one line."""
    words = page.extract_words(keep_blank_chars=True, x_tolerance_ratio=0.6, y_tolerance=_ROW_TOLERANCE, extra_attrs=[], use_text_flow=False, return_chars=False)
    rows: list[list[Any]] = []
    for word in sorted(words, key=lambda each: (each["top"], each["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        if rows and rows[-1][0]["top"] <= middle <= rows[-1][0]["bottom"]:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_row(sorted(row, key=lambda each: each["x0"]), number) for row in rows]


def _row(words: Sequence[Any], number: int) -> _PageLine:
    text = words[0]["text"]
    for before, word in itertools.pairwise(words):
        size = before["bottom"] - before["top"]
        text += (" " if word["x0"] - before["x1"] > 0.25 * size else "") + word["text"]
    heights = [word["bottom"] - word["top"] for word in words]
    return _PageLine(
        text, words[0]["x0"], max(word["x1"] for word in words), min(word["top"] for word in words), max(word["bottom"] for word in words),
        statistics.median(heights), number,
    )  # fmt: skip


def _as_blocks(pages: Sequence[Sequence[_PageLine | Table]], name: str) -> list[Block]:
    lines = [line for page in pages for line in page if isinstance(line, _PageLine) and line.text.strip()]
    _refuse_pictures(pages, lines, name)
    left, right, size = _margins(lines)
    gaps = [b.top - a.bottom for a, b in itertools.pairwise(lines) if a.page == b.page and b.top > a.top]
    usual_gap = statistics.median(gaps) if gaps else 0.0
    blocks: list[Block] = []
    number, before = 0, None
    for each in (each for page in pages for each in page):
        number += 1
        if isinstance(each, Table):
            blocks.append(Table(each.rows, number, page=each.page))
            number += len(each.rows) - 1
            before = None
            continue
        line = line_of(each.text, number, each.page)
        if line is None:
            continue
        gap = before is not None and before.page == each.page and each.top - before.bottom > usual_gap + 0.8 * size
        level = _level(each, size, lines)
        indented = each.left > left + 1.2 * size and (before is None or each.left > before.left + 1.2 * size)
        full = each.right > right - (1.6 * size if not line.text[-1:].isascii() else 6 * size)
        blocks.append(Line(line.text, number, level, each.page, line.bullet, gap, full=full, indented=indented))
        before = each
    return blocks


def _level(line: _PageLine, size: float, lines: Sequence[_PageLine]) -> int:
    """A heading level for short lines in larger letters: 1 for the largest on the pages, then 2."""
    if line.size < size * _TITLE_SIZE or len(line.text) > 60:
        return 0
    largest = max(each.size for each in lines if len(each.text) <= 60)
    return 1 if line.size > largest * 0.93 else 2 if line.size > size * 1.3 else 3


def _margins(lines: Sequence[_PageLine]) -> tuple[float, float, float]:
    """Left margin, right margin and height of the text, in points, as most lines have them."""
    lefts, rights = sorted(line.left for line in lines), sorted(line.right for line in lines)
    long_lines = [line for line in lines if len(line.text) > 15] or list(lines)
    return lefts[len(lefts) // 10], rights[min(len(rights) - 1, len(rights) * 97 // 100)], statistics.median(line.size for line in long_lines)


def _refuse_pictures(pages: Sequence[Any], lines: Sequence[_PageLine], name: str) -> None:
    text = "".join(line.text for line in lines) + "".join(t.text for page in pages for t in page if isinstance(t, Table))
    letters = sum(1 for character in text if not character.isspace())
    if letters < _LEAST_CHARACTERS_A_PAGE * max(len(pages), 1):
        raise DocumentError(f"{name}：是扫描件，页面里只有图片没有文字。请用 OCR 软件转成带文字的 PDF，或找到 Word 版再试。")
    if looks_garbled(text):
        raise DocumentError(f"{name}：字体没有对应的文字编码，读出来是乱码。请从 Word 重新导出 PDF，或直接使用 Word 版。")
