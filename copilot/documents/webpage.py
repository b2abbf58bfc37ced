"""A saved web page (HTML) becomes lines and tables; menus, footers and banners are set aside.

markitdown turns the text into Markdown. Before that, parts that the page itself names as navigation are taken out, and
tables with their merged cells.
"""

from __future__ import annotations

import re
import warnings
from itertools import islice
from typing import Any

from copilot.documents.document import LeftOut
from copilot.documents.left_out_rules import SITE
from copilot.documents.lines import Extract, Table
from copilot.documents.markdown_text import TABLE_MARK, extract_markdown
from copilot.documents.numbering import markers_of
from copilot.documents.quiet import converted

_SILENT = ("script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "video", "audio", "select", "head")
_FURNITURE_TAGS = ("nav", "footer", "aside", "dialog")
_FURNITURE_ROLES = ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu", "menubar")
_FURNITURE_NAMES = frozenset(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs crumb crumbs footer foot copyright sidebar sidenav share sharing social cookie cookies "
    "consent ad ads advert advertisement banner pagination pager toolbar topbar login signin recommend recommended related comments comment "
    "subscribe newsletter popup modal download vip feedback qrcode".split()
)
_FURNITURE_ELEMENTS = [*_FURNITURE_TAGS, "div", "ul", "ol", "section", "p", "span", "header", "form", "button"]
_MENU_DEPTH = 4  # elements around a link that are looked at as a menu
_CUT = re.compile(r"[^a-zA-Z]+")
_MOST_SHARE = 0.4  # share of a page's text above which a part is not taken for furniture, whatever its name
_LEAST_LINKS = 3  # links that make a list of links a menu


def extract_html(text: str, name: str) -> Extract:
    """The lines and tables of a web page. Raises DocumentError."""
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(text, "html.parser")
    work = _Page(soup)
    extract = extract_markdown(converted("html", str(soup).encode("utf-8", "replace"), name), work.tables)
    extract.title = extract.title or work.title
    extract.left_out = [*work.left_out, *extract.left_out]
    return extract


class _Page:
    def __init__(self, soup: Any) -> None:
        self.tables: list[Table] = []
        self.left_out: list[LeftOut] = []
        self.title = _title(soup)
        for element in soup(list(_SILENT)):
            element.decompose()
        self._all = len(soup.get_text()) or 1
        self._take_furniture(soup)
        _name_summaries(soup)
        self._take_tables(soup)

    def _take_furniture(self, soup: Any) -> None:
        around_links = [each for link in soup.find_all("a") for each in islice(link.parents, _MENU_DEPTH)]
        gone: set[int] = set()
        for element in [*soup.find_all(_FURNITURE_ELEMENTS), *{id(each): each for each in around_links}.values()]:
            if id(element) in gone:
                continue
            if self._is_furniture(element) or _is_menu(element):
                text = " ".join(element.get_text(" ").split())
                if text:
                    self.left_out.append(LeftOut(text, 0, SITE))
                gone.update(map(id, [element, *element.descendants]))
                element.extract()

    def _is_furniture(self, element: Any) -> bool:
        if element.name in ("html", "body", "main", "article"):
            return False
        named = {part.lower() for value in (element.get("id") or "", *(element.get("class") or ())) for part in _CUT.split(str(value))}
        marked = element.name in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES or element.name == "button"
        if (not marked and not named & _FURNITURE_NAMES) or element.find(["main", "article", "h1"]) is not None:
            return False
        return len(element.get_text()) <= self._all * _MOST_SHARE

    def _take_tables(self, soup: Any) -> None:
        for table in list(soup.find_all("table")):
            if table.find("table") is not None:
                continue
            rows, header = _grid(table)
            if not rows:
                table.decompose()
            elif len(rows[0]) == 1 or (len(rows) == 1 and any(len(cell) > 200 for cell in rows[0])):
                for cell in table.find_all(["td", "th", "tr", "tbody", "thead", "tfoot"]):
                    cell.name = "div"
                table.name = "div"
            else:
                mark = soup.new_tag("p")
                mark.string = f"{TABLE_MARK}{len(self.tables)}{TABLE_MARK}"
                caption = table.find("caption")
                self.tables.append(Table(rows, 0, caption=caption.get_text(" ", strip=True) if caption else "", header_rows=header))
                table.replace_with(mark)


def _title(soup: Any) -> str:
    """The page's title without the site's name behind it."""
    title = soup.title.get_text(" ", strip=True) if soup.title is not None else ""
    return re.split(r" ?[-_|–—·»] ?(?=[^-_|–—·»]{0,40}$)| ?[_|»] ?", title, maxsplit=1)[0].strip()


def _is_menu(element: Any) -> bool:
    """A list of links that are no clauses: at least three, nearly nothing beside them."""
    if element.name not in ("ul", "ol", "div", "p", "span", "td", "header"):
        return False
    links = element.find_all("a")
    if len(links) < _LEAST_LINKS or element.find(["p", "h1", "h2", "h3", "table"]) is not None:
        return False
    if all(str(link.get("href") or "").startswith("#") and len(str(link.get("href"))) > 1 for link in links):
        return False
    words = [link.get_text(" ", strip=True) for link in links]
    linked, whole = sum(map(len, words)), len("".join(element.get_text().split()))
    return linked >= 0.8 * whole and all(len(word) <= 20 for word in words) and not any(markers_of(word) for word in words)


def _name_summaries(soup: Any) -> None:
    """Questions that fold open (<summary>, <dt>) become titles of what stands below them."""
    for element in soup.find_all(["summary", "dt"]):
        body = element.find_next_sibling()
        if element.name == "summary" or (body is not None and body.name == "dd" and len(body.get_text()) > len(element.get_text())):
            element.name = "h6"
    for element in soup.find_all(["details", "dl", "dd"]):
        element.name = "div"


def _grid(table: Any) -> tuple[tuple[tuple[str, ...], ...], int | None]:
    """The cells, merged ones repeated in every place they cover, and how many rows of headings lead them."""
    rows: list[dict[int, str]] = []
    header = 0
    waiting: dict[int, tuple[int, str]] = {}
    for row in table.find_all("tr"):
        cells: dict[int, str] = {}
        for at, (left, text) in list(waiting.items()):
            cells[at] = text
            waiting[at] = (left - 1, text)
        waiting = {at: entry for at, entry in waiting.items() if entry[0] > 0}
        own = row.find_all(["td", "th"])
        at = 0
        for cell in own:
            while at in cells:
                at += 1
            text = cell.get_text(" ", strip=True)
            down = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                cells[at] = text
                if down > 1:
                    waiting[at] = (down - 1, text)
                at += 1
        in_head = row.find_parent("thead") is not None or (own and all(cell.name == "th" for cell in own))
        if in_head and header == len(rows):
            header += 1
        if any(cells.values()):
            rows.append(cells)
    columns = max((max(row) + 1 for row in rows if row), default=0)
    return tuple(tuple(row.get(at, "") for at in range(columns)) for row in rows), header or None


def _span(cell: Any, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return min(max(int(value), 1), 200) if value.isdigit() else 1
