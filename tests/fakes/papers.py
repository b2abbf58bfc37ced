"""Files as companies have them, made by the tests: Word with automatic numbers, PDF with headers and page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

_LEVEL = (
    '<w:lvl xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" w:ilvl="{at}"><w:start w:val="1"/>'
    '<w:numFmt w:val="{form}"/>{legal}<w:lvlText w:val="{pattern}"/></w:lvl>'
)


def number_list(document: Any, identity: int, levels: Sequence[tuple[str, str]]) -> int:
    """A list definition for Word, each level as (number format, pattern); gives the number to refer to."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    numbering = document.part.numbering_part.element
    inner = "".join(
        _LEVEL.format(at=at, form=form, pattern=pattern, legal="<w:isLgl/>" if pattern.count("%") > 1 else "")
        for at, (form, pattern) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}">{inner}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{identity}"><w:abstractNumId w:val="{identity}"/></w:num>'))
    return identity


def numbered(paragraph: Any, identity: int, level: int) -> Any:
    """The paragraph as an item of that list, its number printed by Word and not in its text."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{identity}"/></w:numPr>')
    )
    return paragraph


def write_pdf(path: Path, flow: Sequence[Any], *, header: str = "", footer: str = "", encrypt: Any = None, pages: int = 0) -> Path:
    """A PDF in a Chinese font; strings are paragraphs, "# …" and "## …" titles, "" gaps, lists of lists ruled tables."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    body = ParagraphStyle("body", fontName="STSong-Light", fontSize=10.5, leading=16, wordWrap="CJK")
    heading = ParagraphStyle("heading", parent=body, fontSize=13, leading=20)
    title = ParagraphStyle("title", parent=body, fontSize=18, leading=26, alignment=1)

    def element(each: Any) -> Any:
        if each == "":
            return Spacer(1, 14)
        if each == "\f":
            return PageBreak()
        if isinstance(each, list):
            grid = ("GRID", (0, 0), (-1, -1), 0.5, "black")
            return Table(each, style=[grid, ("FONTNAME", (0, 0), (-1, -1), "STSong-Light")])
        if each.startswith("## "):
            return Paragraph(each[3:], heading)
        return Paragraph(each[2:], title) if each.startswith("# ") else Paragraph(each, body)

    def edges(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        if header:
            canvas.drawString(72, 805, header)
        if footer:
            canvas.drawCentredString(297, 30, footer.format(page=document.page, pages=pages))

    document = SimpleDocTemplate(str(path), pagesize=A4, encrypt=encrypt)
    document.build([element(each) for each in flow], onFirstPage=edges, onLaterPages=edges)
    return path


def write_workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], *, merges: dict[str, Sequence[str]] | None = None) -> Path:
    """A workbook with the rows of each sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in (merges or {}).get(name, ()):
            sheet.merge_cells(area)
    book.save(path)
    return path
