"""Which part of a clause is its title and which its text."""

from __future__ import annotations

import re

from copilot.documents.joining import ENDS, TITLE_BREAKS_OFF, UNFINISHED, glue
from copilot.documents.tree import HEADING, LIST_RANKS, QUESTION, Node

MOST_TITLE_CHARACTERS = 40
_SHORT_TITLE_CHARACTERS = 20
_SHORT_TITLE_WORDS = 7
_SENTENCE_INSIDE = re.compile(r"[。；！;]|[a-z\)]\. [A-Z]")
_TITLE_GOES_ON = re.compile(r"(?:[与及和]|以及)[\u4e00-\u9fff]{2,14}$")
_BRACKETED = re.compile(r"[【\[〔（(「]([^】\]〕）)」\n]{2,20})[】\]〕）)」][ \u3000：:]{0,3}(.{2,})", re.DOTALL)
_COLON = re.compile(r"([^，。；！？：:,;!?\n]{2,20})[：:][ \u3000]{0,3}(.{4,})", re.DOTALL)
_GAP = re.compile(r"([^，。；！？：:,;!?\s]{2,16})[ \u3000\t]{1,6}(.{6,})", re.DOTALL)
_STOP = re.compile(r"([^，。；！？：:,;!?\n]{2,10})。(.{6,})", re.DOTALL)
_ENGLISH_STOP = re.compile(r"([A-Z][A-Za-z'’&/ -]{2,50})(?:\. {1,3}|: {1,3}| [—–-] )([A-Z“\"(].{5,})", re.DOTALL)
_SPACED_OUT = re.compile(r"[\u4e00-\u9fff](?: {1,2}[\u4e00-\u9fff]){1,12}")
_COLON_INSIDE = re.compile(r"[：:][^：:]{3,}")
_STOPPED_TITLE = re.compile(r"[^，。；：！？,.;:!?\n]{2,6}[。.]")
_ANNOUNCES = re.compile(r"(?:以下|如下|下列|包括|包含|应当?|需要?|可以|不得|following|includ\w{1,4})[^：:]{0,12}[：:]$")
_VERB = re.compile(r"\b(?:is|are|was|were|be|must|shall|may|can|will|should|has|have|does|do|not|we|you|they|it|applies|covers|pays?)\b", re.IGNORECASE)
_PIECES = re.compile(r"[，。；：！？,;:!?\n（(]|\. ")
_CLOSERS = "：:"
# What a sentence ends with before a colon or blank; the words before it are its beginning, no title.
_NOT_A_TITLE = tuple("如下 包括 包含 即 应 应当 应该 须 必须 需 需要 要 不得 可 可以 有权 为 是 下列 以下 之一 的 者 时 外 后 前 请".split())


def is_title(text: str) -> bool:
    """Whether a line can be a title: short, no sentence in it, no sign at its end."""
    text = text.strip()
    if not text or len(text) > (90 if text.isascii() else MOST_TITLE_CHARACTERS):
        return False
    if text[-1] in "。；;！!，,、…" or (text[-1] == "." and not text.endswith("..")) or _SENTENCE_INSIDE.search(text):
        return False
    if text.isascii():
        return len(text.split()) <= 12 and ", " not in text
    if _COLON_INSIDE.search(text):
        return False
    return not UNFINISHED.search(text) and not ("，" in text or "," in text)


def without_spacing(title: str) -> str:
    """响 应 时 间 → 响应时间: letters that are spaced out only to fill the line."""
    return title.replace(" ", "") if _SPACED_OUT.fullmatch(title) else title


def short_title(text: str) -> str:
    """A title made of the first words of a text that has none; never empty, at most some 20 characters or 7 words."""
    flat = " ".join(text.split())
    if flat.isascii():
        words = re.split(r"[.,;:!?] ", flat, maxsplit=1)[0].rstrip(".,;:!?").split()
        return " ".join(words[:_SHORT_TITLE_WORDS]) + ("…" if len(words) > _SHORT_TITLE_WORDS else "") or flat[:_SHORT_TITLE_CHARACTERS]
    end = 0
    for match in _PIECES.finditer(flat):
        end = match.start()
        if end >= 4:
            break
    else:
        end = len(flat)
    title = flat[:end].strip(" “”\"'‘’") if end <= _SHORT_TITLE_CHARACTERS else flat[:_SHORT_TITLE_CHARACTERS] + "…"
    return title.rstrip("。；，：、") or flat[:_SHORT_TITLE_CHARACTERS]


