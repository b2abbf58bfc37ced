"""What is kept between two events: desk states, conversations, reviews, choices. The only room that knows SQLAlchemy.

Values go in and values come out; no row or session leaves this package.
"""

from copilot.store.clock_files import Reminder, ReminderKind, ReminderStatus
from copilot.store.dispute_files import DisputeStatus, JudgedDraft, KeptDispute, NewDispute
from copilot.store.handover_files import KnownAgent
from copilot.store.record_values import (
    AuditEntry,
    KeptRecord,
    RecordAction,
    RecordQuery,
    RecordToKeep,
)
from copilot.store.store import Store
from copilot.store.values import (
    KeptFinding,
    KeptPracticeRun,
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
    "AuditEntry", "DisputeStatus", "JudgedDraft", "KeptDispute", "KeptFinding", "KeptPracticeRun", "KeptRecord",
    "KeptReview", "KeptSuggestion", "KeptTurn", "KnownAgent", "NewDispute", "Origin", "QuestionSource",
    "RecordAction", "RecordQuery", "RecordToKeep", "Reminder", "ReminderKind", "ReminderStatus", "ReviewOutcome",
    "Store", "SuggestionChoice", "TelegramUser", "UnansweredQuestion", "Work",
]  # fmt: skip
