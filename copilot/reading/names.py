"""People's names: a surname, one or two given characters, and something beside them that says "this is a person".

Chinese writes names without any mark, so a row of characters alone proves nothing ("高兴", "王者荣耀"). Behind a *sure* cue
("收件人：", "我叫") nearly any characters make a name; behind a *hint* ("找", "同事") they must be such as people are named
with. Without either, what speaks for a name is added up: its characters, the words of the sentence, what stands before
it, and what is said of it ("… 接的电话"). Where a name ends is decided by what follows.
"""

from __future__ import annotations

from typing import NamedTuple

from copilot.language import Segments, compile_pattern
from copilot.reading.numbers import CueRule, Found, WordList

_WINDOW = 22
_ENOUGH = 3.5  # points that a name without a cue needs; see _points
_FIRST_OF_TWO = frozenset("一大阿")  # characters that are usual in a given name when another one follows
_AND = frozenset(
    {"、", "和", "与", "跟", "及", " ", "/", "是", "而是", "不是", ",是", ",不是", "改成", "改为", "换成", "改"}
)  # between two names
_JOINING = ("和", "跟", "与", "给", "让", "叫", "找")  # what the cutter may join with a surname: 和田|蕊
_CUT_APART = ("工程师", "规划师", "咨询师", "摄影师", "设计师")  # 工程|师范|建平: the cutter takes 师 along
_ENDING_IN_ONE = frozenset(
    {"周一", "万一", "第一", "同一", "专一", "不一", "单一"}
)  # words; 唯一 and 天一 are names as well
_WITH_AND = frozenset({"和平", "和生", "和顺", "和气", "和美"})  # given names that begin with the word for "and"
_ADVERBS = frozenset("刚才又还就来")  # characters of names that are other words as well: 王磊|刚|走
_DOING = frozenset("发开来送转定")  # the same in front of what _DONE finds: 给龚琳|发的短信
_DONE = compile_pattern(r"^(?:的|了|过)")
_IN_PLACE_OF = compile_pattern(r"^代(?:我|他|她|你|您|收|领|办|签|取|买|为|表)")  # 厉娜|代我签收
_SPELT_OUT = compile_pattern(r"^的\p{Han}(?:[^\p{Han}]|$)")  # 姓卓，卓越的卓
_ENDS_LIKE_A_PLACE = frozenset("路街巷山湖江河海桥岛城庄园村寺庙")
_OF_A_PLACE = compile_pattern(
    r"^(?:店|站|分(?:店|行|公司|部)|口|附近|校区|院区|段|[东南西北]?门|小区|派出所|那(?:家|边))"
)  # 武康路|店
_ORGANISATION = compile_pattern(
    r"^\p{Han}{1,16}(?:公司|集团|厂|工作室|合作社|事务所|商行|店|学校|医院|研究院|协会|银行|局|委员会|办事处)(?:[^\p{Han}]|$)"
)


class _Piece(NamedTuple):
    """A row of characters that may be a name, with its neighbourhood."""

    start: int
    end: int
    surname: int  # characters of the surname
    usual: int  # characters of the given name that people are named with
    before: str
    rest: str

    @property
    def given(self) -> int:
        return self.end - self.start - self.surname


class _Signs(NamedTuple):
    """What stands beside a piece and speaks for a name."""

    sure: bool  # a cue announces a name
    hinted: bool  # a cue, or a name in front of it in a list, suggests one
    clear: bool  # it stands first, or behind something that is not Chinese
    closed: bool  # it stands last, or before something that is not Chinese
    titled: bool  # a title follows: 先生
    said: bool  # something follows that only people do: 接的电话
    ends: bool  # it may end here
    likely: bool  # it reads as a name whatever it begins with


