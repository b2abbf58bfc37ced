"""People's names: a surname, one or two given characters, and something beside them that says "this is a person".

Chinese writes names without any mark, so a row of characters alone proves nothing ("高兴", "王者荣耀"). A name is
reported only behind a cue or in front of one ("先生", a phone number). Behind a *sure* cue ("收件人：", "我叫") nearly
any characters make a name; behind a *hint* ("找", "同事") they must be such as people are named with. Where a name
ends is decided by what follows.
"""

from __future__ import annotations

from copilot.language import compile_pattern
from copilot.reading.numbers import CueRule, Found, WordList

_WINDOW = 22


class NameFinder:
    """Finds names of people in a normal form."""

    def __init__(self, lists: list[WordList], cues: list[CueRule]) -> None:
        values = {entry.id: entry.values for entry in lists}
        self._surnames = frozenset(values["surnames"].replace(" ", ""))
        self._compound = frozenset(values["compound_surnames"].split())
        self._given = frozenset(values["given_characters"].replace(" ", ""))
        self._ungiven = frozenset(values["ungiven_characters"].replace(" ", ""))
        self._never = frozenset(values["not_name"].split())
        self._endings = frozenset(values["words_ending_in_surname"].split())
        self._titles = frozenset(values["titles"].split())
        rules = {cue.id: cue for cue in cues}
        self._sure = compile_pattern(f"(?:{'|'.join(rules['sure'].before)})$")
        self._hint = compile_pattern(f"(?:{'|'.join(rules['hint'].before)})$")
        self._weak = compile_pattern(f"(?:{'|'.join(rules['weak'].before)})$")
        self._title = compile_pattern(f"^(?:{'|'.join(rules['title'].after)})")
        self._boundary = compile_pattern(f"^(?:{'|'.join(rules['boundary'].after)})")

    def find(self, text: str) -> list[Found]:
        """Names, possibly overlapping each other; the better supported ones rank first."""
        found: list[Found] = []
        taken_until = 0
        for start, character in enumerate(text):
            if start < taken_until:
                continue
            if text[start : start + 2] in self._compound:
                surname = 2
            elif character in self._surnames:
                surname = 1
            else:
                continue
            end = self._end_of(text, start, surname)
            if end:
                found.append(Found("name", start, end, 4))
                taken_until = end
        return found

    def _end_of(self, text: str, start: int, surname: int) -> int | None:
        """Where the name that begins at `start` ends, or None when there is none."""
        if text[start : start + 2] in self._never or text[start : start + 3] in self._never:
            return None
        if start and text[start - 1 : start + 1] in self._endings:  # 由于, 订单: the surname closes another word
            return None
        before = text[max(0, start - _WINDOW) : start]
        sure = self._sure.search(before) is not None
        hinted = sure or self._hint.search(before) is not None
        clear = start == 0 or not _is_chinese(text[start - 1])
        for given in (2, 1):
            end = start + surname + given
            characters = text[start + surname : end]
            if len(characters) < given or not self._can_be_given(characters):
                continue
            rest = text[end : end + _WINDOW]
            usual = sum(c in self._given for c in characters)
            titled = self._title.search(rest) is not None
            ends = titled or not rest or not _is_chinese(rest[0]) or self._boundary.search(rest) is not None
            if not hinted and given == usual == 2 and ends and self._weak.search(before) is not None:
                return end
            if not hinted and not (titled and usual == given and (clear or given == 2)):
                continue
            if (ends and (sure or usual)) or (given == 2 and usual == 2):
                return end
        return None

    def _can_be_given(self, characters: str) -> bool:
        return characters not in self._titles and all(_is_chinese(c) and c not in self._ungiven for c in characters)


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
