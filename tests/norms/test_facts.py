"""A rewrite loses no fact that nobody objected to; a fact that is the breach itself may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.conversation import Conversation
from copilot.norms import Reviewer, read_examples
from copilot.norms.facts import facts_to_keep
from copilot.norms.situation import Situation
from copilot.reading import Reader
from copilot.workspace import builtin_workspace

WORKSPACE = builtin_workspace()


@pytest.fixture(scope="module")
def reader(built_home: Path) -> Reader:
    return Reader(WORKSPACE, built_home / "models")


@pytest.fixture(scope="module")
def reviewer(built_home: Path, reader: Reader) -> Reviewer:
    return Reviewer(WORKSPACE, reader, built_home / "models")


@pytest.mark.parametrize(
    ("draft", "customer", "facts"),
    [
        ("催什么催。周五上午十点师傅上门，工单号GD20931。", "师傅什么时候来", ("周五", "十点", "GD20931")),
        ("你急什么，我明天下午三点前给您回电", "怎么还没处理好", ("明天", "三点", "给您回电")),
        ("自己不会看吗？说明在 https://help.example/a?id=7 第二页", "怎么装", ("https://help.example/a?id=7",)),
        ("爱买不买。满 300 减 40，活动到 12 月 31 日。", "有优惠吗", ("300", "40", "12", "31")),
    ],
)
def test_facts_beside_a_breach_are_in_the_rewrite(
    reviewer: Reviewer, draft: str, customer: str, facts: tuple[str, ...]
) -> None:
    review = reviewer.review(draft, Conversation.from_customer(customer))
    assert review.verdict != "pass"
    assert review.rewrite is not None
    assert [fact for fact in facts if fact not in review.rewrite] == []


@pytest.mark.parametrize(
    ("draft", "customer", "gone"),
    [
        ("说了八百遍了，自己看去", "怎么装", "八百"),
        ("加我微信 kf_2093x，私下给您便宜 80", "能便宜吗", "kf_2093x"),
    ],
)
def test_what_belongs_to_the_breach_may_go(reviewer: Reviewer, draft: str, customer: str, gone: str) -> None:
    review = reviewer.review(draft, Conversation.from_customer(customer))
    assert review.rewrite is not None
    assert gone not in review.rewrite


def test_no_rewrite_of_any_example_loses_a_fact(reviewer: Reviewer, reader: Reader) -> None:
    with_facts, lost = 0, []
    for examples in read_examples(WORKSPACE, reviewer.norms):
        for line in examples.bad[::4]:
            conversation = Conversation.from_customer(line.customer)
            review = reviewer.review(line.reply, conversation)
            if review.rewrite is None:
                continue
            situation = Situation(line.reply, conversation, reader)
            hits = [hit for hit in reviewer.hits(situation) if hit.norm.severity != "tip"]
            facts = facts_to_keep(situation.draft, hits)
            if not facts or all(hit.norm.shorten for hit in hits):
                continue
            with_facts += 1
            if not facts.kept_in(review.rewrite):
                lost.append((line.reply, review.rewrite))
    assert with_facts >= 5
    assert lost == []
