"""How a line begins: the usual kinds of clause numbers in Chinese and English documents.

`markers_of` says what a line's beginning *could* be; whether it is a number is decided by `outline`, which knows what
came before ("1.5" after "1.4" is a clause, in "1.5倍" alone it is a figure). Chinese forms follow 《立法技术规范》 (编 章 节 条
款 项), GB/T 1.1 (1, 1.1, 1.1.1) and GB/T 9704 for official letters (一、 （一） 1. （1）).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from copilot.documents.numerals import chinese_number, roman_number

_CN = "〇零一二两三四五六七八九十百千"
_FOLD = str.maketrans(
    {chr(0xFF01 + offset): chr(0x21 + offset) for offset in range(94)} | {"\u3000": " ", "\xa0": " ", "\t": " ", "．": ".", "﹒": "."}
)
_SINGLE = {
    **{chr(0x2460 + i): ("circle", i + 1) for i in range(20)},
    **{chr(0x2776 + i): ("circle", i + 1) for i in range(10)},
    **{chr(0x2474 + i): ("(int)", i + 1) for i in range(20)},
    **{chr(0x2488 + i): ("int.", i + 1) for i in range(20)},
    **{chr(0x3220 + i): ("(cn)", i + 1) for i in range(10)},
}
_UNITS = (
    r"(?:[%‰％℃°+\-/*×~～—]|元|万|亿|倍|折|天|日|号|小时|分|秒|个|月|年|周|人|次|件|条|张|份|页|字|位|名|米|公里|公斤|克|kg|km|cm|mm|"
    r"[gmGM][bB]?\b|[kK]\b|W\b|岁|级|档|星|寸|英寸|期|笔|单|台|部|款|项|户|家|颗|瓶|包|袋|箱|毫|厘|里|斤|吨|升|度|以[上下内]|左右|多|余|至|到|[a-zA-Z]{1,4}/)"
)
_UNIT_HEAD = re.compile(_UNITS)

_NAMED = re.compile(
    rf"第 {{0,2}}([{_CN}\d][{_CN}\d ]{{0,9}}) {{0,2}}(部分|分编|编|篇|卷|章|节|条|款|项)(之 ?[一二三四五六七八九十])?"
)
_CROSS = re.compile(
    r"(?:的|所[述指列称说规定约]|规定(?!解释)|约定(?!事项|解释)|之规定|中[的所规约，,述]|[、和与及或至到]第|至|以及|及其|第|[，,；;。）)]|款(?!项)|目|"
    r"明确|执行|适用$)"
)
_ALWAYS_CROSS = re.compile(r" {0,2}(?:的|所[述指列称]|[、和与及或至到]{1,2} {0,2}第)")
_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,5})(?![\d.]*\d)([.、)]?)")
_DASHED = re.compile(r"([1-9]\d?)-([1-9]\d?)(?=[ 、\u4e00-\u9fff])")
_SPACED = re.compile(r"(\d{1,3}(?: ?\. ?\d{1,3}){1,5})(?!\d)([.、)]?)")
_INT = re.compile(r"(\d{1,3}) {0,2}([.、)])(?!\d{1,3}[.、]\d)")
_INT_PAREN = re.compile(r"[(\[〔【] {0,2}(\d{1,3}) {0,2}[)\]〕】]")
_INT_SPACE = re.compile(r"(\d{1,2})( {1,4})(?=[^\d\s])")
_INT_BARE = re.compile(r"(\d{1,2})(?=[\u4e00-\u9fff])")
_CN_MARK = re.compile(r"([一二三四五六七八九十]{1,4}) {0,2}([、.)：:])")
_CN_SPACE = re.compile(r"([一二三四五六七八九十]{1,3})( {1,4})(?=\S)")
_CN_PAREN = re.compile(r"[(〔] {0,2}([一二三四五六七八九十]{1,4}) {0,2}[)〕]")
_ALPHA = re.compile(r"([A-Za-z])([.、)])(?![A-Za-z]\.)")
_ALPHA_PAREN = re.compile(r"\( ?([A-Za-z]) ?\)")
_ROMAN_MARK = re.compile(r"([ivxIVX]{1,6}|[Ⅰ-Ⅻ])([.、)])")
_ROMAN_PAREN = re.compile(r"\( ?([ivx]{1,6}) ?\)")
_ENGLISH = re.compile(
    r"(ARTICLE|Article|SECTION|Section|CLAUSE|Clause|CHAPTER|Chapter|PART|Part|RULE|Rule|ANNEX|Annex|APPENDIX|Appendix|SCHEDULE|Schedule|§)"
    r" {0,3}(\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,7}|[A-Z])(?![A-Za-z\d])([.:)]?)"
)
_ENGLISH_CROSS = re.compile(
    r" {0,2}(?:of|and|or|to|above|below|shall|applies|apply|does|do|is|are|was|may|must|also|sets|governs|hereof|hereto|through)\b|,|;|\("
)
_ANNEX = re.compile(rf"(附件|附录|附表)( ?[{_CN}\d]{{1,3}}| ?[A-Z](?![A-Za-z]))?(?= {{0,2}}(?:[:：、.]|$| |[\u4e00-\u9fff《]))")
_QUESTION = re.compile(r"(?:问题|问|Q|Question) {0,1}(\d{0,3}) {0,2}[:：.、] {0,2}|(?:Q|问题)(\d{1,3}) {1,2}")
_ANSWER = re.compile(r"(?:答案|回答|答复|答|A|Answer) {0,1}\d{0,3} {0,2}[:：.、] {0,2}")
_NAMED_STYLES = {
    "编": "part", "分编": "part", "部分": "part", "篇": "part", "卷": "part",
    "章": "chapter", "节": "section", "条": "article", "款": "款", "项": "项",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marker:
    """A number that a line may begin with."""

    style: str
    parts: tuple[int, ...]  # (1, 2, 3) for 1.2.3, one value for all other styles
    label: str  # the piece of the citable number: "第十二条", "1.2.3", "（二）", "一", "(a)"
    printed: str  # how it stands before a title in a path: "一、"
    rest: str  # what follows it in the line
    spaced: bool  # something (a blank, a sign) separates it from what follows
    doubt: bool = False  # could as well be a figure or a word
    figure: bool = False  # a unit follows: "2 人员", "24 小时内"

    @property
    def value(self) -> int:
        """The ordinal in its list."""
        return self.parts[-1]


def fold(text: str) -> str:
    """`text` with full-width letters, digits and signs as ASCII ones, character by character."""
    return text.translate(_FOLD)


def begins_with_unit(text: str) -> bool:
    """Whether a unit or a sign stands there that makes the digits before it a figure ("元", "小时", "%")."""
    return _UNIT_HEAD.match(text) is not None


def markers_of(text: str) -> tuple[Marker, ...]:
    """What the beginning of a line can be read as, the likeliest first; empty for ordinary text."""
    folded = fold(text)
    opened = folded[:1] in "【[" and folded[1:2] != ""
    for closing in ("】", "]") if opened else ():
        inside, found, outside = text[1:40].partition(closing)
        if found and (inner := markers_of(inside)) and not inner[0].rest:
            return tuple(_with_rest(each, outside + text[40:]) for each in inner)
    return tuple(_candidates(text, folded))


def _with_rest(marker: Marker, rest: str) -> Marker:
    return Marker(marker.style, marker.parts, marker.label, marker.printed, rest.strip(), True)


def _candidates(text: str, folded: str) -> list[Marker]:
    first = folded[:1]
    if first == "第":
        return _named(text, folded)
    if text[:1] in _SINGLE:
        style, value = _SINGLE[text[0]]
        label = {"circle": text[0], "int.": str(value), "(int)": f"（{value}）"}.get(style) or f"（{'一二三四五六七八九十'[value - 1]}）"
        return [Marker(style, (value,), label, label, _rest(text, 1), True)]
    found: list[Marker] = []
    for read in (_annex, _english, _decimal, _dashed, _int, _paren, _chinese, _letters):
        found += read(text, folded)
    return found


def _rest(text: str, end: int) -> str:
    """What follows the number, without the blanks, colons and dashes that only separate."""
    rest = text[end:].lstrip(" \t\u3000\xa0")
    return rest[1:].lstrip() if rest[:1] in "：:、" else rest


def _named(text: str, folded: str) -> list[Marker]:
    match = _NAMED.match(folded)
    if match is None:
        return []
    tail = folded[match.end() :]
    spaced = tail[:1] in " :、.【[(" or not tail
    if (not spaced and _CROSS.match(tail)) or _ALWAYS_CROSS.match(tail):
        return []
    number = match[1].replace(" ", "")
    try:
        value = chinese_number(number)
    except (ValueError, KeyError):
        return []
    label = f"第{number}{match[2]}{(match[3] or '').replace(' ', '')}"
    end = match.end() + (1 if tail[:1] == "." else 0)
    return [Marker(_NAMED_STYLES[match[2]], (value,), label, label + " ", _rest(text, end), spaced)]


def _annex(text: str, folded: str) -> list[Marker]:
    match = _ANNEX.match(folded)
    rest = _rest(text, match.end()) if match else ""
    if match is None or len(rest) > 30 or re.search(r"[。；，的]", rest) or (not match[2] and rest):
        return []
    number = (match[2] or "").strip()
    value = chinese_number(number) if number and not number.isalpha() else ord(number[0]) - 64 if number.isascii() and number else 1
    if number and not number.isascii():
        value = chinese_number(number)
    return [Marker("annex", (value,), match[1] + number, match[1] + number + " ", rest, True)]


def _english(text: str, folded: str) -> list[Marker]:
    match = _ENGLISH.match(folded)
    if match is None or _ENGLISH_CROSS.match(folded[match.end() :]):
        return []
    word, number = match[1].capitalize(), match[2]
    parts = tuple(int(part) for part in number.split(".")) if number[0].isdigit() else (roman_number(number) or ord(number[0]) - 64,)
    style = {"Chapter": "chapter", "Part": "part", "Annex": "annex", "Appendix": "annex", "Schedule": "annex", "§": "Section"}.get(word, word)
    label = f"§{number}" if word == "§" else f"{word} {number}"
    rest = re.sub(r"^[—–-]+ {0,2}", "", _rest(text, match.end()))
    return [Marker(style, parts, label, label + " ", rest, True)]


def _dashed(text: str, folded: str) -> list[Marker]:
    match = _DASHED.match(folded)
    if match is None or begins_with_unit(folded[match.end() :].lstrip(" ")):
        return []
    parts = (int(match[1]), int(match[2]))
    return [Marker("decimal", parts, match[0], match[0] + " ", _rest(text, match.end()), True, True)]


def _decimal(text: str, folded: str) -> list[Marker]:
    match = _DECIMAL.match(folded)
    doubt = False
    if match is None:
        match = _SPACED.match(folded)
        doubt = True
    if match is None:
        return []
    parts = tuple(int(part) for part in match[1].replace(" ", "").split("."))
    tail = folded[match.end() :]
    zeros = any(len(part) > 1 and part[0] == "0" for part in match[1].replace(" ", "").split("."))
    if zeros or parts[0] == 0 or tail[:1] in tuple("%:：/-~+=") or (len(parts) > 1 and max(parts) > 199):
        return []
    label = ".".join(str(part) for part in parts)
    doubt = doubt or begins_with_unit(tail.lstrip(" "))
    return [Marker("decimal", parts, label, label + " ", _rest(text, match.end()), bool(match[2]) or tail[:1] in ("", " "), doubt)]


def _int(text: str, folded: str) -> list[Marker]:
    found = []
    match = _INT.match(folded)
    if match is not None and int(match[1]) > 0 and not (match[2] == "." and folded[match.end() : match.end() + 1].isdigit()):
        style = "int" + {".": ".", "、": ".", ")": ")"}[match[2]]
        label = f"{int(match[1])}" if match[2] != ")" else f"{int(match[1])}{text[match.end() - 1]}"
        printed = f"{int(match[1])}{match[2]}" + (" " if match[2] == "." else "")
        found.append(Marker(style, (int(match[1]),), label, printed, _rest(text, match.end()), True))
    for pattern, style in ((_INT_SPACE, "int "), (_INT_BARE, "int ")):
        bare = pattern.match(folded)
        if bare is not None and int(bare[1]) > 0:
            value, spaced = int(bare[1]), pattern is _INT_SPACE
            figure = begins_with_unit(folded[bare.end() :])
            found.append(Marker(style, (value,), str(value), f"{value} ", _rest(text, bare.end()), spaced, True, figure))
    return found


def _paren(text: str, folded: str) -> list[Marker]:
    for pattern, style in ((_INT_PAREN, "(int)"), (_CN_PAREN, "(cn)")):
        match = pattern.match(folded)
        if match is not None:
            value = chinese_number(match[1])
            printed = text[: match.end()].replace(" ", "")
            wide = not (printed[0].isascii() and printed[-1].isascii())
            inner = match[1] if style == "(cn)" else str(value)
            label = f"（{inner}）" if wide else f"({inner})"
            return [Marker(style, (value,), label, label, _rest(text, match.end()), True)]
    return []


def _chinese(text: str, folded: str) -> list[Marker]:
    match = _CN_MARK.match(folded)
    if match is not None:
        value = chinese_number(match[1])
        closing = match[2] == ")"
        label = match[1] + (text[match.end() - 1] if closing else "")
        doubt = match[2] in ":："
        return [Marker("cn)" if closing else "cn、", (value,), label, match[1] + text[match.end() - 1], _rest(text, match.end()), True, doubt)]
    match = _CN_SPACE.match(folded)
    if match is not None:
        return [Marker("cn、", (chinese_number(match[1]),), match[1], f"{match[1]}、", _rest(text, match.end()), True, True)]
    return []


def _letters(text: str, folded: str) -> list[Marker]:
    found = []
    match = _ALPHA_PAREN.match(folded) or _ALPHA.match(folded)
    if match is not None:
        letter, paren = match[1], folded[0] == "("
        style = ("(A)" if paren else "A)" if match[2] == ")" else "A.") if letter.isupper() else ("(a)" if paren else "a)" if match[2] == ")" else "a.")
        printed = text[: match.end()].replace(" ", "")
        label = printed if paren or match[2] == ")" else letter
        printed += " " if printed[-1].isascii() else ""
        found.append(Marker(style, (ord(letter.lower()) - 96,), label, printed, _rest(text, match.end()), True, not paren))
    roman = _ROMAN_PAREN.match(folded) or _ROMAN_MARK.match(folded)
    if roman is not None and (value := roman_number(roman[1])):
        paren = folded[0] == "("
        case = "I" if roman[1].isupper() or roman[1] >= "Ⅰ" else "i"
        style = f"({case})" if paren else f"{case})" if roman[2] == ")" else f"{case}."
        printed = text[: roman.end()].replace(" ", "")
        label = printed if paren or roman[2] == ")" else roman[1]
        printed += " " if printed[-1].isascii() else ""
        found.append(Marker(style, (value,), label, printed, _rest(text, roman.end()), True, not paren))
    return found


def question_of(text: str) -> str | None:
    """What follows "问：", "Q1:" and the like; None for any other line."""
    match = _QUESTION.match(fold(text))
    return text[match.end() :].strip() if match else None


def answer_of(text: str) -> str | None:
    """What follows "答：", "A1:" and the like; None for any other line."""
    match = _ANSWER.match(fold(text))
    return text[match.end() :].strip() if match else None