def settle_titles(node: Node) -> None:
    """Decides title and text of a node and of all below it; afterwards `rest` is empty and `lines` hold the text."""
    for each in node.walk():
        if each.style != "root":
            _settle(each)


def _settle(node: Node) -> None:
    if node.children and not node.tables:
        node.announced = next((text for text in [*reversed(node.lines), node.rest] if text.endswith(tuple(_CLOSERS))), "")
    rest, node.rest = node.rest, ""
    below = bool(node.lines or node.children or node.tables)
    if not rest:
        _title_from_next_line(node)
    elif node.style == QUESTION:
        node.title = rest
    elif node.style == HEADING or (below and (node.level or is_title(rest) or _STOPPED_TITLE.fullmatch(rest))):
        node.title = without_spacing(rest.rstrip(_CLOSERS + "。."))
        if node.lines and _ANNOUNCES.search(rest):
            node.lines.insert(0, rest)
        else:
            _continue_title(node)
    else:
        if node.lines and not node.gap and not rest.endswith(ENDS):
            rest += glue(rest, node.lines[0]) + node.lines.pop(0)
        title, text = split_title(rest, item=node.style in LIST_RANKS and not node.level)
        node.lines.insert(0, text)
        introduces = node.children and not title and text.endswith(tuple(_CLOSERS)) and len(text) <= MOST_TITLE_CHARACTERS
        node.title = text.rstrip(_CLOSERS) if introduces else title or short_title(text)


def _title_from_next_line(node: Node) -> None:
    if node.lines and is_title(node.lines[0]) and (len(node.lines) > 1 or node.children or node.tables):
        node.title = node.lines.pop(0).rstrip(_CLOSERS)
        _continue_title(node)
    elif node.lines:
        title, text = split_title(node.lines[0])
        node.lines[0] = text
        node.title = title or short_title(text)


def _continue_title(node: Node) -> None:
    """A title that breaks off at 与, 和, 、 goes on in the next line."""
    begins_late = bool(node.lines) and _TITLE_GOES_ON.match(node.lines[0]) is not None
    goes_on = begins_late or TITLE_BREAKS_OFF.search(node.title) or node.title.count("（") > node.title.count("）")
    more = len(node.lines) > 1 or node.children or node.tables
    if goes_on and node.lines and more and is_title(node.lines[0]):
        glue = " " if node.title.isascii() else ""
        node.title += glue + node.lines.pop(0)


def split_title(text: str, *, item: bool = False) -> tuple[str, str]:
    """Title and text of "退款时限：我们将在……", "【适用范围】本规则……", "Response times. We …"; ("", text) without one.

    An item of a list ("服装：7 天内可退") and an English one that goes on in small letters keep their beginning in the text.
    """
    for pattern in (_BRACKETED, _ENGLISH_STOP, _GAP, _COLON, _STOP):
        match = pattern.match(text)
        wide = match is not None and pattern is _GAP and text[match.end(1) : match.start(2)] != " "
        if match is not None and _good_split(match[1], match[2], pattern is _GAP, wide):
            whole = pattern is _COLON and (item or match[2][0].islower())
            return without_spacing(match[1].strip()), text if whole else match[2].strip()
    return "", text


def _good_split(title: str, text: str, by_gap: bool, wide: bool) -> bool:
    if by_gap:
        if wide and text[0].isdigit():
            return len(text) > len(title) and "\u4e00" <= title[-1] <= "\u9fff"
        # A blank separates a title only where Chinese stands on both sides: "VIP 客户" and "Windows 更新" are words.
        return "\u4e00" <= title[-1] <= "\u9fff" and ("\u4e00" <= text[0] <= "\u9fff" or text[0] in "“《【(（") and len(text) > len(title)
    if title.isascii() and (len(title.split()) > 6 or _VERB.search(title)):
        return False
    if title[-1].isdigit() and text[0].isdigit():
        return False  # 18:00
    return not title.endswith(_NOT_A_TITLE) and title.count("“") == title.count("”")
