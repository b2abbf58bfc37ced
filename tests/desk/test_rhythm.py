from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.conversation import Role
from copilot.desk.rhythm import DraftWaiting, Said, clean, sounds_like, split_dialogue, split_prefix, whose


@pytest.mark.parametrize(
    "text",
    [
        "您的订单我已经查到了，预计明天送达", "非常抱歉，给您添麻烦了", "请您提供一下手机号，我帮您核对",
        "感谢您的耐心等待", "麻烦您拍张照片发过来", "我马上为您登记报修", "祝您生活愉快",
    ],
)  # fmt: skip
def test_words_that_only_agents_use_sound_like_an_agent(text: str) -> None:
    assert sounds_like(text) == "agent"


@pytest.mark.parametrize(
    "text",
    [
        "你们客服怎么都不接电话", "我要投诉！", "我昨天买的锅今天就坏了", "退我钱", "怎么还没发货", "我的快递呢",
        "我的訂單怎麼還沒到",
    ],
)  # fmt: skip
def test_words_that_only_customers_use_sound_like_a_customer(text: str) -> None:
    assert sounds_like(text) == "customer"


@pytest.mark.parametrize(
    "text", ["您好", "好的", "稍等，马上查", "这个不归我管", "你自己看说明书", "嗯", "明天到", "你好，在吗"]
)
def test_words_that_both_sides_use_sound_like_nobody(text: str) -> None:
    assert sounds_like(text) is None


def test_an_impolite_draft_after_a_customer_message_is_still_reviewed() -> None:
    for draft in ("你自己看说明书", "这是你的问题，我没办法", "不知道，问别人去", "说了多少遍了，等着"):
        assert whose(draft, "agent", "none") == "agent", draft


def test_the_rhythm_alternates() -> None:
    assert whose("好的", "customer", "none") == "customer"
    assert whose("好的", "agent", "none") == "agent"
    assert whose("好的", "customer", "fine") == "customer"
    assert whose("好的", "agent", "flagged") == "agent"


def test_a_second_message_of_the_customer_in_a_row_is_heard_as_such() -> None:
    assert whose("你们到底什么时候能到", "agent", "none") == "customer"
    assert whose("请您稍等", "customer", "fine") == "agent"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("客：在吗", ("customer", "在吗")), ("客户: 在吗", ("customer", "在吗")), ("我：您好", ("agent", "您好")),
        ("客服:您好：请讲", ("agent", "您好：请讲")), ("订单号：123", (None, "订单号：123")), ("在吗", (None, "在吗")),
        ("我的问题：在吗", (None, "我的问题：在吗")),
    ],
)  # fmt: skip
def test_only_a_known_prefix_names_the_speaker(text: str, expected: tuple[str | None, str]) -> None:
    assert split_prefix(text) == expected


def test_a_dialogue_is_split_at_its_prefixes() -> None:
    assert split_dialogue("客：在吗\n快递没到\n\n我：您好") == [Said("customer", "在吗\n快递没到"), Said("agent", "您好")]
    assert split_dialogue("在吗\n客：快递没到") == []


@pytest.mark.parametrize(
    ("likely", "expects", "draft", "speaker"),
    [
        (0.65, "agent", "none", "customer"), (0.55, "agent", "none", "agent"), (0.65, "agent", "flagged", "agent"),
        (0.95, "agent", "flagged", "customer"), (0.2, "customer", "none", "customer"), (0.05, "customer", "none", "agent"),
        (0.05, "agent", "fine", "agent"), (0.5, "agent", "fine", "customer"),
    ],
)  # fmt: skip
def test_the_surer_the_rhythm_the_more_it_takes_to_go_against_it(
    likely: float, expects: Role, draft: DraftWaiting, speaker: Role
) -> None:
    assert whose("明天到", expects, draft, lambda _text: likely) == speaker


@given(st.text())
def test_any_text_has_a_speaker(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert cleaned.encode().decode() == cleaned
    assert whose(cleaned, "customer", "none") in ("customer", "agent")
    assert all(said.text for said in split_dialogue(cleaned))
