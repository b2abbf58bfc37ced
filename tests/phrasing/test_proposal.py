"""What was proposed is told in the agent's own words, and a choice is understood by its place or its words."""

from __future__ import annotations

import pytest
from fakes.reading import FakeReading

from copilot.conversation import Conversation, Turn
from copilot.phrasing import Phrasebook
from copilot.phrasing.proposal import chosen_of, proposed_by, ways_offered
from copilot.workspace import builtin_workspace

BOOK = Phrasebook(builtin_workspace())


@pytest.mark.parametrize(("offer", "agreed"), [
    ("那我给您约在下周三下午上门，可以吗？", "约在下周三下午上门"),
    ("核对过了，您同意的话我就为您提交换货申请。", "提交换货申请"),
    ("我帮您把收货地址改到新家，行吗？", "把收货地址改到新家"),
    ("帮您登记了，需要三天。", None),
    ("您看是修还是换？", None),
    ("帮您退还是换呢？", None),
    ("我给您看一下。", None),
])  # fmt: skip
def test_what_the_agent_proposes_is_told_in_their_words(offer: str, agreed: str | None) -> None:
    assert proposed_by(offer) == agreed


@pytest.mark.parametrize(("offer", "answer", "chosen"), [
    ("有两个办法，一是补寄零件，二是整件换新，您选哪个？", "第二个", "整件换新"),
    ("有两个办法，一是补寄零件，二是整件换新，您选哪个？", "前者吧", "补寄零件"),
    ("1、原路退款；2、换同款新品。您选哪种？", "2", "换同款新品"),
    ("您是想退货还是换货呢？", "换", "换货"),
    ("要电子发票还是纸质发票？", "电子的就行", "电子发票"),
    ("您看是现在退还是到期再退？", "后者", "到期再退"),
    ("您是想退货还是换货呢？", "都不要", None),
    ("您是想退货还是换货呢？", "有什么区别？", None),
    ("您是想退货还是换货呢？", "第三个", None),
    ("请问有什么可以帮您？", "第二个", None),
])  # fmt: skip
def test_a_choice_is_known_by_its_place_or_its_words(offer: str, answer: str, chosen: str | None) -> None:
    assert chosen_of(offer, answer) == chosen


def test_no_ways_are_seen_where_none_are_offered() -> None:
    assert ways_offered("您的退款已经提交，三天内到账。") == []


def said(*texts: str) -> list[str]:
    roles = ["agent", "customer"] * len(texts)
    conversation = Conversation.of(Turn(role, text) for role, text in zip(roles, texts, strict=False))  # type: ignore[arg-type]
    return [each.text for each in BOOK.candidates(conversation, FakeReading())[:3]]  # type: ignore[arg-type]


def test_a_nod_is_answered_with_what_is_now_done() -> None:
    assert any("改约到周五上午" in text for text in said("我帮您改约到周五上午，可以吗？", "可以可以，谢谢"))


def test_a_choice_is_answered_with_what_was_chosen() -> None:
    assert any("整件换新" in text for text in said("一是补寄零件，二是整件换新，您选哪个？", "第二个吧"))


def test_a_nod_to_news_is_not_taken_for_an_order() -> None:
    found = said("您的车已经取走，明天下午修好，到时联系您。", "嗯嗯好")
    assert found
    assert not any("提交" in text or "哪个订单" in text for text in found)


def test_a_day_that_is_ruled_out_is_not_the_day_that_is_noted() -> None:
    found = said("那我给您登记下周一上午的检修。", "周一没空，周四吧")
    assert any("周四" in text for text in found)
    assert not any("周一" in text for text in found)
