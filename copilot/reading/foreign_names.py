"""Names that are not built as Chinese ones are: in Latin letters, or written with the sounds of another language.

Nothing in "michael brown" or "巴特尔" says that it is a name. Such a name is reported behind a cue ("姓名", "我先生叫", "my
name is"); where it begins a clause and something is said of it that is said of persons; or where it holds a known first
name or surname ("David", "Zhang") and what stands beside it suits a person.
"""

from __future__ import annotations

from collections.abc import Callable

from copilot.language import Segments, compile_pattern, is_word
from copilot.reading.numbers import CueRule, Found, WordList

_WINDOW = 26
_WORD = compile_pattern(r"[ ]?[/·,-]?[ ]?[a-zß-ɏ]{1,15}\.?")
_MOST_WORDS = 3
_SHORTEST_BY_SOUND = 3
_SHORTEST_WITHOUT_CUE = 4  # characters; shorter rows of such characters are often other words
_LATIN_NAME = compile_pattern(r"[a-zß-ɏ]{2,14}(?:(?: [a-z]\.?)?[ -][a-zß-ɏ]{2,14})?")

Spelling = Callable[[int, int], str]


class ForeignNameFinder:
    """Finds names in a normal form. `spelt` gives what stood in the original at `[start, end)` of the normal form."""

    def __init__(self, lists: list[WordList], cues: list[CueRule]) -> None:
        values = {entry.id: entry.values for entry in lists}
        self._sounds = frozenset(values["sound_characters"].replace(" ", ""))
        self._sound_run = compile_pattern(f"[{''.join(sorted(self._sounds))}]{{{_SHORTEST_BY_SOUND},}}")
        self._no_names = frozenset(values["not_latin_name"].split())
        rules = {cue.id: cue for cue in cues}
        chinese, english = rules["foreign"].before
        self._in_chinese = compile_pattern(f"(?:{chinese})")
        self._in_english = compile_pattern(rf"\b(?:{english})")
        self._cued = compile_pattern(f"(?:{'|'.join((*rules['sure'].before, *rules['hint'].before, chinese))})$")
        self._title = compile_pattern(
            f"^(?:{'|'.join((*rules['title'].after, *rules['person'].after))}|订|下单|预|报名|寄|收)"
        )
        self._said = compile_pattern(f"^[ ]?(?:{'|'.join((*rules['title'].after, *rules['person'].after))})")
        self._cities = frozenset(values["cities"].split())
        self._with_phone = compile_pattern(
            f"(?:^|[ ,、:;。\\n])([{''.join(sorted(self._sounds))}]{{2}})[ ,、(]{{1,2}}1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}}"
        )
        self._titled = compile_pattern(f"^(?:{rules['title'].after[0]})")
        self._boundary = compile_pattern(f"^(?:{'|'.join(rules['boundary'].after)})")
        self._introduced = compile_pattern(
            "(?:联系|转告|通知|告诉|抄送|对接人?|同事|经理|客户|房东|导游|医生|丈夫|先生|太太|老公|老婆|妻子|爱人|儿子|女儿|朋友|老板|妈妈|爸爸|室友|同学|老师|教练)[ :]*$"
        )
        self._under_address = compile_pattern(r"(?:\d|[号室房楼栋幢座元户组村])[ ,]{1,2}$")
        self._known_latin = frozenset(values["latin_names"].split())
        self._known_things = frozenset(values["known_names"].split())

    def find(self, text: str, spelt: Spelling) -> list[Found]:
        """Names, possibly overlapping others."""
        found = [
            *self._latin(text, spelt, self._in_chinese, capitals_only=False),
            *self._latin(text, spelt, self._in_english, capitals_only=True),
            *self._known(text, spelt),
        ]
        place = text.find("·")
        while place >= 0:
            found += self._dotted(text, place)
            place = text.find("·", place + 1)
        return [*found, *self._by_sound(text), *self._beside_a_phone(text)]

    def _beside_a_phone(self, text: str) -> list[Found]:
        """Names of two characters alone in front of a mobile number, as under an address: "德吉 139…"."""
        return [
            Found("name", match.start(1), match.end(1), 4)
            for match in self._with_phone.finditer(text)
            if match[1] not in self._cities
        ]

    def _known(self, text: str, spelt: Spelling) -> list[Found]:
        """Words in Latin letters one of which is a known name, beside Chinese that speaks of a person."""
        found = []
        for match in _LATIN_NAME.finditer(text):
            start, end = match.span()
            beside = text[start - 1 : start] + text[end : end + 1]
            parts = match.group().replace("-", " ").split()
            introduced = len(parts) == 2 and self._introduced.search(text[max(0, start - _WINDOW) : start]) is not None
            if not (introduced or self._known_latin.intersection(parts)) or any(
                (c.isalnum() and c.isascii()) or c in "@._" for c in beside
            ):
                continue
            if match.group() in self._known_things or self._no_names.intersection(parts):
                continue
            if not all(spelt(at, at + 1).isupper() for at in (start, start + match.group().rfind(" ") + 1)):
                continue
            if self._is_cued(text, start) or self._said.search(text[end : end + _WINDOW]) is not None:
                found.append(Found("name", start, end, 4))
        return found

    def _latin(self, text: str, spelt: Spelling, cue: object, *, capitals_only: bool) -> list[Found]:
        found = []
        for match in cue.finditer(text):  # type: ignore[attr-defined]
            start = match.end()
            end = self._end_of_words(text, spelt, start, capitals_only=capitals_only)
            goes_on = end < len(text) and (text[end].isdigit() or text[end] in "@_")
            shouted = (
                spelt(start, end).isupper() and text[start:end].isalpha() and text[start:end] not in self._known_latin
            )
            if end - start >= 2 and not goes_on and not (capitals_only and shouted):
                found.append(Found("name", start, end, 3))
        return found

    def _end_of_words(self, text: str, spelt: Spelling, start: int, *, capitals_only: bool) -> int:
        """Where the words of a name that begins at `start` end; `start` itself where none begins there."""
        end = start
        for number in range(_MOST_WORDS):
            word = _WORD.match(text[end : end + _WINDOW])
            if word is None or (number == 0 and not text[end].isalpha()):
                break
            letters = word.group().strip(" /·,-.")
            first = end + word.group().index(letters[0])
            capital = spelt(first, first + 1).isupper()
            if letters in self._no_names or (not capital and (capitals_only or number > 0)):
                break
            end = first + len(letters)
        return end

    def _dotted(self, text: str, dot: int) -> list[Found]:
        start, end = dot, dot + 1
        while start > 0 and text[start - 1] in self._sounds:
            start -= 1
        while end < len(text) and text[end] in self._sounds:
            end += 1
        clause = start
        while clause > 0 and start - clause < 3 and "\u4e00" <= text[clause - 1] <= "\u9fff":
            clause -= 1
        if 0 < start - clause < 3 <= dot - clause and not self._is_cued(text, start):
            start = clause  # 腾|格尔·苏和: a character of the first name that few names have
        if end - dot > 3 and self._said.search(text[end - 1 : end + _WINDOW]):
            end -= 1  # 吐尔逊|买的票
        if dot - start < 2 or end - dot < 3:
            return []
        if self._is_cued(text, start) or self._title.search(text[end : end + _WINDOW]):
            return [Found("name", start, end, 3)]
        return []

    def _by_sound(self, text: str) -> list[Found]:
        found = []
        for match in self._sound_run.finditer(text):
            start, end = match.span()
            if end - start > _SHORTEST_BY_SOUND and self._titled.search(text[end - 1 : end + _WINDOW]):
                end -= 1  # 桑吉措|阿姨
            cued = self._is_cued(text, start) and self._ends(text, end)
            shortest = _SHORTEST_BY_SOUND if self._titled.search(text[end : end + _WINDOW]) else _SHORTEST_WITHOUT_CUE
            signed = end - start >= _SHORTEST_WITHOUT_CUE and self._under_address.search(
                text[max(0, start - 3) : start]
            )
            if (
                cued
                or (signed and not text[end : end + 1].isalnum())
                or (end - start >= shortest and self._stands_out(text, start, end))
            ):
                found.append(Found("name", start, end, 4))
        return found

    def _is_cued(self, text: str, start: int) -> bool:
        return self._cued.search(text[max(0, start - _WINDOW) : start]) is not None

    def _stands_out(self, text: str, start: int, end: int) -> bool:
        """Whether a clause begins with these characters, no dictionary has them, and persons are spoken of like this."""
        clear = start == 0 or not "\u4e00" <= text[start - 1] <= "\u9fff"
        if not clear or self._said.search(text[end : end + _WINDOW]) is None:
            return False
        if any(thing in text[start:end] for thing in self._known_things):
            return False
        return not is_word(text[start:end]) or Segments(text).is_whole_person(start, end)

    def _ends(self, text: str, end: int) -> bool:
        rest = text[end : end + _WINDOW]
        return not rest or not "\u4e00" <= rest[0] <= "\u9fff" or self._boundary.search(rest) is not None
