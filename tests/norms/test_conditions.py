"""When a norm applies: reach in turns, what the breach must or must not echo, and dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.reading import FakeReading

from copilot.conversation import Act, Conversation, Turn
from copilot.norms.matching import Matcher
from copilot.norms.model import Norm
from copilot.norms.situation import Situation


class Acts:
    """Reads an apology in 抱歉 and nothing else."""

    def read(self, conversation: Conversation) -> Any:
        return FakeReading()

    def acts(self, turn: Turn, before: Conversation = Conversation()) -> frozenset[Act]:  # noqa: B008 - a frozen value
        return frozenset({"apologise"}) if "抱歉" in turn.text else frozenset({"other"})


def norm(**fields: Any) -> Norm:
    return Norm.model_validate({
        "id": "made-up", "clause": "1.3.2", "kind": "forbid", "severity": "warn", "title": "试", "reason": "请不要这样说。",
        "advice": "请换个说法。", "patterns": ["再试(?:一次|一下)?|换货"], **fields,
    })  # fmt: skip


def breaks(rule: Norm, draft: str, *turns: tuple[str, str], at: datetime | None = None) -> bool:
    said = [Turn("customer" if side == "c" else "agent", text, at) for side, text in turns]
    return bool(Matcher([rule]).hits(Situation(draft, Conversation.of(said), Acts())))


SORRY = (("c", "又坏了"), ("a", "非常抱歉"), ("c", "嗯"), ("a", "我看看"), ("c", "怎么样了"))


@pytest.mark.parametrize(("within", "broken"), [(None, False), (4, False), (3, True), (1, True)])
def test_an_act_counts_only_within_so_many_turns_back(within: int | None, broken: bool) -> None:
    rule = norm(when={"not_before": ["apologise"], "within": within})
    assert breaks(rule, "您再试一次", *SORRY) is broken


@pytest.mark.parametrize(("within", "broken"), [(None, True), (4, True), (3, False)])
def test_an_act_that_must_have_been_done_is_looked_for_as_far_back(within: int | None, broken: bool) -> None:
    rule = norm(when={"before": ["apologise"], "within": within})
    assert breaks(rule, "您再试一次", *SORRY) is broken


@pytest.mark.parametrize(
    ("customer", "broken"),
    [
        ("我不要换货，只退款", True),  # refused, and the draft speaks of the same
        ("我不要优惠券，能换货吗", False),  # refused something else
        ("能换货吗", False),  # refused nothing
    ],
)
def test_a_breach_that_must_echo_speaks_of_what_the_customer_said_so_of(customer: str, broken: bool) -> None:
    assert breaks(norm(when={"echo": ["不要"]}), "给您换货吧", ("c", customer)) is broken


@pytest.mark.parametrize(("customer", "broken"), [("我想换货", False), ("我想开发票", True), ("在吗", True)])
def test_a_breach_is_none_where_it_speaks_of_what_the_customer_asked_for(customer: str, broken: bool) -> None:
    assert breaks(norm(when={"echo_unless": ["想"]}), "给您换货吧", ("c", customer)) is broken


def test_both_echoes_hold_together() -> None:
    rule = norm(when={"echo": ["不要"], "echo_unless": ["可以"]})
    assert breaks(rule, "给您换货吧", ("c", "我不要换货"))
    assert not breaks(rule, "给您换货吧", ("c", "我不要换货，算了可以换货"))


@pytest.mark.parametrize(("day", "broken"), [(1, False), (2, True), (8, True), (9, False)])
def test_a_norm_with_dates_is_broken_only_on_its_days(day: int, broken: bool) -> None:
    rule = norm(valid_from="2026-03-02", valid_until="2026-03-09")
    noon = datetime(2026, 3, day, 12, tzinfo=UTC)
    assert breaks(rule, "您再试一次", ("c", "坏了"), at=noon) is broken


def test_without_a_time_in_the_conversation_today_counts() -> None:
    assert not breaks(norm(valid_until="2020-01-01"), "您再试一次", ("c", "坏了"))
    assert breaks(norm(valid_from="2020-01-01"), "您再试一次", ("c", "坏了"))
