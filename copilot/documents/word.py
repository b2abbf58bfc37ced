"""A Word file (docx) becomes lines and tables.

markitdown (mammoth) turns the text into Markdown. What it would lose is settled in a copy of the file before: printed
numbers are written into the paragraphs, tables are taken out with their merged cells, the table of contents and the
headers and footers are set aside.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from copilot.documents.document import LeftOut
from copilot.documents.lines import Extract, Table
from copilot.documents.markdown_text import TABLE_MARK, extract_markdown
from copilot.documents.quiet import converted
from copilot.documents.word_numbering import BULLET, W, WordNumbering

_DOCUMENT = "word/document.xml"
_EDGE_PART = re.compile(r"word/(?:header|footer)\d{0,4}\.xml")
_CONTENTS_STYLE = re.compile(r"(?:TOC|toc) ?\d|(?:TOC|toc)Heading|TOC 标题|目录 ?\d?")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_REMOVED = (f"{W}del", f"{W}moveFrom")


def extract_docx(content: bytes, name: str) -> Extract:
    """The lines and tables of a Word file, with the numbers that Word prints. Raises DocumentError."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        work = _Work(archive)
    markdown = converted("docx", work.prepared(), name)
    extract = extract_markdown(markdown, work.tables)
    extract.left_out = [*work.left_out, *extract.left_out]
    extract.title = extract.title or work.title
    return extract


class _Work:
    """The copy of the document that is given to the converter, and what was taken out of it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.tables: list[Table] = []
        self.left_out: list[LeftOut] = []
        self.title = ""
        self._parts = {item.filename: archive.read(item) for item in archive.infolist() if not item.is_dir()}
        self._document = _parsed(self._parts[_DOCUMENT])
        self._styles = _parsed(self._parts["word/styles.xml"]) if "word/styles.xml" in self._parts else None
        numbering = _parsed(self._parts["word/numbering.xml"]) if "word/numbering.xml" in self._parts else None
        self._numbering = WordNumbering(numbering, self._styles)
        self._names = _style_names(self._styles)
        body = self._document.find(f"{W}body")
        if body is not None:
            self._drop_contents(body)
            self._number(body)
            self._take_tables(body)
        self._set_edges_aside()

    def prepared(self) -> bytes:
        """The changed copy as the bytes of a docx file."""
        from lxml import etree  # type: ignore[import-untyped]

        self._parts[_DOCUMENT] = etree.tostring(self._document, xml_declaration=True, encoding="UTF-8", standalone=True)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for part, content in self._parts.items():
                if not part.startswith("word/media/"):
                    archive.writestr(part, content)
        return stream.getvalue()

    def _drop_contents(self, body: Any) -> None:
        """Word's own table of contents: its paragraphs have the styles TOC 1 to TOC 9."""
        for block in list(body.iter(f"{W}sdt")):
            gallery = block.find(f".//{W}docPartGallery")
            if gallery is not None and "Table of Contents" in gallery.get(f"{W}val", ""):
                self._set_aside(block, "目录")
        for paragraph in list(body.iter(f"{W}p")):
            if _CONTENTS_STYLE.fullmatch(self._style(paragraph)):
                self._set_aside(paragraph, "目录")

    def _set_aside(self, element: Any, why: str) -> None:
        paragraphs = [element] if element.tag == f"{W}p" else list(element.iter(f"{W}p"))
        self.left_out += [LeftOut(text, 0, why) for each in paragraphs if (text := text_of(each))]
        if element.getparent() is not None:
            element.getparent().remove(element)

    def _style(self, paragraph: Any) -> str:
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        identity = style.get(f"{W}val", "") if style is not None else ""
        return self._names.get(identity, identity)

    def _number(self, body: Any) -> None:
        """Writes the printed number of every paragraph into its text, in the order of the document."""
        for paragraph in body.iter(f"{W}p"):
            properties = paragraph.find(f"{W}pPr")
            if not text_of(paragraph):
                continue
            if not self.title and self._style(paragraph).lower() in ("title", "标题", "文档标题"):
                self.title = text_of(paragraph)
            label = self._numbering.label(properties)
            if label and label != BULLET:
                _write_before(paragraph, properties, label + " ")

    def _take_tables(self, body: Any) -> None:
        from lxml import etree

        for table in list(body.iter(f"{W}tbl")):
            if any(parent.tag == f"{W}tbl" for parent in table.iterancestors()) or table.getparent() is None:
                continue
            rows, header_rows = _grid(table)
            place = etree.Element(f"{W}p")
            if len({len(row) for row in rows}) == 1 and len(rows[0]) == 1:
                # A frame around text: its paragraphs are ordinary ones.
                for paragraph in reversed(list(table.iter(f"{W}p"))):
                    table.addnext(paragraph)
                table.getparent().remove(table)
                continue
            if rows:
                run = etree.SubElement(etree.SubElement(place, f"{W}r"), f"{W}t")
                run.text = f"{TABLE_MARK}{len(self.tables)}{TABLE_MARK}"
                self.tables.append(Table(rows, 0, header_rows=header_rows))
            table.getparent().replace(table, place)

    def _set_edges_aside(self) -> None:
        seen: set[str] = set()
        for part in sorted(filter(_EDGE_PART.fullmatch, self._parts)):
            for paragraph in _parsed(self._parts[part]).iter(f"{W}p"):
                text = text_of(paragraph)
                if text and text not in seen:
                    seen.add(text)
                    self.left_out.append(LeftOut(text, 0, "页眉页脚"))


