"""Things and acts by their names, and where a text names them.

They are data (`knowledge/topics/*.yaml`). Unlike the concepts of the search, which gather everything that belongs to a
matter, the words of a topic mean the same thing: 邮件 and 邮箱 are one topic, 电话 is another of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from pydantic import Field

from copilot.language import normalise
from copilot.language.patterns import PatternSet
from copilot.workspace import DataRecord, Workspace

TOPICS_FOLDER = "topics"
_GAP = "\\.\\.\\."  # the normal form of "…", escaped
_SPECIAL = frozenset("\\.+*?()|[]{}^$")


class Topic(DataRecord):
    """One thing or act, the kind of its neighbours ("channel"), and its names; the first is the plainest.

    "…" within a name stands for up to eight characters of the same sentence: 告诉…朋友.
    """

    id: str
    kind: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Mention:
    """A topic named at `[start, end)` of the text, in Python characters."""

    id: str
    kind: str
    start: int
    end: int


class Topics:
    """Finds topics in texts, in time linear in the text."""

    def __init__(self, topics: Iterable[Topic] = ()) -> None:
        self._topics = {topic.id: topic for topic in topics}

    @classmethod
    def of(cls, workspace: Workspace) -> Topics:
        """The topics of a workspace; none where the folder is missing. Raises WorkspaceError with file and line."""
        return cls(workspace.read_records(TOPICS_FOLDER, Topic))

    def mentions(self, text: str) -> list[Mention]:
        """The topics that `text` names, left to right; where names overlap the longest counts."""
        normal = normalise(text)
        found = sorted(self._patterns.scan(normal.text), key=lambda match: (match.start - match.end, match.start))
        taken = bytearray(len(normal.text))
        kept: list[Mention] = []
        for match in found:
            if any(taken[match.start : match.end]):
                continue
            taken[match.start : match.end] = b"\x01" * (match.end - match.start)
            start, end = normal.span(match.start, match.end)
            kept.append(Mention(match.key, self._topics[match.key].kind, start, end))
        return sorted(kept, key=lambda mention: mention.start)

    def ids(self, text: str, *kinds: str) -> frozenset[str]:
        """The ids of the topics that `text` names, of these kinds or of any."""
        return frozenset(each.id for each in self.mentions(text) if not kinds or each.kind in kinds)

    @property
    def by_id(self) -> Mapping[str, Topic]:
        """All topics by their ids."""
        return self._topics

    @cached_property
    def _patterns(self) -> PatternSet[str]:
        words = sorted({(topic.id, normalise(word).text) for topic in self._topics.values() for word in topic.words})
        return PatternSet((identity, _pattern(word)) for identity, word in words)


def _pattern(word: str) -> str:
    literal = "".join(f"\\{character}" if character in _SPECIAL else character for character in word)
    literal = literal.replace(_GAP, "[^,。;!?]{0,8}")
    start, end = (r"\b" if character.isascii() else "" for character in (word[0], word[-1]))
    return f"{start}{literal}{end}"
