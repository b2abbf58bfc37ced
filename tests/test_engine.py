"""The engine as a whole: which procedure a conversation is in."""

from __future__ import annotations

import pytest

from copilot.conversation import Conversation, Turn
from copilot.engine import Copilot


def procedure_of(copilot: Copilot, *texts: str) -> str | None:
    """The procedure after these turns, which the customer begins."""
    turns = [Turn("customer" if place % 2 == 0 else "agent", text) for place, text in enumerate(texts)]
    conversation = Conversation.of(turns)
    progress = copilot.progress(conversation, copilot.read(conversation))
    return progress.procedure if progress else None


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("你好，请问几点下班",), None),
        (("快递十天没到，我要投诉！",), "complaint"),
        (("快递十天没到，我要投诉！", "非常抱歉，请告诉我单号。", "SF1234567890"), "complaint"),
        (("插座冒烟了，闻到烧焦味！",), "emergency"),
        (("插座冒烟了，闻到烧焦味！", "请先断电离开，拨打 119。", "好的，总闸已经拉下来了"), "emergency"),
        (("插座冒烟了！", "请先断电离开，拨打 119。", "消防来看过了没事了，太谢谢你了"), None),
    ],
)
def test_a_conversation_is_in_the_procedure_that_it_needs(
    copilot: Copilot, texts: tuple[str, ...], expected: str | None
) -> None:
    assert procedure_of(copilot, *texts) == expected