def _parsed(content: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


def _style_names(styles: Any | None) -> dict[str, str]:
    found = {}
    for style in styles.iter(f"{W}style") if styles is not None else ():
        name = style.find(f"{W}name")
        if name is not None:
            found[style.get(f"{W}styleId", "")] = name.get(f"{W}val", "")
    return found


def text_of(element: Any) -> str:
    """The text of a paragraph or cell, without what tracked changes removed; tabs and breaks are blanks."""
    pieces = []
    for node in element.iter(f"{W}t", f"{W}tab", f"{W}br"):
        if any(parent.tag in _REMOVED for parent in node.iterancestors()):
            continue
        pieces.append(node.text or "" if node.tag == f"{W}t" else " ")
    return "".join(pieces).strip()


def _write_before(paragraph: Any, properties: Any | None, label: str) -> None:
    """Puts the label before the text and takes the paragraph out of Word's own list."""
    from lxml import etree

    run = etree.Element(f"{W}r")
    text = etree.SubElement(run, f"{W}t")
    text.text = label
    text.set(_SPACE, "preserve")
    if properties is None:
        paragraph.insert(0, run)
        return
    properties.addnext(run)
    numbered = properties.find(f"{W}numPr")
    if numbered is None:
        numbered = etree.SubElement(properties, f"{W}numPr")
    for child in list(numbered):
        numbered.remove(child)
    etree.SubElement(numbered, f"{W}numId").set(f"{W}val", "0")  # 0 takes a style's number off (ECMA-376 17.9.18)


def _grid(table: Any) -> tuple[tuple[tuple[str, ...], ...], int | None]:
    """The cells, merged ones repeated in every place they cover, and how many rows repeat as header."""
    rows: list[list[str]] = []
    header = 0
    for row in table.iterchildren(f"{W}tr", f"{W}sdt"):
        cells: list[str] = []
        for cell in row.iter(f"{W}tc"):
            if next(cell.iterancestors(f"{W}tbl")) is not table:
                continue
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            text = "\n".join(part for p in cell.iter(f"{W}p") if (part := text_of(p)))
            if merge is not None and merge.get(f"{W}val", "continue") == "continue" and rows and len(cells) < len(rows[-1]):
                text = rows[-1][len(cells)]
            cells += [text] * (int(span.get(f"{W}val", "1")) if span is not None else 1)
        if row.find(f"{W}trPr/{W}tblHeader") is not None and header == len(rows):
            header += 1
        if any(cells):
            rows.append(cells)
    columns = max((len(row) for row in rows), default=0)
    return tuple(tuple(row + [""] * (columns - len(row))) for row in rows), header or None
