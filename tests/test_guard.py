"""The guard: nothing flagged, nothing uncited and no invented figure is ever shown (invariants 1 to 3)."""

from __future__ import annotations

import pytest

from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.guard import Guard
from copilot.norms import Review

REFUND = ClauseRef("returns", "3.1")
STEPS = ClauseRef("agreement", "2.3")
CLAUSE = Clause("returns", "退货", "3.1", "到账时间", "验货后 3 个工作日内到账。", (), ("退款三个工作日内到账。",), False, "x.md", 1)

STEPS_CLAUSE = Clause("agreement", "协议", "2.3", "步骤", "步骤：\n1. 倾听；\n2. 了解；\n3．商量，24 小时内答复。", (), (), False, "x.md", 1)


class TwoClauses:
    def clause(self, ref: ClauseRef) -> Clause | None:
        return {REFUND: CLAUSE, STEPS: STEPS_CLAUSE}.get(ref)


class FlagsScolding:
    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> Review:
        return Review("block" if "滚" in draft else "pass", (), None)


@pytest.fixture
def guard() -> Guard:
    return Guard(FlagsScolding(), TwoClauses())


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
        ("一个小时内到账。", [REFUND], "figure without source"),
        ("一个工作日内到账。", [REFUND], "figure without source"),
        ("24 小时内到账。", [REFUND], "figure without source: 24"),
        ("明天到账。", [REFUND], "figure without source: 明天"),
        ("星期六之前到账。", [REFUND], "figure without source: 周六"),
        ("今天内到账。", [REFUND], "figure without source: 今天"),
        ("我们 2 小时内答复。", [STEPS], "figure without source: 2"),
        ("请打开 https://pay.example/x 办理。", [REFUND], "link without source"),
        ("请登录 hemu-pay.top 办理。", [REFUND], "link without source"),
        ("我们会处理。", [], "cites nothing"),
        ("我们会处理。", [REFUND, ClauseRef("returns", "9.9")], "unknown clause returns 9.9"),
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


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("礼拜六能到吗", "好的，周六给您送到。"),
        ("明早能来修吗", "可以，明天上午上门。"),
        ("我今天就要", "好的，今天内办好。"),
        ("在吗", "请问您明天在家吗？"),
        ("在吗", "请问今天还有其他需要吗？今天的处理我会记录。"),
        ("在吗", "请您稍等一下，一次说清，还有一个问题想请问您。"),
        ("发票寄到 lin@example.com", "好的，发到 lin@example.com。"),
    ],
)
def test_what_the_customer_said_or_nobody_promised_is_no_invention(guard: Guard, said: str, text: str) -> None:
    assert guard.objection(text, [REFUND], Conversation.from_customer(said)) is None


def test_a_listed_step_is_no_source_for_its_number_but_its_text_is(guard: Guard) -> None:
    assert guard.objection("我们 24 小时内答复。", [STEPS], Conversation()) is None


def test_a_link_of_the_customer_is_held_back_and_one_of_the_agent_is_not(guard: Guard) -> None:
    said = Conversation.from_customer("是 shop.example 这个网址吗")
    text = "是的，请打开 shop.example 查看。"
    assert guard.objection(text, [REFUND], said) == "link without source"
    assert guard.objection(text, [REFUND], said.followed_by("agent", "官网是 shop.example")) is None
