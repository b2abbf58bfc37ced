"""Names that are not built as Chinese ones are: in Latin letters, or written with the sounds of another language.

Nothing in "michael brown" or "巴特尔" says that it is a name. Such a name is reported only behind a cue ("姓名", "我先生叫",
"my name is"), or joined by a dot and in front of something that a person has: a title, a telephone, an order.
"""

from __future__ import annotations

from collections.abc import Callable

from copilot.language import compile_pattern
from copilot.reading.numbers import CueRule, Found, WordList

_WINDOW = 26
_WORD = compile_pattern(r"[ ]?[/·,-]?[ ]?[a-zß-ɏ]{1,15}\.?")
_MOST_WORDS = 3
_SHORTEST_BY_SOUND = 3

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
        self._title = compile_pattern(f"^(?:{'|'.join(rules['title'].after)}|订|下单|预|报名|寄|收)")
        self._boundary = compile_pattern(f"^(?:{'|'.join(rules['boundary'].after)})")

    def find(self, text: str, spelt: Spelling) -> list[Found]:
        """Names, possibly overlapping others."""
        found = [
            *self._latin(text, spelt, self._in_chinese, capitals_only=False),
            *self._latin(text, spelt, self._in_english, capitals_only=True),
        ]
        place = text.find("·")
        while place >= 0:
            found += self._dotted(text, place)
            place = text.find("·", place + 1)
        return [*found, *self._by_sound(text)]

    def _latin(self, text: str, spelt: Spelling, cue: object, *, capitals_only: bool) -> list[Found]:
        found = []
        for match in cue.finditer(text):  # type: ignore[attr-defined]
            start = match.end()
            end = self._end_of_words(text, spelt, start, capitals_only=capitals_only)
            goes_on = end < len(text) and (text[end].isdigit() or text[end] in "@_")
            if end - start >= 2 and not goes_on:
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
        if dot - start < 2 or end - dot < 3:
            return []
        cued = self._cued.search(text[max(0, start - _WINDOW) : start]) is not None
        return [Found("name", start, end, 3)] if cued or self._title.search(text[end : end + _WINDOW]) else []

    def _by_sound(self, text: str) -> list[Found]:
        found = []
        for match in self._sound_run.finditer(text):
            before = text[max(0, match.start() - _WINDOW) : match.start()]
            if self._ends(text, match.end()) and self._cued.search(before) is not None:
                found.append(Found("name", match.start(), match.end(), 4))
        return found

    def _ends(self, text: str, end: int) -> bool:
        rest = text[end : end + _WINDOW]
        return not rest or not "\u4e00" <= rest[0] <= "\u9fff" or self._boundary.search(rest) is not None
