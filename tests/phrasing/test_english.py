"""English words in a Chinese sentence are understood; a sentence in English stays what it is."""

from __future__ import annotations

import pytest
from fakes.reading import FakeReading

from copilot.conversation import Conversation
from copilot.phrasing import Phrasebook
from copilot.phrasing.english import MixedIn
from copilot.workspace import builtin_workspace

BOOK = Phrasebook(builtin_workspace())


@pytest.mark.parametrize(("text", "chinese"), [
    ("我的order还没到", "我的订单还没到"),
    ("怎么cancel这个booking", "怎么取消这个预订"),
    ("where is my order", "where is my order"),
    ("我用的是hx-10", "我用的是hx-10"),
])  # fmt: skip
def test_only_listed_words_in_a_chinese_sentence_are_put_into_chinese(text: str, chinese: str) -> None:
    assert MixedIn({"order": "订单", "cancel": "取消", "booking": "预订"}).in_chinese(text) == chinese


def test_a_mixed_sentence_is_answered_on_its_matter() -> None:
    found = BOOK.candidates(Conversation.from_customer("我的invoice抬头写错了"), FakeReading())[:3]  # type: ignore[arg-type]
    assert any("发票" in each.text or "抬头" in each.text for each in found)
