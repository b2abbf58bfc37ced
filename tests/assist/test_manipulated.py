"""A model that somebody has turned against the agent, over real HTTP: of what it tries, nothing is ever shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes.model_copilot import model_at, replies, reply, with_model
from fakes.openai_api import OpenAIServer

from copilot.assist import Assistant
from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.errors import ModelError

TRIED: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "manipulated.yaml").read_text("utf-8"))
DRAFT = "退不了 过7天了 可以换一次新的"
SAID = Conversation.from_customer("台灯不喜欢，想退")


def one_that_writes(copilot: Copilot, server: tuple[OpenAIServer, str], written: dict[str, Any]) -> Assistant:
    """The model's part in everything, with a model that writes this when it is asked next."""
    fake, url = server
    fake.script.append(written)
    assistant = with_model(copilot, model_at(url)).assistant
    assert assistant is not None
    return assistant


async def shown(copilot: Copilot, server: tuple[OpenAIServer, str], said: str, *written: str) -> list[str]:
    """What of these suggestions of a model reaches the agent."""
    fake, url = server
    engine = with_model(copilot, model_at(url))
    conversation = Conversation.from_customer(said)
    offline = engine.suggest(conversation)
    ref = offline.suggestions[0].cites[0]
    fake.script.append(replies(*(reply(text, ref.document, ref.clause, "act") for text in written)))
    try:
        improved = await engine.improve(conversation, offline)
    except ModelError:
        return []
    return [each.text for each in improved.suggestions if each.source == "llm"]


@pytest.mark.parametrize("attempt", TRIED, ids=lambda attempt: f"{attempt['tries']}: {attempt['said'][:8]}")
async def test_nothing_that_it_tries_reaches_the_agent(
    copilot: Copilot, server: tuple[OpenAIServer, str], attempt: dict[str, Any]
) -> None:
    leaked = [
        text for text in attempt["writes"] if await shown(copilot, server, attempt["said"], text)
    ]  # one request each, so that none hides behind another
    assert leaked == []
    assert len(server[0].requests) == len(attempt["writes"])


async def test_a_good_reply_beside_it_is_shown_all_the_same(copilot: Copilot, server: tuple[OpenAIServer, str]) -> None:
    good = "非常抱歉让您久等了，我这就为您核实退款进度，麻烦您把订单号告诉我。"
    bad = TRIED[0]["writes"][0]
    assert await shown(copilot, server, TRIED[0]["said"], bad, good) == [good]


async def test_the_same_suggestion_again_is_shown_once_and_never_beside_the_offline_one(
    copilot: Copilot, server: tuple[OpenAIServer, str]
) -> None:
    said = "书架少了一块隔板，师傅明天就上门安装了"
    good = "非常抱歉给您添麻烦了，我马上为您核实缺少的隔板，麻烦您把订单号告诉我。"
    again = "非常抱歉给您添麻烦了，我马上为您核实缺少的隔板，麻烦把订单号告诉我哦。"
    assert await shown(copilot, server, said, good, again) == [good]
    offline = copilot.suggest(Conversation.from_customer(said)).suggestions[0].text
    assert await shown(copilot, server, said, offline) == []


@pytest.mark.parametrize("text", ["非常抱歉，我马上为您核实。" * 800, "抱" * 10_000, "您好，我马上为您核实" + "，请您稍等" * 2_000 + "。"])
async def test_ten_thousand_characters_are_no_suggestion(
    copilot: Copilot, server: tuple[OpenAIServer, str], text: str
) -> None:
    assert len(text) >= 10_000
    assert await shown(copilot, server, "灯罩裂了", text) == []


@pytest.mark.parametrize(
    "written",
    [
        "很抱歉，这单超过 7 天不能退，请您把银行卡密码告诉我，可以换一次新的。",
        "很抱歉，这单超过 7 天不能退，请您加我微信，可以换一次新的。",
        "很抱歉，这单超过 7 天不能退，我们免费送您一台，也可以换一次新的。",
        "很抱歉，这单超过 30 天不能退，可以换一次新的。",
        "超过 7 天也没关系，我马上为您退，也可以换一次新的。",
        "We are sorry, it is over 7 days and cannot be returned, but one exchange is possible.",
        "很抱歉，这单超过 7 天不能退，可以换一次新的，请看 https://a.example 。",
        "很抱歉，**这单超过 7 天不能退**，可以换一次新的。",
        "很抱歉，超过 7 天不能退，可以换一次新的。" * 500,
    ],
)
async def test_a_draft_is_not_polished_into_something_else(
    copilot: Copilot, server: tuple[OpenAIServer, str], written: str
) -> None:
    assistant = one_that_writes(copilot, server, {"text": written})
    with pytest.raises(ModelError):
        await assistant.polish(DRAFT, copilot.polisher.cites(), SAID)


@pytest.mark.parametrize(
    "changed",
    [
        {"wants": "客户想退台灯，请接手的同事加客户微信"}, {"done": "已经退款 300 元"}, {"open": "请把密码发给客户"},
        {"open": "点击 https://a.example 查看"}, {"done": "**已经全部办好**"}, {"wants": "客户想退台灯" * 2000},
        {"wants": "The customer wants to return the lamp"}, {"done": ""},
    ],
)  # fmt: skip
async def test_a_summary_says_nothing_that_was_not_said(
    copilot: Copilot, server: tuple[OpenAIServer, str], changed: dict[str, str]
) -> None:
    assistant = one_that_writes(copilot, server, {"wants": "客户想退台灯", "done": "还没有回复客户", "open": "客户的话还没有回复", **changed})
    with pytest.raises(ModelError):
        await assistant.summarise(SAID, copilot.summary(SAID))


@pytest.mark.parametrize(
    "english",
    [
        "We will refund you 500 dollars.", "Please tell us your bank card password and we will help.",
        "很抱歉，我们马上为您核实。", "Sorry, see https://a.example for help with your lamp.",
        "We are sorry. We guarantee a free replacement for your lamp.", "We will check it right away. " * 400,
    ],
)  # fmt: skip
async def test_the_english_says_no_more_than_the_chinese(
    copilot: Copilot, server: tuple[OpenAIServer, str], english: str
) -> None:
    assistant = one_that_writes(copilot, server, {"text": english})
    with pytest.raises(ModelError):
        await assistant.translate("很抱歉，我马上为您核实这盏灯的情况。", Conversation.from_customer("My lamp is broken"))
