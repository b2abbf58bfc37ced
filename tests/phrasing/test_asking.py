"""Nobody is asked for what they have given, and what the customer names is named in the reply."""

from __future__ import annotations

import pytest
from fakes.reading import FakeReading

from copilot.conversation import Conversation, Turn
from copilot.phrasing import Phrasebook
from copilot.phrasing.asking import asked
from copilot.phrasing.question import answers_agent, matter_of
from copilot.workspace import builtin_workspace

BOOK = Phrasebook(builtin_workspace())


def talk(*texts: str) -> Conversation:
    """Customer and agent in turn; the last text is the customer's."""
    roles = ["customer", "agent"] if len(texts) % 2 else ["agent", "customer"]
    return Conversation.of(Turn(roles[i % 2], text) for i, text in enumerate(texts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("请把订单号发我，我马上查。", {"order"}),
        ("方便发一下订单号和收到商品的照片吗？", {"order", "photo"}),
        ("请问产品型号和购买时间是什么？", {"model"}),
        ("请告诉我新的地址，我马上查有没有出库。", {"address"}),
        ("照片我看到了，请问想换货还是退款？", set()),
        ("订单号我记下了，马上核实。", set()),
        ("核对手机号后四位就能办，不用再发照片。", set()),
    ],
)
def test_what_a_reply_asks_for_is_read_from_its_words(text: str, facts: set[str]) -> None:
    assert asked(text) == facts


@pytest.mark.parametrize(
    ("given", "fact"),
    [
        (("快递五天没动了，单号 SF1029384756",), "order"),
        (("冰箱响得厉害", "抱歉，请问是什么型号？", "HM-B520，才用了四个月"), "model"),
        (("杯子碎了", "抱歉，麻烦拍张照片。", "照片发你了，怎么赔"), "photo"),
    ],
)
def test_no_candidate_asks_again_for_what_was_given(given: tuple[str, ...], fact: str) -> None:
    found = BOOK.candidates(talk(*given), FakeReading())  # type: ignore[arg-type]
    assert found
    assert [each.text for each in found if fact in asked(each.text)] == []


def test_a_short_answer_belongs_to_what_was_asked_before() -> None:
    dialogue = talk("退货运费谁出", "请问是质量问题还是不想要了？", "就是不喜欢")
    assert answers_agent(dialogue)
    assert matter_of(dialogue) == "退货运费谁出，就是不喜欢"


@pytest.mark.parametrize(
    "texts", [("退货运费谁出",), ("退货运费谁出", "我查一下。", "好了没"), ("退货运费谁出", "是质量问题吗？", "你们管不管？")]
)
def test_a_question_stands_for_itself(texts: tuple[str, ...]) -> None:
    assert not answers_agent(talk(*texts))
    assert matter_of(talk(*texts)) == texts[-1]


def test_a_matter_that_no_topic_knows_is_still_named() -> None:
    found = BOOK.candidates(talk("奖学金的事想问问"), FakeReading())[:3]  # type: ignore[arg-type]
    assert any("奖学金" in each.text for each in found)


def test_a_part_of_a_products_name_is_not_named_as_a_matter() -> None:
    found = BOOK.candidates(talk("洗衣机怎么弄"), FakeReading())[:3]  # type: ignore[arg-type]
    assert not any("洗衣" in each.text.replace("洗衣机", "") for each in found)