class NameFinder:
    """Finds names of people in a normal form."""

    def __init__(self, lists: list[WordList], cues: list[CueRule]) -> None:
        values = {entry.id: entry.values for entry in lists}
        self._surnames = frozenset(values["surnames"].replace(" ", ""))
        self._wordy = frozenset(values["wordy_surnames"].replace(" ", ""))
        self._compound = frozenset(values["compound_surnames"].split())
        self._given = frozenset(values["given_characters"].replace(" ", ""))
        self._ungiven = frozenset(values["ungiven_characters"].replace(" ", ""))
        self._never = frozenset(values["not_name"].split())
        self._known = frozenset(values["known_names"].split())
        self._endings = frozenset(values["words_ending_in_surname"].split())
        self._titles = frozenset(values["titles"].split())
        rules = {cue.id: cue for cue in cues}
        self._sure = compile_pattern(f"(?:{'|'.join(rules['sure'].before)})$")
        self._hint = compile_pattern(f"(?:{'|'.join(rules['hint'].before)})$")
        self._weak = compile_pattern(f"(?:{'|'.join(rules['weak'].before)})$")
        self._opening = compile_pattern(f"(?:{'|'.join(rules['opening'].before)})$")
        self._title = compile_pattern(f"^(?:{'|'.join(rules['title'].after)})")
        self._person = compile_pattern(f"^(?:{'|'.join(rules['person'].after)})")
        self._famous = compile_pattern(f"^(?:{'|'.join(rules['famous'].after)})")
        self._boundary = compile_pattern(f"^(?:{'|'.join(rules['boundary'].after)})")

    def find(self, text: str) -> list[Found]:
        """Names, possibly overlapping each other; the better supported ones rank first."""
        found: list[Found] = []
        taken_until = 0
        segments = Segments(text)
        for start, character in enumerate(text):
            if start < taken_until:
                continue
            if text[start : start + 2] in self._compound:
                surname = 2
            elif character in self._surnames:
                surname = 1
            else:
                continue
            follows = bool(found) and text[found[-1].end : start] in _AND
            end = self._end_of(text, start, surname, segments, follows=follows)
            if end:
                found.append(Found("name", start, end, 4))
                taken_until = end
        return found

    def _end_of(self, text: str, start: int, surname: int, segments: Segments, *, follows: bool) -> int | None:
        """Where the name that begins at `start` ends, or None; `follows`: another name stands in front of it."""
        if text[start : start + 3] in self._never:
            return None
        first = start + surname
        if not (self._can_be_given(text[first : first + 1]) or text[first : first + 2] in _WITH_AND):
            return None
        if start and text[start - 1 : start + 1] in self._endings:  # 由于, 订单: the surname closes another word
            return None
        before = text[max(0, start - _WINDOW) : start]
        sure = self._sure.search(before) is not None
        hinted = sure or follows or self._hint.search(before) is not None
        for given in (3, 2, 1) if sure and surname == 1 and text[start + 1 : start + 2] in self._surnames else (2, 1):
            end = start + surname + given
            characters = text[start + surname : end]
            if len(characters) < given or not self._can_be_given(characters):
                continue
            read = hinted and text[start] not in self._wordy and segments.is_whole_person(start, end)
            usual = given if read else self._usual(characters)
            piece = _Piece(start, end, surname, usual, before, text[end : end + _WINDOW])
            if self._is_name(piece, segments, sure=sure, hinted=hinted):
                return end
        return None

    def _is_name(self, piece: _Piece, segments: Segments, *, sure: bool, hinted: bool) -> bool:
        signs = self._signs(piece, segments, sure=sure, hinted=hinted)
        if segments.text[piece.start : piece.start + 2] in self._never and not signs.likely:
            return False
        if piece.given == 3:  # both parents' surnames
            return signs.closed and piece.usual >= 2
        if self._is_too_long(piece, segments, signs) or self._is_something_else(piece, segments, signs):
            return False
        return self._is_supported(piece, segments, signs)

    def _signs(self, piece: _Piece, segments: Segments, *, sure: bool, hinted: bool) -> _Signs:
        """What the neighbourhood of a piece says about it."""
        titled = self._title.search(piece.rest) is not None
        said = self._person.search(piece.rest) is not None
        clear = not piece.before or not _is_chinese(piece.before[-1])
        closed = not piece.rest or not _is_chinese(piece.rest[0])
        ends = titled or said or closed or (hinted and segments.is_whole_person(piece.start, piece.end))
        ends = ends or self._boundary.search(piece.rest) is not None or segments.at(piece.end).working
        likely = piece.given == piece.usual == 2 and ((hinted and closed) or titled or (said and (clear or hinted)))
        return _Signs(sure, hinted, clear, closed, titled, said, ends, likely)

    @staticmethod
    def _is_too_long(piece: _Piece, segments: Segments, signs: _Signs) -> bool:
        """Whether the last of two given characters belongs to what follows: 王磊明|天, 王磊|刚|走."""
        if piece.given != 2 or signs.closed:
            return False
        if not (signs.titled or signs.said) and segments.splits_a_word(piece.end):
            return True
        last = piece.end - 1
        if _IN_PLACE_OF.search(segments.text[last : last + 3]):
            return True
        return segments.text[last] in _ADVERBS and segments.is_person(piece.start, last)

    def _is_something_else(self, piece: _Piece, segments: Segments, signs: _Signs) -> bool:
        """Whether these characters are other words, a known or a famous name, an organisation, or a name and a verb."""
        before = piece.before
        led = signs.clear or signs.hinted or any(cue.search(before) for cue in (self._opening, self._weak))
        settled = signs.closed or ((signs.said or signs.titled) and led)
        usual = piece.usual == piece.given
        if not (signs.sure and usual) and self._is_other_words(piece, segments, closed=settled):
            return True
        if not (signs.sure or signs.titled) and segments.text[piece.start : piece.end] in self._known:
            return True
        if not signs.sure and self._famous.search(piece.rest):
            return True
        if not signs.titled and _ORGANISATION.search(piece.rest):
            return True
        if segments.text[piece.end - 1] in _ENDS_LIKE_A_PLACE and _OF_A_PLACE.search(piece.rest):
            return True
        verb = piece.given == 2 and segments.text[piece.end - 1] in _DOING and _DONE.search(piece.rest)
        return bool(verb and self._opening.search(piece.before))

    def _is_supported(self, piece: _Piece, segments: Segments, signs: _Signs) -> bool:
        """Whether a cue, a title, or enough of everything else speaks for a name."""
        given, usual = piece.given, piece.usual
        if signs.hinted:
            return (signs.ends and (signs.sure or usual > 0)) or given == usual == 2
        if usual < given:
            return False
        if signs.titled and (signs.clear or given == 2 or segments.is_whole_person(piece.start, piece.end)):
            return True
        if not signs.ends:
            return False
        if given == 2 and self._weak.search(piece.before) is not None:
            return True
        return self._points(piece, segments, signs) >= _ENOUGH

    @staticmethod
    def _is_other_words(piece: _Piece, segments: Segments, *, closed: bool) -> bool:
        """Whether the dictionary reads these characters as something else: 让|安全, 改成|公司, 本人查|余额."""
        name = piece.start + piece.surname
        named = closed and piece.usual == piece.given == 2
        if segments.is_known_thing(piece.start, piece.end - 1 if named else name):
            return True
        joined = closed and piece.before.endswith(_JOINING) and segments.at(piece.start).start == piece.start - 1
        if segments.splits_a_word(piece.start) and not (joined or piece.before.endswith(_CUT_APART)):
            return True
        if not closed and segments.splits_a_word(piece.end):
            return True
        if segments.is_working_word(piece.start, name) and not (closed or segments.is_person(piece.start, piece.end)):
            return True
        if segments.is_unnamed(name, piece.end) and not closed:
            return True
        return piece.usual < piece.given and segments.is_known_thing(name, piece.end - 1)

    def _points(self, piece: _Piece, segments: Segments, signs: _Signs) -> float:
        """How much speaks for a name that no cue announces; of four parts each is worth about one to two points."""
        start, end = piece.start, piece.end
        if segments.splits_a_word(start):
            return 0.0
        if not (signs.said and signs.clear and (piece.given == 2 or segments.at(start).person)) and (
            segments.splits_a_word(end) or segments.is_known_thing(start, start + piece.surname)
        ):
            return 0.0
        if _SPELT_OUT.search(piece.rest) and piece.rest[1] in segments.text[start:end]:
            return 0.0
        if segments.text[start + 1 : end] in self._known:
            return 0.0
        points = 2.0 if piece.given == 2 else 0.5
        points += 1.5 if piece.surname == 2 else -1.0 if segments.text[start] in self._wordy else 0.0
        if segments.is_person(start, end):
            points += 1.5
        elif segments.is_working_word(start, start + piece.surname):
            points -= 1.0
        points -= 1.0 if segments.is_working_word(end - 1, end) else 0.0
        points += 1.0 if signs.clear or self._opening.search(piece.before) else 0.5 if segments.ends_at(start) else 0.0
        if signs.said or end - start == len(segments.text.strip()):  # or nothing else was written
            return points + 2.0
        if signs.closed or segments.at(end).working:
            return points + 1.0
        return points + 0.5

    def _usual(self, characters: str) -> int:
        """How many of the characters of a given name are such as people are named with: 早早, 一帆 and 大海 are, too."""
        if len(set(characters)) < len(characters):
            return len(characters)
        known = sum(c in self._given for c in characters)
        return known + (
            len(characters) == 2
            and known == 1
            and (characters[0] in _FIRST_OF_TWO or (characters[1] == "一" and characters not in _ENDING_IN_ONE))
        )

    def _can_be_given(self, characters: str) -> bool:
        return (
            bool(characters)
            and characters not in self._titles
            and (characters in _WITH_AND or all(_is_chinese(c) and c not in self._ungiven for c in characters))
        )


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
