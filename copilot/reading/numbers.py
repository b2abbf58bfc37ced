"""Personal data that is made of digits and Latin letters: phones, cards, mail addresses, accounts, plates, orders.

Shapes are found first (RE2 on the normal form), then what stands beside them decides, and check digits where there
are some: a bare row of digits is nothing until its shape, its check digit or a word beside it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from copilot.conversation import PersonalDataType
from copilot.language import compile_pattern
from copilot.reading.checks import id_card_holds, id_card_plausible, luhn_holds
from copilot.workspace import DataRecord

_WINDOW = 24  # characters looked at on either side of a number

_EMAIL = compile_pattern(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_RUN = compile_pattern(r"\(?\+?\(?\d(?:[ \-()]{0,2}\d)*(?:[ ]?x)?")
_CODE = compile_pattern(r"[a-z0-9][a-z0-9_\-]*")
_CHINESE_DIGITS = compile_pattern(r"(?:八六)?[一幺][零〇一二三四五六七八九幺]{10}")
_PLATE = compile_pattern(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-z])[ ·.\-]?"
    r"([a-hjk][a-hj-np-z0-9][0-9]{4}|[0-9]{5}[a-hjk]|[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳])"
)
_CARRIER = compile_pattern(
    r"(?:sf|yt|jt|jd|jdv[a-z]?|jdx|zto|sto|yd|db|dpk|dpl|ems|cn|ht|ty|lp|jtsd)-?\d{9,16}(?:-\d-\d)?|[a-z]{2}\d{9}cn"
)
_PREFIXED = compile_pattern(r"(qq|q|tel|phone|mobile|dh|vx|wx|v)(\d{5,11})")
_PASSPORT = compile_pattern(
    r"[eg]\d{8}|e[a-hj-np-z]\d{7}|(?:p|d|s)[a-z]?\d{7}|[kp]j?\d{7,8}|[hm]\d{8}|[a-z]{1,2}\d{6,8}|\d{9}"
)
_MAINLAND_PASSPORT = compile_pattern(r"[eg]\d{8}|e[a-hj-np-z]\d{7}")
_MOBILE = compile_pattern(r"1[3-9]\d{9}")
_TWO_LINES = compile_pattern(r"\d[\d ]{5,20}\n[ ]?\d[\d ]{0,14}x?")
_DOTTED = compile_pattern(r"1[3-9]\d\.\d{4}\.\d{4}")
_AREA = compile_pattern(r"0(?:10|2\d|[3-9]\d{2})")
# Country codes that people here write numbers of, behind + or 00.
_ABROAD = compile_pattern(r"(?:852|853|886|81|82|65|60|66|84|1|44|49|33|39|34|61|64|7|971)\d{8,10}|85[23]\d{8}")
_DATE_LIKE = compile_pattern(r"(?:19|20)\d{2}[-/ ]?(?:0?[1-9]|1[0-2])[-/ ]?(?:0?[1-9]|[12]\d|3[01])")


class CueRule(DataRecord):
    """Words beside a number that say what kind it is."""

    id: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    examples: tuple[str, ...]


class WordList(DataRecord):
    """Words or single characters, apart by spaces."""

    id: str
    values: str


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of personal data at `[start, end)` of the normal form; the lower `rank` wins where two overlap."""

    type: PersonalDataType
    start: int
    end: int
    rank: int


