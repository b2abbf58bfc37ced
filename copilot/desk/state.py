"""What a desk remembers of one agent between two events, as one JSON value.

The state holds what is on the screen and what a tap on it would do; the conversation itself stands in its own tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

from copilot.conversation import Role, Severity, Verdict
from copilot.desk.cards import Card

# What a plain text will be taken for: part of the conversation, a question (/ask), a draft (/review), the value of a
# record's field (/record), or words to find a record by (/find).
Awaits = Literal["talk", "question", "draft", "record", "find"]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class OfferedReply:
    """A suggestion on the screen; `cites` are pairs of document id and clause number.

    `number` is its place among all that were ever shown for its message, from 1: what a tap on it names.
    """

    text: str
    cites: tuple[tuple[str, str], ...]
    style: str
    source: str = "offline"
    beside: str = ""  # the same in Chinese, where the text is not
    phrase: str = ""  # the phrase behind it, for what the team takes and leaves
    number: int = 0


@dataclass(frozen=True, slots=True)
class TurnInHand:
    """The customer's newest message, its card, and what a tap on that card needs.

    `offered` are the suggestions on the card, `shown` all that ever stood on it, by number.
    """

    turn: int
    text: str
    token: str
    card: Card
    offer: int | None = None
    offered: tuple[OfferedReply, ...] = ()
    shown: tuple[OfferedReply, ...] = ()
    # Set when this message showed that a draft had been sent: the turn recorded then, and the draft's review.
    implied: tuple[int, int | None] | None = None

    @property
    def ever_offered(self) -> tuple[OfferedReply, ...]:
        """All replies that a button of this message may name, by number; what an earlier version kept has no `shown`."""
        return self.shown or self.offered


@dataclass(frozen=True, slots=True)
class FindingInHand:
    """A finding of the draft in hand. `answer` is what a trainer said who declined that it was wrong."""

    document: str
    clause: str
    severity: Severity
    quote: str
    reason: str
    rewrite: str | None
    norm: str = ""
    start: int = 0
    end: int = 0
    disputed: bool = False
    answer: str = ""
    by_model: bool = False  # a remark of the language model, not of the reviewer
    doubted: bool = False  # taken back by the language model

    @property
    def set_aside(self) -> bool:
        """Whether it stands in nobody's way any more."""
        return self.disputed or self.doubted


@dataclass(frozen=True, slots=True)
class DraftInHand:
    """A draft that was reviewed and not decided yet. `verdict` None: it could not be checked. `news` is told with it.

    `english` is the same for a customer who writes English.
    """

    text: str
    verdict: Verdict | None
    review: int | None = None
    findings: tuple[FindingInHand, ...] = ()
    rewrite: str | None = None
    shown: int = 0
    news: str = ""
    english: str = ""
    looked_at: bool = False  # a second time, by the language model
    by_model: bool = False  # the rewrite is the language model's

    @property
    def fine(self) -> bool:
        """Whether it may be sent: nothing serious was found, or nothing but warnings that were set aside."""
        if self.verdict == "warn":
            return all(each.set_aside for each in self.findings if each.severity != "tip")
        return self.verdict == "pass"

    def left_beside(self, place: int) -> list[int]:
        """The places of the other findings that were not set aside, in the order in which they come after it."""
        others = [*range(place + 1, len(self.findings)), *range(place)]
        return [other for other in others if not self.findings[other].set_aside]


@dataclass(frozen=True, slots=True)
class SentReply:
    """The reply recorded last, so that a slip can be taken back."""

    turn: int
    review: int | None
    offer: int | None


@dataclass(frozen=True, slots=True)
class PracticeInHand:
    """A practice run that goes on: its number in the store and its scenario; the run itself is in the store's words."""

    id: int
    scenario: str
    run: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskedInHand:
    """A question just answered offline that the language model may answer better, on the card with this token."""

    question: str
    previous: str | None
    token: str


@dataclass(frozen=True, slots=True)
class WritingInHand:
    """What the language model may write better: a draft polished, a reply in English, a summary.

    `token` is that of the card in `slot` which shows what there is already.
    """

    kind: Literal["polish", "english", "summary"]
    text: str
    slot: str
    token: str


