"""What is searched: each clause under its own wording, its sentences for customers and the questions that point to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from copilot.clauses import Clause, QuestionSet, UncoveredTopic

EntryKind = Literal["text", "say", "question", "uncovered"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One searchable text. `owner` is the position of its clause; what lies beyond the clauses are uncovered topics."""

    owner: int
    kind: EntryKind
    document: str
    clause: str
    text: str

    @property
    def id(self) -> str:
        """A name made of the content, so an entry that did not change keeps its vector."""
        content = "\0".join((self.kind, self.document, self.clause, self.text))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def entries_of(
    clauses: Sequence[Clause], questions: Sequence[QuestionSet], uncovered: Sequence[UncoveredTopic]
) -> list[Entry]:
    """All entries without repetitions, sorted by owner; every clause and every topic owns at least one."""
    asked: dict[tuple[str, str], list[str]] = {}
    for entry in questions:
        asked.setdefault((entry.document, entry.clause), []).extend(entry.questions)
    found: list[Entry] = []
    for owner, clause in enumerate(clauses):
        found.append(_entry(owner, "text", clause, _own_text(clause)))
        found.extend(_entry(owner, "say", clause, sentence) for sentence in clause.say)
        found.extend(_entry(owner, "question", clause, text) for text in asked.get((clause.document, clause.number), ()))
    for owner, topic in enumerate(uncovered, start=len(clauses)):
        found.extend(Entry(owner, "uncovered", "", topic.id, text) for text in topic.questions)
    return list({entry.id: entry for entry in found}.values())


def _entry(owner: int, kind: EntryKind, clause: Clause, text: str) -> Entry:
    return Entry(owner, kind, clause.document, clause.number, text)


def _own_text(clause: Clause) -> str:
    return f"{clause.title}。{clause.text}"
