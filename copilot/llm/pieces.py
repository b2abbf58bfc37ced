"""The items of a JSON list while the text that holds it is still being written."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_TEXT = 20_000  # characters; whoever writes more was not asked to


class ListPieces:
    """Collects text and gives the items of the list `field` as each is complete. Text around the list is passed over."""

    def __init__(self, field: str) -> None:
        self._opening = re.compile(rf'"{re.escape(field)}"\s{{0,9}}:\s{{0,9}}\[')
        self._decoder = json.JSONDecoder()
        self._text = ""
        self._place: int | None = None  # behind the last complete item
        self.ended = False

    def feed(self, text: str) -> list[Any]:
        """The items that this further text completes. After the list's end, or with too long a text, `ended` is set."""
        self._text += text
        if self._place is None and (opening := self._opening.search(self._text)):
            self._place = opening.end()
        found: list[Any] = []
        while self._place is not None and not self.ended:
            start = self._start_of_next(self._place)
            if self._text[start : start + 1] == "]":
                self.ended = True
            try:
                item, self._place = self._decoder.raw_decode(self._text, start)
            except (ValueError, RecursionError):  # not complete yet, or never
                break
            found.append(item)
        self.ended = self.ended or len(self._text) > LONGEST_TEXT
        return found

    def _start_of_next(self, place: int) -> int:
        while place < len(self._text) and self._text[place] in " \t\r\n,":
            place += 1
        return place
