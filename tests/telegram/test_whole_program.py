"""`copilot run` as a process against a Bot API server: an angry delivery complaint up to confirmed satisfaction."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes.bot_api import FakeBotApi
from fakes.console import RunningCopilot, running_copilot
from fakes.telegram_chat import Chat, StoredMessage

FIRST_ANSWER_S = 60.0  # the first draft of a fresh process may learn the two voices


@pytest.fixture
def home(built_home: Path, tmp_path: Path) -> Path:
    """A home of its own with a built index and an empty database."""
    return Path(shutil.copytree(built_home, tmp_path / "home"))


@contextmanager
def program(home: Path, api: FakeBotApi) -> Iterator[RunningCopilot]:
    settings = {"TELEGRAM_BOT_TOKEN": api.token, "COPILOT_TELEGRAM_API": api.url, "COPILOT_TELEGRAM_USERS": "@xiaolin"}
    with running_copilot(home, **settings) as running:
        yield running
    assert api.token not in "\n".join(running.said)


class Agent:
    """An agent at work in the chat. `card` is the message that shows the customer message in hand."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self.card = StoredMessage(0, "")

    async def customer_writes(self, text: str) -> str:
        """Forward the customer's words; the card that comes back begins a message of its own."""
        self._chat.forward(text)
        self.card = await self._chat.next_message(FIRST_ANSWER_S)
        return self.card.text

    async def drafts(self, text: str) -> str:
        """Type a draft; the verdict stands in the place of the customer message's card."""
        self._chat.send(text)
        return await self._card_edited()

    async def presses(self, label: str) -> str:
        self._chat.press(label)
        return await self._card_edited()

    async def asks(self, command: str) -> str:
        self._chat.send(command)
        return (await self._chat.next_message()).text

    async def replies(self, text: str) -> str:
        """Draft, see it pass, send it."""
        assert "可以发送" in await self.drafts(text)
        return await self.presses("已发")

    async def _card_edited(self) -> str:
        while (edit := await self._chat.message_edited(FIRST_ANSWER_S)).message_id != self.card.message_id:
            pass
        return edit.text


async def test_an_angry_delivery_complaint_ends_in_confirmed_satisfaction(
    home: Path, api: FakeBotApi, chat: Chat
) -> None:
    agent = Agent(chat)
    with program(home, api) as running:
        first = await agent.customer_writes("等了五天快递还没到，客服电话没人接，你们太不负责任了，我要投诉！")
        assert "生气" in first
        assert "投诉 第1/6步" in first
        assert chat.copy("复制 1") in first
        assert first.count("依据") >= 2

        assert re.search("先别发送|建议修改", await agent.drafts("这个不归我管，您自己问快递公司去。"))
        assert "协议" in chat.messages[agent.card.message_id].text
        await agent.replies("非常抱歉让您等了这么久，换作是我也会着急，这件事由我来跟进。")

        await agent.customer_writes("那你先帮我查查，到底卡在哪了")
        await agent.replies("请您告诉我订单号和收货人电话的后四位，我登记后马上去查。")
        await agent.customer_writes("订单尾号是8821，电话后四位3306")
        await agent.replies("我记下了，订单尾号8821，电话后四位3306。查到包裹停在城南网点，是分拣时漏了件。")
        running.kill()  # a crash in the middle of the case

    with program(home, api):
        assert "投诉" in await agent.customer_writes("那现在打算怎么办？")
        await agent.replies("我建议请城南网点今晚安排专人补送，您看这样可以吗？")
        assert "第5/6步" in await agent.customer_writes("可以，就按你说的办吧")
        await agent.replies("好的，我已经通知城南网点今晚补送，并登记了催派。")
        await agent.customer_writes("拿到了，东西没坏")
        await agent.replies("太好了，请问这次的处理您还满意吗？")
        assert "各步已完成" in await agent.customer_writes("挺满意的，谢谢你")

        assert "已完成" in await agent.asks("/guide")
        record = await agent.asks("/record")
        assert "满意" in record
        assert "8821" in record
    assert len({message.message_id for message in chat.sent}) == len(chat.sent) == 9


async def test_the_code_that_the_program_prints_lets_a_newcomer_in(home: Path, api: FakeBotApi, stranger: Chat) -> None:
    with program(home, api) as running:
        stranger.send("/start")
        assert "一次性口令" in (await stranger.next_message()).text
        stranger.send(running.wait_for("一次性口令 ([0-9]{8})").group(1))
        assert "已为您开通" in (await stranger.next_message()).text
        assert "客服助手" in (await stranger.next_message()).text