class NumberFinder:
    """Finds personal data made of digits and Latin letters in a normal form."""

    def __init__(self, cues: list[CueRule]) -> None:
        self._before = {cue.id: compile_pattern(f"(?:{'|'.join(cue.before)})$") for cue in cues if cue.before}
        self._after = {cue.id: compile_pattern(f"^(?:{'|'.join(cue.after)})") for cue in cues if cue.after}

    def find(self, text: str) -> list[Found]:
        """All finds, possibly overlapping."""
        found = [Found("email", m.start(), m.end(), 0) for m in _EMAIL.finditer(text)]
        mails = [(item.start, item.end) for item in found]
        for match in _RUN.finditer(text):
            if not any(s < match.end() and match.start() < e for s, e in mails):
                found.extend(self._judge_run(text, match.start(), match.end()))
        for match in _CODE.finditer(text):
            if not any(s < match.end() and match.start() < e for s, e in mails):
                found.extend(self._judge_code(text, match.start(), match.end()))
        found.extend(Found("phone", m.start(), m.end(), 2) for m in _CHINESE_DIGITS.finditer(text))
        found.extend(self._over_two_lines(text))
        found.extend(Found("phone", m.start(), m.end(), 2) for m in _DOTTED.finditer(text) if _bare(text, *m.span()))
        found.extend(
            Found("plate", m.start(), m.end(), 2)
            for m in _PLATE.finditer(text)
            if _stands_alone(text, m.start() + 1, m.end(), left=False) and _is_plate(m, text)
        )
        return found

    def _cued(self, kind: str, text: str, start: int, end: int) -> bool:
        before, after = self._before.get(kind), self._after.get(kind)
        return bool(
            (before is not None and before.search(text[max(0, start - _WINDOW) : start]))
            or (after is not None and after.search(text[end : end + _WINDOW]))
        )

    def _preceded(self, kind: str, text: str, start: int) -> bool:
        before = self._before.get(kind)
        return before is not None and bool(before.search(text[max(0, start - _WINDOW) : start]))

    def _judge_run(self, text: str, start: int, end: int) -> list[Found]:
        """A run of digits with spaces, dashes and brackets between: which whole or part of it is what?"""
        run = text[start:end]
        if run.endswith("x") and sum(c.isdigit() for c in run) != 17:
            end = start + len(run.rstrip("x ").rstrip())
            run = text[start:end]
        if not _stands_alone(text, start, end):
            return []
        digits = "".join(c for c in run if c.isdigit() or c == "x")
        if len(digits) < 5:
            return []
        whole = self._kind_of(digits, run, text, start, end)
        if whole is not None:
            return [Found(whole, _inner_start(run, start, whole), end, 1 if whole != "order_id" else 3)]
        return self._judge_parts(text, start, run)

    def _judge_parts(self, text: str, start: int, run: str) -> list[Found]:
        """Several numbers written side by side ("13812345678 330106199003071234"): each piece by itself."""
        found: list[Found] = []
        place = 0
        for piece in run.split(" "):
            if len(piece) >= 5 and len(piece) < len(run):
                at = start + place
                digits = "".join(c for c in piece if c.isdigit() or c == "x")
                kind = self._kind_of(digits, piece, text, at, at + len(piece))
                if kind is not None:
                    found.append(Found(kind, _inner_start(piece, at, kind), at + len(piece), 2))
            place += len(piece) + 1
        return found

    def _kind_of(self, digits: str, run: str, text: str, start: int, end: int) -> PersonalDataType | None:
        ordered = self._cued("order_id", text, start, end)
        refused = self._cued("not", text, start, end)
        if len(digits) == 18 and id_card_plausible(digits):
            card = self._cued("bank_card", text, start, end) and luhn_holds(digits) if digits.isdigit() else False
            if (id_card_holds(digits) and not ordered) or self._cued("id_card", text, start, end):
                return "id_card"
            if not ordered and not refused and not card:
                return "id_card"
        if "x" in digits:
            return None
        if len(digits) in (15, 18) and self._preceded("id_card", text, start):
            return "id_card"
        if ordered and len(digits) >= 5 and not refused and not (_is_phone(digits, run) and len(digits) == 11):
            return "order_id"
        if self._preceded("qq", text, start) and 5 <= len(digits) <= 11 and digits[0] != "0" and digits == run:
            return "qq"
        if refused and not self._preceded("phone", text, start):
            return None
        if _is_phone(digits, run):
            return "phone"
        if 7 <= len(digits) <= 8 and digits[0] not in "01" and self._preceded("phone", text, start):
            return None if self._cued("not", text, start, end) or _DATE_LIKE.fullmatch(run) else "phone"
        if 15 <= len(digits) <= 19:
            cued = self._cued("bank_card", text, start, end)
            if cued or (len(digits) >= 16 and digits[0] in "3456" and luhn_holds(digits)):
                return "bank_card"
            if len(digits) == 19 and digits.startswith("62"):
                return "bank_card"
        if self._cued("qq", text, start, end) and 5 <= len(digits) <= 11 and digits[0] != "0" and digits == run:
            return "qq"
        if self._preceded("passport", text, start) and 8 <= len(digits) <= 9:
            return "passport"
        return None

    def _over_two_lines(self, text: str) -> list[Found]:
        """Identity cards and bank cards that a line break runs through; the check digit must hold."""
        found = []
        for match in _TWO_LINES.finditer(text):
            digits = "".join(c for c in match.group() if c.isdigit() or c == "x")
            if not _bare(text, *match.span()):
                continue
            if len(digits) == 18 and (id_card_holds(digits) or self._preceded("id_card", text, match.start())):
                found.append(Found("id_card", match.start(), match.end(), 0))
            elif 16 <= len(digits) <= 19 and self._preceded("bank_card", text, match.start()):
                found.append(Found("bank_card", match.start(), match.end(), 0))
        return found

    def _judge_code(self, text: str, start: int, end: int) -> list[Found]:
        """A word of Latin letters and digits: an order, a passport, a WeChat name?"""
        code = text[start:end].rstrip("-_")
        end = start + len(code)
        if len(code) < 5 or code.isdigit() or (start > 0 and text[start - 1] in "@./\\"):
            return []
        digits = sum(c.isdigit() for c in code)
        prefixed = _PREFIXED.fullmatch(code)
        if prefixed is not None:
            inner = end - len(prefixed.group(2))
            if _MOBILE.fullmatch(prefixed.group(2)):
                return [Found("phone", inner, end, 1)]
            return [Found("qq", inner, end, 1)] if prefixed.group(1) in ("qq", "q") else []
        if self._cued("wechat", text, start, end) and 6 <= len(code) <= 20 and not code[0].isdigit():
            return [Found("wechat", start, end, 2)]
        if code[0].isalpha() and self._preceded("passport", text, start) and _PASSPORT.fullmatch(code):
            return [Found("passport", start, end, 1)]
        if any(c.isalpha() for c in code) and digits >= 4:
            if self._cued("order_id", text, start, end) and not self._preceded("not", text, start):
                return [Found("order_id", start, end, 1)]
            if _CARRIER.fullmatch(code):
                return [Found("order_id", start, end, 1)]
        if _MAINLAND_PASSPORT.fullmatch(code) and not self._cued("not", text, start, end):
            return [Found("passport", start, end, 3)]
        return []


