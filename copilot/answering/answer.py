"""The values: an answer and the clauses it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause as evidence. `quote` stands word for word in the clause; `score` is in [0, 1], higher is better."""

    document: str
    clause: str
    title: str
    quote: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question. `cites` is empty exactly when it is not answered; both lists are best first.

    `understood` is a follow-up written out as a question of its own, empty for any other question; `source` says who
    chose the words.
    """

    question: str
    answered: bool
    answer: str
    cites: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()  # only when not answered: what came closest
    understood: str = ""
    source: Literal["offline", "llm"] = "offline"
