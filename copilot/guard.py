"""What may be shown: the one place that holds back words the reviewer would flag, unknown clauses and invented figures.

Everything that the copilot proposes to say (suggestions, rewrites, answers, whoever wrote them) passes `Guard.objection`
before a door sees it. Invariants 1 to 3 of the design live here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.language import figures
from copilot.norms import Review


class SupportsReview(Protocol):
    """What the guard needs of a reviewer."""

    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> Review: ...


class SupportsClauses(Protocol):
    """What the guard needs of an index."""

    def clause(self, ref: ClauseRef) -> Clause | None: ...


class Guard:
    """Judges whether a proposed text may be shown to the agent."""

    def __init__(self, reviewer: SupportsReview, clauses: SupportsClauses) -> None:
        self._reviewer, self._clauses = reviewer, clauses

    def objection(self, text: str, cites: Sequence[ClauseRef], conversation: Conversation) -> str | None:
        """Why `text` must not be proposed in this conversation, or None when it may be.

        `cites` are the clauses that it rests on; at least one, and each must exist in the index.
        """
        if not text.strip():
            return "empty"
        if not cites:
            return "cites nothing"
        clauses = [self._clauses.clause(ref) for ref in cites]
        missing = [str(ref) for ref, clause in zip(cites, clauses, strict=True) if clause is None]
        if missing:
            return f"unknown clause {', '.join(missing)}"
        invented = self.unsupported_figures(text, [clause for clause in clauses if clause], conversation)
        if invented:
            return f"figure without source: {', '.join(sorted(invented))}"
        if self._reviewer.review(text, conversation, with_rewrite=False).verdict != "pass":
            return "flagged by the reviewer"
        return None

    @staticmethod
    def unsupported_figures(
        text: str, clauses: Iterable[Clause], conversation: Conversation
    ) -> frozenset[str]:
        """Figures in `text` that stand neither in the conversation nor in a cited clause."""
        stated = figures(text)
        if not stated:
            return stated
        sources = [turn.text for turn in conversation.turns]
        for clause in clauses:
            sources.extend((clause.text, *clause.say))
        return stated - frozenset().union(*(figures(source) for source in sources))
