"""What is kept between two events: desk states, conversations, reviews, choices. The only room that knows SQLAlchemy.

Values go in and values come out; no row or session leaves this package.
"""

from copilot.store.store import Store
from copilot.store.values import (
    KeptFinding,
    KeptPracticeRun,
    KeptRecord,
    KeptReview,
    KeptSuggestion,
    KeptTurn,
    Origin,
    QuestionSource,
    ReviewOutcome,
    SuggestionChoice,
    TelegramUser,
    UnansweredQuestion,
)  # fmt: skip
from copilot.store.work import Work

__all__ = [
    "KeptFinding", "KeptPracticeRun", "KeptRecord", "KeptReview", "KeptSuggestion", "KeptTurn", "Origin",
    "QuestionSource", "ReviewOutcome", "Store", "SuggestionChoice", "TelegramUser", "UnansweredQuestion", "Work",
]  # fmt: skip
