"""What a case adds to the cards of its conversation: an emergency's first words, VIP treatment, promises to confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef, Conversation
from copilot.desk.alerts import alert_lines, raise_alert
from copilot.desk.cards import Button, Card, Line
from copilot.desk.emergency_cards import emergency_card, is_said, kind_of, with_first_words
from copilot.desk.offers import numbered
from copilot.desk.own_phrases import with_own
from copilot.desk.promises import promise_rows
from copilot.desk.session import Session, action
from copilot.desk.solution_lines import MOST_ON_A_MESSAGE, solution_lines
from copilot.desk.state import OfferedReply
from copilot.desk.turn_cards import SPECIAL_CASES, status_text, turn_card

GUIDE_SLOT = "guide"
_MOST_DUE_AGAIN = 2  # of what a VIP customer is due, once all of it was shown: a line that is read at a glance

if TYPE_CHECKING:
    from copilot.procedures import Progress
    from copilot.reading import Reading


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply on the card, as the store keeps it."""

    text: str
    cites: tuple[ClauseRef, ...]
    style: str
    source: str
    phrase: str = ""

    @classmethod
    def of(cls, reply: OfferedReply) -> ShownReply:
        return cls(reply.text, tuple(ClauseRef(*pair) for pair in reply.cites), reply.style, reply.source, reply.phrase)


async def customer_card(
    session: Session, turn: int, conversation: Conversation, reading: Reading, progress: Progress | None,
    offered: tuple[OfferedReply, ...], token: str, before: tuple[OfferedReply, ...] = (),
) -> tuple[Card, tuple[OfferedReply, ...]]:  # fmt: skip
    """The card of a customer message with all that its case adds, and the replies that stand on it.

    `before` are those that stood on it already. The first message that tells of an emergency alerts the supervisors.
    """
    copilot = session.copilot
    if reading.urgency != "emergency":
        step = progress.step if progress is not None and progress.procedure == "complaint" else None
        offered = numbered(await with_own(session, conversation, reading, step, offered), before)
    card = turn_card(copilot, reading, progress, offered, token)
    if reading.urgency == "emergency":
        kind = kind_of(copilot, conversation)
        await raise_alert(session, turn, conversation.last_customer_text, kind.title)
        said = is_said(copilot, kind, conversation, progress)
        offered = numbered(with_first_words(copilot, kind, offered, said=said), before)
        card = emergency_card(copilot, card, kind, offered, token, said=said)
        card = replace(card, title=status_text(reading, progress))
    elif reading.vip:
        card = replace(card, lines=(*_vip_lines(session, conversation, reading), *card.lines[1:]))
    if reading.urgency != "emergency":
        solutions = solution_lines(copilot, progress, conversation.customer_texts, MOST_ON_A_MESSAGE)
        card = replace(card, lines=(*card.lines, *solutions))
    skipped = skip_lines(progress) if reading.urgency != "emergency" else []  # one alert is enough: what to say first
    card = replace(card, lines=(*card.lines, *skipped, *await alert_lines(session)))
    card = _with_steps_button(session, card, progress, token)
    return await _with_promises(session, card), offered


async def sent_additions(session: Session, card: Card, progress: Progress | None) -> Card:
    """The confirmation of a reply that was sent, with the steps it passed by and what it promised."""
    return await _with_promises(session, replace(card, lines=(*card.lines, *skip_lines(progress))))


def skip_lines(progress: Progress | None) -> list[Line]:
    """The steps that were passed by and not made good yet, in one line, with what makes the first of them good."""
    skipped = [step for step in progress.steps if step.status == "skipped"] if progress is not None else []
    if not skipped:
        return []
    named = "、".join(f"第{step.number}步“{step.title}”" for step in skipped)
    return [Line("warning", f"！漏了{named}，请补上：{skipped[0].hint}")]


def _with_steps_button(session: Session, card: Card, progress: Progress | None, token: str) -> Card:
    """A case with steps offers them, unless they are on the screen already."""
    if progress is None or any(each.slot == GUIDE_SLOT for each in session.state.cards):
        return card
    *rows, last = card.buttons
    return replace(card, buttons=(*rows, (action("各步指引", token, "steps"), *last)))


def _vip_lines(session: Session, conversation: Conversation, reading: Reading) -> list[Line]:
    """What the VIP policy says about this customer now, in place of a bare warning; all of it the first time."""
    due = session.copilot.casebook.special_cases.vip(complaint=reading.complaint)
    earlier = conversation.turns[:-1]
    if earlier and session.copilot.read(Conversation(earlier)).vip:
        due = due[:_MOST_DUE_AGAIN]
    if not due:
        return []
    text = "；".join(each.text for each in due)
    return [Line("warning", f"⭐ VIP 客户：{text}。{session.cite(SPECIAL_CASES, *(each.clause.ref for each in due))}")]


async def _with_promises(session: Session, card: Card) -> Card:
    lines, rows = await promise_rows(session)
    return replace(card, lines=(*card.lines, *lines), buttons=_second(card, rows)) if lines else card


def _second(card: Card, rows: list[tuple[Button, ...]]) -> tuple[tuple[Button, ...], ...]:
    """The rows below the first of a customer message's card, which holds the suggestions; first on a confirmation."""
    head = 1 if card.buttons and card.buttons[0][0].kind == "copy" else 0
    return (*card.buttons[:head], *rows, *card.buttons[head:])