@dataclass(frozen=True, slots=True)
class RecordInHand:
    """A service record being filled: its values, and the fields that the agent gave.

    `asks` is the field that the next text fills; `insists` that the agent chose it, so that any text will do. `kept` is
    the number of a record opened again from the book. `said`, `before` and `filled` undo the last text.
    """

    values: dict[str, Any]
    given: tuple[str, ...] = ()
    asks: str = ""
    insists: bool = False
    kept: int | None = None
    said: str | None = None
    before: dict[str, Any] | None = None
    filled: str = ""


@dataclass(frozen=True, slots=True)
class DeskState:
    """Everything about one agent's desk. `tokens` names, per slot, the card whose buttons still count."""

    awaits: Awaits = "talk"
    conversation: int | None = None
    expects: Role = "customer"
    counter: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    turn: TurnInHand | None = None
    draft: DraftInHand | None = None
    sent: SentReply | None = None
    guided: bool = False
    ticks: dict[int, bool] = field(default_factory=dict)
    tick_turns: dict[int, int] = field(default_factory=dict)  # after how many turns each tick was set
    ticked_case: str = ""  # procedure and complaint that the ticks belong to
    procedure: str = ""  # started by hand; empty: the complaint's
    paused: bool = False  # no steps on the cards until the agent goes on
    record_draft: RecordInHand | None = None
    record_kept: int | None = None  # the record saved last, for the way back into it
    phrase_draft: str = ""  # a text that /phrase could keep; `phrase_given` when it was written after the command
    phrase_given: bool = False
    phrase_list: tuple[int, ...] = ()  # phrases on the card of /phrase, by number in the database
    found: tuple[int, ...] = ()  # records on the list of /find, by number in the database
    handover_to: tuple[str, ...] = ()  # colleagues on the card of /handover, and the note that goes along
    handover_note: str = ""
    set_aside: int | None = None  # the conversation that was in hand when another was taken over
    warned_plain: bool = False  # was told that contact data is not encrypted
    menu: tuple[str, ...] = ()
    practice: PracticeInHand | None = None
    practice_said: tuple[tuple[Role, str], ...] = ()  # the run in hand, or the last one, line by line
    last_question: str | None = None  # a follow-up written out
    asked: AskedInHand | None = None
    writing: WritingInHand | None = None
    written: str | None = None  # the reply on the card of /polish or /translate, for the tap that says it was sent
    unwritten: WritingInHand | None = None  # what the language model did not manage, for the tap that tries again
    channel: str = "chat"  # whose response time counts; "off" for none
    last_key: str | None = None
    cards: tuple[Card, ...] = ()

    def without_case(self) -> DeskState:
        """The state for a new conversation; a practice run and the tokens go on."""
        return DeskState(
            counter=self.counter, tokens=self.tokens, practice=self.practice, practice_said=self.practice_said,
            last_key=self.last_key, channel=self.channel, warned_plain=self.warned_plain,
            cards=tuple(card for card in self.cards if card.slot == "practice"),
        )  # fmt: skip

    def with_card(self, card: Card) -> DeskState:
        """The state with this card on the screen, last, in place of an earlier one of its slot."""
        kept = tuple(each for each in self.cards if each.slot != card.slot)
        return replace(self, cards=(*kept, card))

    def without_card(self, slot: str) -> DeskState:
        """The state without the card of this slot; taps on it count no more."""
        tokens = {name: token for name, token in self.tokens.items() if name != slot}
        return replace(self, tokens=tokens, cards=tuple(card for card in self.cards if card.slot != slot))

    def with_token(self, slot: str) -> tuple[DeskState, str]:
        """The state with a new token for this slot, and the token: short, ASCII, never given twice."""
        number, token = self.counter + 1, ""
        while number:
            number, digit = divmod(number, 36)
            token = _DIGITS[digit] + token
        token = f"k{token}"
        return replace(self, counter=self.counter + 1, tokens={**self.tokens, slot: token}), token


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(DeskState)


def state_to_json(state: DeskState) -> dict[str, Any]:
    """The state as JSON values."""
    values: dict[str, Any] = _adapter().dump_python(state, mode="json")
    return values


def state_from_json(values: Mapping[str, Any] | None) -> DeskState:
    """The state that `state_to_json` gave; a new one for None.

    A field that a later version dropped is ignored; a state that cannot be read at all raises ValueError.
    """
    if values is None:
        return DeskState()
    state: DeskState = _adapter().validate_python(dict(values))
    return state
