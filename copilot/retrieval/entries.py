"""What is searched: each clause under its own wording, its sentences for customers and the questions about it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from copilot.clauses import Clause, QuestionSet, UncoveredTopic

EntryKind = Literal["text", "say", "question", "uncovered"]
MOST_QUESTIONS = 60  # of one owner that are searched one by one
_ASKED = frozenset({"question", "uncovered"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One searchable text. `owner` is the position of its clause; what lies beyond the clauses are uncovered topics.

    `id` is made of the content, so an entry that did not change keeps its vector.
    """

    owner: int
    kind: EntryKind
    document: str
    clause: str
    text: str
    edition: str  # the document with its version, as `Clause.edition`
    id: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        content = "\0".join((self.kind, self.edition, self.clause, self.text))
        object.__setattr__(self, "id", hashlib.sha256(content.encode()).hexdigest()[:32])  # asked for many times


def entries_of(
    clauses: Sequence[Clause], questions: Sequence[QuestionSet], uncovered: Sequence[UncoveredTopic]
) -> list[Entry]:
    """All entries without repetitions, sorted by owner; every clause and every topic owns at least one.

    A question belongs to its clause in every version of the document.
    """
    asked: dict[tuple[str, str], list[str]] = {}
    for entry in questions:
        asked.setdefault((entry.document, entry.clause), []).extend(entry.questions)
    found: list[Entry] = []
    for owner, clause in enumerate(clauses):
        found.append(_entry(owner, "text", clause, _own_text(clause)))
        found.extend(_entry(owner, "say", clause, sentence) for sentence in clause.say)
        found.extend(_entry(owner, "question", clause, text) for text in asked.get((clause.document, clause.number), ()))
    for owner, topic in enumerate(uncovered, start=len(clauses)):
        found.extend(Entry(owner, "uncovered", "", topic.id, text, "") for text in topic.questions)
    return list({entry.id: entry for entry in found}.values())


def searched(entries: Sequence[Entry], most: int = MOST_QUESTIONS) -> list[Entry]:
    """The entries that are searched one by one: of an owner's questions at most `most`, spread evenly over their order.

    The model of asked questions (`asked.py`) learns from all; further ones here would cost memory and find little more.
    """
    asked: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.kind in _ASKED:
            asked.setdefault(entry.owner, []).append(entry)
    kept = {
        own[place * len(own) // most].id for own in asked.values() for place in range(most) if len(own) > most
    }  # fmt: skip
    return [entry for entry in entries if entry.kind not in _ASKED or len(asked[entry.owner]) <= most or entry.id in kept]


def places_of(clauses: Sequence[Clause]) -> dict[tuple[str, str], list[int]]:
    """The positions of each clause by document and number, one for each of its versions."""
    places: dict[tuple[str, str], list[int]] = {}
    for owner, clause in enumerate(clauses):
        places.setdefault((clause.document, clause.number), []).append(owner)
    return places


def _entry(owner: int, kind: EntryKind, clause: Clause, text: str) -> Entry:
    return Entry(owner, kind, clause.document, clause.number, text, clause.edition)


def _own_text(clause: Clause) -> str:
    return f"{clause.title}。{clause.text}"
