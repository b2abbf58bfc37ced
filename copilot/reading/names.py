"""People's names: a surname, one or two given characters, and something beside them that says "this is a person".

Chinese writes names without any mark, so a row of characters alone proves nothing ("高兴", "王者荣耀"). A name is
reported only behind a cue ("收件人：", "我叫") or in front of one ("先生", a phone number), and where it ends is
decided by what follows and by which characters people are named with.
"""

from __future__ import annotations

import re2

from copilot.reading.numbers import CueRule, Found, WordList

_WINDOW = 22
_NOT_CHINESE = " \n,。!?:;()[]<>'\"、/-~."


class NameFinder:
    """Finds names of people in a normal form."""

    def __init__(self, lists: list[WordList], cues: list[CueRule]) -> None:
        values = {entry.id: entry.values for entry in lists}
        self._surnames = frozenset(values["surnames"].replace(" ", ""))
        self._compound = frozenset(values["compound_surnames"].split())
        self._given = frozenset(values["given_characters"].replace(" ", ""))
        self._never = frozenset(values["not_name"].split())
        rules = {cue.id: cue for cue in cues}
        self._before = re2.compile(f"(?:{'|'.join(rules['strong'].before)})$")
        self._title = re2.compile(f"^(?:{'|'.join(rules['title'].after)})")
        self._boundary = re2.compile(f"^(?:{'|'.join(rules['boundary'].after)})")

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
        cued = self._before.search(text[max(0, start - _WINDOW) : start]) is not None
        clear_left = start == 0 or text[start - 1] in _NOT_CHINESE or not _is_chinese(text[start - 1])
        for given in (2, 1):
            end = start + surname + given
            if end > len(text) or not all(_is_chinese(c) for c in text[start:end]):
                continue
            rest = text[end : end + _WINDOW]
            titled = self._title.search(rest) is not None
            likely = all(c in self._given for c in text[start + surname : end])
            if not cued and not (titled and (clear_left or (likely and given == 2))):
                continue
            closed = not rest or not _is_chinese(rest[0])
            if given == 2 and self._swallows(text, end, rest):
                continue
            if (closed or titled or (likely and self._boundary.search(rest) is not None)) and (
                likely or (cued and closed and self._boundary.search(text[end - 1 : end]) is None)
            ):
                return end
        return None

    def _swallows(self, text: str, end: int, rest: str) -> bool:
        """Whether the second given character really begins what follows ("舒明 | 把合同…")."""
        last = text[end - 1]
        if last in self._given and (not rest or not _is_chinese(rest[0])):
            return False
        return last not in self._given


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
