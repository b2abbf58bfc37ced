"""Lines that are no clause are set aside, each with its reason; nothing is dropped silently.

In this order: page numbers, running headers and footers, the table of contents, words of the website that the file was
saved from, blanks for signatures.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot.documents.document import LeftOut
from copilot.documents.left_out_rules import SITE, leave_rules
from copilot.documents.lines import Block, Line, Table
from copilot.documents.numbering import fold, markers_of

PAGE_NUMBER, RUNNING, CONTENTS, SIGNATURE, ISSUED = "页码", "页眉页脚", "目录", "签名栏", "落款"
_CONTENTS_HEAD = re.compile(r"(?:目 {0,6}[录次]|内容目录|[Cc]ontents|CONTENTS|[Tt]able of [Cc]ontents|TABLE OF CONTENTS)")
_LEADERS = re.compile(r"(?:\.{3}|…|·{3}|。{3}|-{5}|_{4}|(?:\. ){3})[.…·。\-_ ]{0,200}[（(]?\d{1,4}[）)]?$")
_TRAILING_PAGE = re.compile(r"^(.{2,60}?)[ \t]{1,80}\d{1,4}$")
_DIGITS = re.compile(r"\d{1,6}|[一二三四五六七八九十]{1,4}(?= ?页)")
_DATE_ALONE = re.compile(r"(?:\d{4}|[〇零○一二三四五六七八九]{4}) ?[年.-] ?(?:\d{1,2}|[一二三四五六七八九十]{1,2}) ?[月.-] ?(?:\d{1,2}|[一二三四五六七八九十]{1,3}) ?日?")
_ISSUER = re.compile(r"[^，。；：！？,;:!?]{2,30}(?:公司|集团|银行|中心|部|处|局|科|室|组|委员会|协会|办公室|店|学校|医院|平台)")
_EDGE_LINES = 3  # lines at the top and bottom of a page among which headers and footers are looked for
_LONGEST_RUNNING = 80  # characters of a header or footer
_PLAIN_TABLE_OF_CONTENTS = 3  # lines with leaders in a row that make a table of contents without its title


@dataclass(frozen=True, slots=True)
class Sifted:
    """What is kept, what was left out, and after which kept lines a piece of the website began."""

    kept: list[Block]
    left_out: list[LeftOut]
    broken_off: frozenset[int]  # line numbers


def sift(blocks: Sequence[Block]) -> Sifted:
    """Parts the blocks of a file into what may hold clauses and what does not."""
    reasons: dict[int, str] = {}
    for find in (_page_numbers, _running_lines, _contents, _websites_and_signatures):
        for index, why in find(blocks, reasons).items():
            reasons.setdefault(index, why)
    left = [LeftOut(blocks[index].text, blocks[index].number, why) for index, why in sorted(reasons.items())]
    staying = [block for index, block in enumerate(blocks) if index not in reasons]
    kept = [_without_remarks(block, left) if isinstance(block, Table) else block for block in staying]
    return Sifted(kept, left, _broken_off(blocks, reasons))


def _without_remarks(table: Table, left: list[LeftOut]) -> Table:
    """A table without last rows that say who made or signed it ("编制：质检部")."""
    rows = list(table.rows)
    while len(rows) > 1:
        cells = {cell for cell in rows[-1] if cell}
        only = cells.pop() if len(cells) == 1 else ""
        why = leave_rules().why(only, "start") or leave_rules().why(only, "anywhere") if only else None
        if why is None or len(rows[-1]) < 3:
            break
        left.append(LeftOut(only, table.number + len(rows) - 1, why))
        rows.pop()
    return replace(table, rows=tuple(rows))


def _broken_off(blocks: Sequence[Block], reasons: dict[int, str]) -> frozenset[int]:
    """Kept lines that words of a website follow, and the last kept line."""
    found: set[int] = set()
    last: int | None = None
    for index, block in enumerate(blocks):
        if index not in reasons:
            last = block.number
        elif reasons[index] == SITE and last is not None:
            found.add(last)
    return frozenset(found | ({last} if last is not None else set()))


def _lines(blocks: Sequence[Block], reasons: dict[int, str]) -> list[tuple[int, Line]]:
    return [(i, block) for i, block in enumerate(blocks) if isinstance(block, Line) and i not in reasons]


def _page_numbers(blocks: Sequence[Block], reasons: dict[int, str]) -> dict[int, str]:
    rules = leave_rules()
    found = {i: why for i, line in _lines(blocks, reasons) if (why := rules.why(line.text, "anywhere")) == PAGE_NUMBER}
    return found | _bare_page_numbers(blocks, found)


def _bare_page_numbers(blocks: Sequence[Block], known: dict[int, str]) -> dict[int, str]:
    """Lines that hold a number only: on pages, where it stands at the edge; elsewhere, where at least three rise by one."""
    bare = [(i, line) for i, line in _lines(blocks, known) if line.text.isascii() and line.text.isdigit() and len(line.text) < 5]
    edges = _edges(blocks)
    on_pages = {i: PAGE_NUMBER for i, line in bare if i in edges and int(line.text) - line.page in range(-20, 20)}
    rising = [i for (i, line), (_, other) in itertools.pairwise(bare) if int(other.text) == int(line.text) + 1]
    if len(rising) >= 2:
        on_pages |= {i: PAGE_NUMBER for i, line in bare if not line.page}
    return on_pages


def _edges(blocks: Sequence[Block]) -> set[int]:
    """The first and last lines of every page, where pages are known."""
    pages: dict[int, list[int]] = defaultdict(list)
    for index, block in enumerate(blocks):
        if block.page:
            pages[block.page].append(index)
    return {index for places in pages.values() for index in [*places[:_EDGE_LINES], *places[-_EDGE_LINES:]]}


def _running_lines(blocks: Sequence[Block], reasons: dict[int, str]) -> dict[int, str]:
    """Headers and footers: the same words at the edge of several pages, or beside several page numbers."""
    edges = _edges(blocks)
    pages = len({block.page for block in blocks if block.page})
    beside = _beside_page_numbers(blocks, reasons) if not pages else set()
    near = [(i, line) for i, line in _lines(blocks, reasons) if (i in edges or i in beside) and len(line.text) <= _LONGEST_RUNNING]
    times = Counter(key for _, line in near for key in _running_keys(line))
    least = max(2, pages * 2 // 5) if pages else 3
    return {i: RUNNING for i, line in near if any(times[key] >= least for key in _running_keys(line)) and not _numbered_anew(line, near)}


def _running_keys(line: Line) -> set[str]:
    """What a header has in common on all pages: its words, or its words with a number that rises with the page."""
    plain = "".join(fold(line.text).split())
    if not line.page:
        return {_DIGITS.sub("#", plain)}
    numbers = [match for match in _DIGITS.finditer(plain) if match[0].isdigit()]
    ends = numbers[:1] + numbers[-1:]
    return {plain, *(f"{plain[: n.start()]}#{int(n[0]) - line.page}{plain[n.end() :]}" for n in ends)}


def _numbered_anew(line: Line, near: Sequence[tuple[int, Line]]) -> bool:
    """Whether lines that differ in their number only are clauses ("第一条", "第二条" on pages of their own)."""
    if not markers_of(line.text):
        return False
    return sum(1 for _, other in near if other.text == line.text) < 2


def _beside_page_numbers(blocks: Sequence[Block], reasons: dict[int, str]) -> set[int]:
    numbers = [i for i, why in reasons.items() if why == PAGE_NUMBER]
    return {i + step for i in numbers for step in (-2, -1, 1, 2)}


def _contents(blocks: Sequence[Block], reasons: dict[int, str]) -> dict[int, str]:
    lines = _lines(blocks, reasons)
    found: dict[int, str] = {}
    later = Counter(_contents_key(line.text) for _, line in lines)
    run: list[int] = []
    for at, (index, line) in enumerate(lines):
        if _LEADERS.search(fold(line.text)):
            run.append(index)
            continue
        if len(run) >= _PLAIN_TABLE_OF_CONTENTS:
            found |= dict.fromkeys(run, CONTENTS)
        run = []
        if _CONTENTS_HEAD.fullmatch(line.text.strip()):
            found |= _contents_below(lines[at + 1 :], later, index)
    if len(run) >= _PLAIN_TABLE_OF_CONTENTS:
        found |= dict.fromkeys(run, CONTENTS)
    return found


def _contents_below(lines: Sequence[tuple[int, Line]], later: Counter[str], head: int) -> dict[int, str]:
    """The lines below 目录 that have page numbers or come again as titles of the text."""
    found = {head: CONTENTS}
    remaining = later.copy()
    for index, line in lines:
        key = _contents_key(line.text)
        again = remaining[key] > 1
        listed = _LEADERS.search(fold(line.text)) or _TRAILING_PAGE.match(fold(line.text))
        if not (again or listed) or (not listed and key in {_contents_key(other.text) for i, other in lines if i in found}):
            break
        remaining[key] -= 1
        found[index] = CONTENTS
    return found


def _contents_key(text: str) -> str:
    """A title without blanks, leaders and page number, so that the contents and the text compare equal."""
    plain = _LEADERS.sub("", fold(text))
    match = _TRAILING_PAGE.match(plain)
    return "".join((match[1] if match else plain).split()).rstrip(".…·")


def _websites_and_signatures(blocks: Sequence[Block], reasons: dict[int, str]) -> dict[int, str]:
    rules = leave_rules()
    found: dict[int, str] = {}
    signed = False
    for index, line in _lines(blocks, reasons):
        why = rules.why(line.text, "anywhere")
        if why is None and signed:
            why = rules.why(line.text, "end")
        elif why == SIGNATURE:
            signed = True
        elif why is None and line.text and markers_of(line.text):
            signed = False  # an annex after the signatures has clauses again
        if why is not None:
            found[index] = why
    found |= _links_beside(blocks, reasons | found)
    return found | _closing(blocks, reasons | found)


def _closing(blocks: Sequence[Block], reasons: dict[int, str]) -> dict[int, str]:
    """Who issued a notice and when, in its last two lines."""
    last = _lines(blocks, reasons)[-2:]
    if len(last) < 2 or not _DATE_ALONE.fullmatch(fold(last[1][1].text)):
        return {}
    issuer = last[0][1].text
    return {last[1][0]: ISSUED} | ({last[0][0]: ISSUED} if _ISSUER.fullmatch(issuer) and not markers_of(issuer) else {})


def _links_beside(blocks: Sequence[Block], reasons: dict[int, str]) -> dict[int, str]:
    """Single words like 联系我们 that could be a title, but stand next to other words of a website."""
    rules = leave_rules()
    found: dict[int, str] = {}
    lines = [(i, line) for i, line in _lines(blocks, reasons) if not line.level]
    for step, ordered in ((-1, lines), (1, lines[::-1])):
        for index, line in ordered:
            beside = (reasons | found).get(index + step) == SITE
            if beside and (why := rules.why(line.text, "beside")) is not None:
                found[index] = why
    return found
