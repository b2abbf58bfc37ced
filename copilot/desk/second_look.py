"""A second look at the draft in hand, after the verdict is on the screen: what the language model thinks in doubtful cases.

It may take a doubtful warning back or add a remark, never more; a rule's finding is never touched. The verdict stands
where the model is slow, broken or refuses, and where the agent has gone on meanwhile.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef, Conversation, Severity
from copilot.desk.session import Session
from copilot.desk.state import DeskState, DraftInHand, FindingInHand
from copilot.desk.talk import show_draft
from copilot.desk.turn_cards import SLOT
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.norms import Doubt, Finding

logger = logging.getLogger(__name__)


def draft_to_look_at(state: DeskState) -> DraftInHand | None:
    """The draft on the screen that nobody has looked at a second time yet."""
    draft = state.draft
    waits = draft is not None and draft.verdict in ("pass", "warn") and not draft.looked_at and SLOT in state.tokens
    return draft if waits else None


async def second_look(copilot: Copilot, draft: DraftInHand, conversation: Conversation) -> tuple[Doubt, ...]:
    """The doubts about which the model says otherwise than the reviewer; none where nothing is in doubt, or it failed."""
    from copilot.assist.second_opinion import doubts_decided

    if copilot.model is None:
        return ()

    def clause_text(finding: Finding) -> str:
        clause = copilot.index.clause(ClauseRef(finding.document, finding.clause))
        return clause.text if clause is not None else ""

    try:
        doubts = copilot.judge.in_question(draft.text, conversation)
        if not doubts:
            return ()
        prompt = copilot.workspace.read_prompt("second_opinion.md")
        return await doubts_decided(
            copilot.model, prompt, draft.text, conversation, doubts, copilot.reader, clause_text
        )
    except CopilotError as error:  # the verdict is on the screen: one quiet line for the trainer
        logger.warning("no second opinion from the language model: %s", error)
        return ()


def show_second_look(session: Session, draft: DraftInHand, decided: tuple[Doubt, ...]) -> bool:
    """Show what the model says about the draft in hand; False where the agent has gone on."""
    now = session.state.draft
    if now is None or (now.text, now.review) != (draft.text, draft.review) or not decided:
        return False
    gone = {each.finding.norm for each in decided if each.found}
    findings = [replace(each, doubted=True) if each.norm in gone else each for each in now.findings]
    findings += [_in_hand(each.finding) for each in decided if not each.found]
    left = [place for place, each in enumerate(findings) if not each.set_aside and each.severity != "tip"]
    session.update(draft=replace(now, findings=tuple(findings), shown=left[0] if left else 0))
    show_draft(session)
    return True


def _in_hand(finding: Finding) -> FindingInHand:
    severity: Severity = "tip" if finding.severity == "tip" else "warn"  # a model alone stops nobody
    return FindingInHand(
        finding.document, finding.clause, severity, finding.quote, finding.reason, None, norm=finding.norm,
        start=finding.start, end=finding.end, by_model=True,
    )  # fmt: skip
