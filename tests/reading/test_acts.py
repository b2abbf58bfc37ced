from __future__ import annotations

import pytest

from copilot.conversation import AGENT_ACTS, CUSTOMER_ACTS, Conversation, Turn
from copilot.reading import ActRule, Exchange, Reader
from copilot.workspace import builtin_workspace

RULES = builtin_workspace().read_records("reading/acts", ActRule)
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]
COUNTEREXAMPLES = [(rule, example) for rule in RULES for example in rule.counterexamples]


def acts_of(reader: Reader, rule: ActRule, example: str | Exchange) -> frozenset[str]:
    if isinstance(example, str):
        return reader.acts(Turn(rule.role, example))
    return reader.acts(Turn(rule.role, example.text), Conversation((Turn("agent", example.agent),)))


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda value: str(getattr(value, "id", value))[:40])
def test_each_example_does_the_act_it_stands_for(reader: Reader, rule: ActRule, example: str | Exchange) -> None:
    assert rule.act in acts_of(reader, rule, example)


@pytest.mark.parametrize(("rule", "example"), COUNTEREXAMPLES, ids=lambda value: str(getattr(value, "id", value))[:40])
def test_no_counterexample_does_the_act(reader: Reader, rule: ActRule, example: str | Exchange) -> None:
    assert rule.act not in acts_of(reader, rule, example)


def test_every_act_of_both_sides_has_a_rule() -> None:
    known = {rule.act for rule in RULES}
    assert (set(CUSTOMER_ACTS) | set(AGENT_ACTS)) - known == {"other"}


def test_rules_name_acts_of_their_own_side_only() -> None:
    sides = {"customer": set(CUSTOMER_ACTS), "agent": set(AGENT_ACTS)}
    assert [rule.id for rule in RULES if rule.act not in sides[rule.role]] == []


@pytest.mark.parametrize("answer", ["好的", "行", "可以", "那就这样吧", "听你的", "OK", "嗯，就按这个来吧"])
def test_a_short_yes_accepts_only_after_a_proposal(reader: Reader, answer: str) -> None:
    proposal = Conversation((Turn("agent", "给您免费换一台新的，您看可以吗？"),))
    assert "accept" in reader.acts(Turn("customer", answer), proposal)


@pytest.mark.parametrize("answer", ["好的", "行", "可以"])
def test_a_short_yes_after_a_hold_accepts_nothing(reader: Reader, answer: str) -> None:
    hold = Conversation((Turn("agent", "请您稍等，我看一下。"),))
    assert "accept" not in reader.acts(Turn("customer", answer), hold)


@pytest.mark.parametrize("answer", ["不行", "不接受", "太少了", "这点钱打发谁呢", "我不要券，要退现金"])
def test_an_objection_after_a_proposal_rejects_and_does_not_accept(reader: Reader, answer: str) -> None:
    proposal = Conversation((Turn("agent", "补偿您 20 元优惠券，您看行吗？"),))
    acts = reader.acts(Turn("customer", answer), proposal)
    assert "reject" in acts
    assert "accept" not in acts


@pytest.mark.parametrize("text", ["", "   ", "。。。", "😀"])
def test_a_turn_that_says_nothing_does_other(reader: Reader, text: str) -> None:
    assert reader.acts(Turn("agent", text)) == {"other"}


def test_a_waiting_proposal_still_counts_when_the_agent_sent_two_messages(reader: Reader) -> None:
    before = Conversation((Turn("agent", "我们可以给您换新，可以吗？"), Turn("agent", "不着急，您慢慢想。")))
    assert "accept" in reader.acts(Turn("customer", "行"), before)
