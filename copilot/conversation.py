"""Plain words and values that every floor shares: who said what, and the closed sets of labels.

Nothing here computes anything of the trade. Positions are half-open `[start, end)` in Python characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Role = Literal["customer", "agent"]
Mood = Literal["calm", "anxious", "dissatisfied", "angry", "distressed", "happy"]
Urgency = Literal["normal", "urgent", "emergency"]
Intent = Literal[
    "logistics", "refund", "return_exchange", "quality", "invoice", "account", "billing", "promotion",
    "product_question", "service_attitude", "complaint_escalation", "cancel", "delivery_change",
    "warranty_repair", "privacy", "praise", "greeting", "closing", "other",
]  # fmt: skip
Verdict = Literal["pass", "warn", "block"]
Severity = Literal["block", "warn", "tip"]
PersonalDataType = Literal[
    "phone", "id_card", "bank_card", "email", "address", "name", "wechat", "qq", "plate", "passport", "order_id"
]
ServiceStage = Literal["greet", "understand", "solve", "confirm", "close"]
CustomerAct = Literal[
    "greet", "ask", "complain", "inform", "request", "accept", "reject", "confirm_satisfied",
    "thank", "close", "threaten", "reopen", "urge", "insult", "other",
]  # fmt: skip
AgentAct = Literal[
    "greet", "thank", "apologise", "empathise", "ask_detail", "record", "explain", "investigate", "propose",
    "seek_consent", "carry_out", "promise_time", "report_back", "confirm_satisfaction", "refuse",
    "offer_alternative", "hand_over", "hold", "verify_identity", "safety_advice", "close", "other",
]  # fmt: skip
Act = CustomerAct | AgentAct

MOODS: tuple[Mood, ...] = get_args(Mood)
NEGATIVE_MOODS: frozenset[str] = frozenset({"anxious", "dissatisfied", "angry", "distressed"})
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
INTENTS: tuple[Intent, ...] = get_args(Intent)
STAGES: tuple[ServiceStage, ...] = get_args(ServiceStage)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
PERSONAL_DATA_TYPES: tuple[PersonalDataType, ...] = get_args(PersonalDataType)
CUSTOMER_ACTS: tuple[CustomerAct, ...] = get_args(CustomerAct)
AGENT_ACTS: tuple[AgentAct, ...] = get_args(AgentAct)

_ROLES: dict[str, Role] = {"customer": "customer", "agent": "agent"}
AGREEMENT = "agreement"  # the document id of the service-conduct agreement


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation. `at` is an aware UTC time, or None where it is not known."""

    role: Role
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """One customer's case: its turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    @classmethod
    def of(cls, turns: Iterable[Turn]) -> Conversation:
        return cls(tuple(turns))

    @classmethod
    def from_customer(cls, text: str) -> Conversation:
        """A conversation of one customer message; empty text gives an empty conversation."""
        return cls((Turn("customer", text),)) if text else cls()

    def followed_by(self, role: Role, text: str, at: datetime | None = None) -> Conversation:
        """A new conversation with one more turn."""
        return Conversation((*self.turns, Turn(role, text, at)))

    @property
    def last_customer_text(self) -> str:
        """The newest message of the customer, or an empty string."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "customer"), "")

    @property
    def customer_texts(self) -> tuple[str, ...]:
        return tuple(turn.text for turn in self.turns if turn.role == "customer")

    @property
    def agent_texts(self) -> tuple[str, ...]:
        return tuple(turn.text for turn in self.turns if turn.role == "agent")


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """One piece of personal data found in a text, at `[start, end)`."""

    type: PersonalDataType
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """Names a clause: document id and the number as printed ("1.3.4")."""

    document: str
    clause: str

    def __str__(self) -> str:
        return f"{self.document} {self.clause}"


def turns_from_history(history: Sequence[dict[str, str]]) -> tuple[Turn, ...]:
    """Turns from `[{"role": "customer"|"agent", "text": …}]`, the shape of the command-line contract.

    Raises ValueError that names the entry and the field when one is missing or of the wrong kind.
    """
    turns = []
    for position, entry in enumerate(history, start=1):
        if not isinstance(entry, dict):
            raise ValueError(f"history entry {position} is not an object with role and text")
        role, text = _ROLES.get(str(entry.get("role"))), entry.get("text")
        if role is None:
            raise ValueError(f"history entry {position}: role is {entry.get('role')!r}; use 'customer' or 'agent'")
        if not isinstance(text, str):
            raise ValueError(f"history entry {position}: text is missing or not a string")
        turns.append(Turn(role, text))
    return tuple(turns)
