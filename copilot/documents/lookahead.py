"""Looking ahead: whether the next number of a list is to come says whether this one is a number at all."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from copilot.documents.lines import Block, Line
from copilot.documents.numbering import Marker

_LOOK_AHEAD = 400  # lines within which the next number of a list has to come


class Numbers:
    """Where in the document which numbers could stand: for looking ahead."""

    def __init__(self, candidates: Sequence[tuple[Marker, ...]], blocks: Sequence[Block]) -> None:
        self._places: dict[tuple[str, tuple[int, ...]], list[int]] = defaultdict(list)
        for index, markers in enumerate(candidates):
            for marker in markers:
                self._places[list_key(marker, blocks[index]), marker.parts].append(index)

    def next(self, key: str, parts: tuple[int, ...], index: int) -> int | None:
        """The first line after `index` that could bear this number."""
        places = self._places.get((key, parts), [])
        at = bisect_right(places, index)
        return places[at] if at < len(places) and places[at] - index <= _LOOK_AHEAD else None

    def continues(self, key: str, parts: tuple[int, ...], index: int) -> bool:
        """Whether the list of `parts` goes on after `index`, before such a list begins anew."""
        following = self.next(key, successor(parts), index)
        restart = self.next(key, (*parts[:-1], 1), index)
        return following is not None and (restart is None or following < restart)


def successor(parts: tuple[int, ...]) -> tuple[int, ...]:
    """The number that comes next: 1.2 → 1.3."""
    return (*parts[:-1], parts[-1] + 1)


def list_key(marker: Marker, line: Block) -> str:
    """What makes a list: its style and depth; a numbered title and a numbered item of the same style are two lists."""
    if not isinstance(line, Line) or not marker.style.startswith("int"):
        return marker.style
    return f"{marker.style}{'#' if line.level else line.depth or ''}"
