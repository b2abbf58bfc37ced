"""误报: the agent says that a finding is wrong. It is kept with its context for a trainer, and the agent goes on.

What was only a warning or a tip stands in nobody's way any more; a block stays one until a trainer has accepted the
dispute, or the agent sends all the same. What the trainer decided is told once, when the agent's hands are free.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from copilot.desk.cards import Card
from copilot.desk.session import Session
from copilot.desk.state import DraftInHand, FindingInHand
from copilot.desk.words import muted, shortened

if TYPE_CHECKING:
    from copilot.norms import Finding
    from copilot.reading.veil import Veil
    from copilot.store import KeptDispute

_LONGEST_SAID = 30  # characters of what was disputed, when the decision is told


async def findings_in_hand(session: Session, draft: str, found: Iterable[Finding]) -> tuple[FindingInHand, ...]:
    """The findings as the desk keeps them; one about which this very reply was disputed in vain carries the answer."""
    findings = tuple(
        FindingInHand(
            each.document, each.clause, each.severity, each.quote, each.reason, each.rewrite, norm=each.norm,
            start=each.start, end=each.end,
        )
        for each in found
    )  # fmt: skip
    if not findings:
        return ()
    context = await _context(session, draft)
    declined = [each for each in await session.work.declined(context.reply_key) if each.situation == context.situation]
    answers = {each.norm: each.answer for each in reversed(declined)}  # the newest answer counts
    return tuple(replace(each, answer=answers.get(each.norm, "")) for each in findings)


async def dispute(session: Session, number: int) -> bool:
    """Keep that finding `number` (from 1) of the draft in hand is wrong; False where there is no such finding left."""
    from copilot.store import NewDispute

    draft = session.state.draft
    if draft is None or draft.review is None or not 1 <= number <= len(draft.findings):
        return False
    finding = draft.findings[number - 1]
    if finding.disputed or finding.answer:
        return False
    context = await _context(session, draft.text)
    start, quote = context.masked(finding.start, finding.end)
    await session.work.add_dispute(
        NewDispute(
            session.agent, finding.norm, finding.document, finding.clause, finding.severity,
            context.draft, start, start + len(quote), quote, finding.reason, context.turns, context.reply_key,
            context.situation, session.now, review=draft.review, position=number - 1,
        )
    )  # fmt: skip
    _mark(session, draft, number, disputed=True)
    return True


async def withdraw(session: Session, number: int) -> bool:
    """Take the dispute of finding `number` (from 1) back, a mis-tap; False where there is none to take back."""
    draft = session.state.draft
    if draft is None or draft.review is None or not 1 <= number <= len(draft.findings):
        return False
    if not draft.findings[number - 1].disputed:
        return False
    norm = draft.findings[number - 1].norm
    places = [place for place, each in enumerate(draft.findings) if each.norm == norm]
    if not any([await session.work.withdraw_dispute(draft.review, place) for place in places]):
        session.tell("这条误报已经复核过了。")
        return False
    _mark(session, draft, number, disputed=False)
    return True


def _mark(session: Session, draft: DraftInHand, number: int, *, disputed: bool) -> None:
    """Mark the finding, and have the most serious one that is left shown, or the one that was taken back.

    A trainer decides whether the reply breaks the norm, so the norm's other places in it go with this one.
    """
    norm = draft.findings[number - 1].norm
    findings = [replace(each, disputed=disputed) if each.norm == norm else each for each in draft.findings]
    left = [place for place, each in enumerate(findings) if not each.set_aside and each.severity != "tip"]
    shown = number - 1 if not disputed else left[0] if left else 0
    session.update(draft=replace(draft, findings=tuple(findings), shown=shown))


async def decision_news(session: Session) -> str:
    """One line about a dispute of this agent that was decided since, told once; empty where there is none."""
    decided = await session.work.tell_decision(session.agent, session.now)
    return "" if decided is None else told(decided)


def told(decided: KeptDispute) -> str:
    """What an agent hears of a decision, politely."""
    said = shortened(" ".join((decided.quote or decided.draft).split()), _LONGEST_SAID)
    if decided.status == "accepted":
        return f"已复核：您报的误报“{said}”成立，以后同样的情形不再提醒，谢谢您。"
    return f"已复核：您报的误报“{said}”仍按规范提醒。{decided.answer}"


async def with_news(session: Session, card: Card) -> Card:
    """The card with the news of a decision as its last line, where there is some."""
    news = await decision_news(session)
    return replace(card, lines=(*card.lines, muted(news))) if news else card


@dataclass(frozen=True, slots=True)
class _Context:
    """A draft after the turns before it, personal data masked throughout; a turn's number counts from 1."""

    veil: Veil
    number: int  # of the draft
    turns: tuple[dict[str, str], ...]
    reply_key: str
    situation: str

    @property
    def draft(self) -> str:
        return self.veil.text(self.number)

    def masked(self, start: int, end: int) -> tuple[int, str]:
        """Where `[start, end)` of the draft begins in the masked one, and what stands there; 0 and "" for nothing."""
        quote = self.veil.part(self.number, start, end)
        at = self.draft.find(quote, max(0, len(self.veil.part(self.number, 0, start)) - len(quote)))
        return (at, quote) if quote and at >= 0 else (0, "")


async def _context(session: Session, draft: str) -> _Context:
    from copilot.norms import Kind, bare
    from copilot.norms.accepted import MOST_TURNS, veil_of

    conversation = await session.conversation()
    veil = veil_of(conversation, draft, session.copilot.mask)
    before = conversation.turns[-MOST_TURNS:]
    turns = tuple({"role": turn.role, "text": veil.text(number)} for number, turn in enumerate(before, start=1))
    customer = next((turn["text"] for turn in reversed(turns) if turn["role"] == "customer"), "")
    number = len(before) + 1
    key = blake2b(bare(veil.text(number)).encode("utf-8", "replace"), digest_size=16).hexdigest()
    return _Context(veil, number, turns, key, str(Kind.of(customer, session.copilot.read)))
