"""The guard: nothing flagged, nothing uncited and no invented figure is ever shown (invariants 1 to 3)."""

from __future__ import annotations

import pytest

from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.guard import Guard
from copilot.norms import Review

REFUND = ClauseRef("returns", "3.1")
CLAUSE = Clause("returns", "退货", "3.1", "到账时间", "验货后 3 个工作日内到账。", (), ("退款三个工作日内到账。",), False, "x.md", 1)


class OneClause:
    def clause(self, ref: ClauseRef) -> Clause | None:
        return CLAUSE if ref == REFUND else None


class FlagsScolding:
    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> Review:
        return Review("block" if "滚" in draft else "pass", (), None)


@pytest.fixture
def guard() -> Guard:
    return Guard(FlagsScolding(), OneClause())


def test_a_cited_figure_may_be_shown(guard: Guard) -> None:
    assert guard.objection("退款 3 个工作日内到账。", [REFUND], Conversation()) is None
    assert guard.objection("退款三个工作日内到账。", [REFUND], Conversation()) is None


def test_a_figure_of_the_conversation_may_be_shown(guard: Guard) -> None:
    said = Conversation.from_customer("我等了 9 天")
    assert guard.objection("让您等了 9 天，抱歉。", [REFUND], said) is None


@pytest.mark.parametrize(
    ("text", "cites", "reason"),
    [
        ("退款 5 个工作日内到账。", [REFUND], "figure without source"),
        ("退款五天内到账。", [REFUND], "figure without source"),
        ("我们会处理。", [], "cites nothing"),
        ("我们会处理。", [ClauseRef("returns", "9.9")], "unknown clause"),
        ("滚。", [REFUND], "flagged"),
        ("  ", [REFUND], "empty"),
    ],
)
def test_what_must_not_be_shown_is_held_back_with_its_reason(
    guard: Guard, text: str, cites: list[ClauseRef], reason: str
) -> None:
    objection = guard.objection(text, cites, Conversation())
    assert objection is not None
    assert reason in objection
