"""The values that the store takes and gives back. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from copilot.conversation import Role, Severity, Turn, Verdict

Origin = Literal["typed", "forwarded", "suggestion", "draft", "rewrite"]
ReviewOutcome = Literal["open", "sent", "rewritten", "overridden", "discarded", "superseded"]
QuestionSource = Literal["cli", "desk", "web", "api"]
SuggestionChoice = Literal["open", "accepted", "edited", "ignored"]


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn of a conversation with its number in the database and how it came in."""

    id: int
    role: Role
    text: str
    at: datetime
    origin: Origin

    def plain(self) -> Turn:
        return Turn(self.role, self.text, self.at)


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding of a review; `start` and `end` are offsets in characters into the draft."""

    norm: str
    document: str
    clause: str
    severity: Severity
    start: int
    end: int
    quote: str
    reason: str
    rewrite: str | None


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A reviewed draft, what was found and what became of it."""

    id: int
    conversation: int
    draft: str
    verdict: Verdict
    rewrite: str | None
    outcome: ReviewOutcome
    at: datetime
    findings: tuple[KeptFinding, ...]


@dataclass(frozen=True, slots=True)
class KeptSuggestion:
    """A suggestion that was shown; `cites` are pairs of document id and clause number."""

    text: str
    cites: tuple[tuple[str, str], ...]
    style: str
    source: str


@dataclass(frozen=True, slots=True)
class KeptPracticeRun:
    """A practice run as JSON values; `scorecard` and `ended_at` are None while it goes on."""

    id: int
    scenario: str
    run: Mapping[str, Any]
    scorecard: Mapping[str, Any] | None
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that the documents did not answer, personal data masked; knowledge owners read these.

    `nearest` are the clauses that came closest, best first, as mappings with `document`, `clause` and `score`. `done_at`
    is None until the knowledge owner has dealt with it.
    """

    id: int
    agent: str
    question: str
    at: datetime
    source: QuestionSource = "desk"
    nearest: tuple[Mapping[str, Any], ...] = ()
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TelegramUser:
    """Somebody who may use the bot."""

    user_id: int
    name: str
    allowed_at: datetime