def _stands_alone(text: str, start: int, end: int, *, left: bool = True) -> bool:
    """Whether no letter, digit or decimal point goes on beside `[start, end)`."""
    if left and start > 0:
        before = text[start - 1]
        if (before.isascii() and before.isalnum()) or (before in "_.,*" and start > 1 and text[start - 2].isdigit()):
            return False
        if before in "_.*¥$￥":
            return False
    if end < len(text):
        after = text[end]
        if after.isascii() and after.isalnum():
            return False
        if after in "*_" or (after in ".," and end + 1 < len(text) and text[end + 1].isdigit()):
            return False
    return True


def _bare(text: str, start: int, end: int) -> bool:
    """Whether neither a digit nor a letter nor a dot with more behind it stands beside `[start, end)`."""
    return _stands_alone(text, start, end) and text[max(0, start - 1) : start] != "."


def _is_phone(digits: str, run: str) -> bool:
    local = digits
    if digits.startswith("0086") and len(digits) == 15:
        local = digits[4:]
    elif digits.startswith("86") and (len(digits) == 13 or run.startswith("+86")):
        local = digits[2:]
    if len(local) == 11 and _MOBILE.fullmatch(local):
        return True
    if run.startswith("+86") and 9 <= len(local) <= 11:
        local = "0" + local if not local.startswith("0") else local
    if run.startswith(("+", "(+", "00")) and _ABROAD.fullmatch(digits.removeprefix("00")):
        return True
    area = _AREA.match(local)
    if area is None:
        return False
    rest = len(local) - area.end()
    extension = run.count("-") >= 2 and 1 <= rest - 8 <= 4  # 021-52316648-806
    return 7 <= rest <= 8 or extension


def _inner_start(run: str, start: int, kind: PersonalDataType) -> int:
    """Where the number itself starts: an opening bracket belongs to it only if it closes inside, as in (0755)…"""
    if run.startswith("(") and (kind != "phone" or ")" not in run):
        return start + 1
    return start


def _is_plate(match: Any, text: str) -> bool:
    number = match.group(2)
    if sum(c.isdigit() for c in number) < 2:
        return False
    if match.start() > 0 and text[match.start()] == "新" and text[match.start() - 1] in "全最更崭款":
        return False
    return not (len(number) == 5 and "i" in number)
