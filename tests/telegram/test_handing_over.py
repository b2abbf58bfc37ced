"""A case goes from one agent's chat to another's, with the real desk and database behind the bot."""

from __future__ import annotations

from pathlib import Path

from fakes.bot_api import FakeBotApi
from fakes.plain_copilot import PlainCopilot
from fakes.telegram_chat import Chat

from copilot.desk import Desk
from copilot.settings import Settings
from copilot.store import Store
from copilot.telegram import TelegramBot

COMPLAINT = "我很生气，快递三天没动了，电话13800138000"


async def _said(api: FakeBotApi, chat: Chat, words: str) -> str:
    """The text of the message in the chat that says these words, waited for."""
    return await api.wait_for(
        lambda: next((each.text for each in chat.messages.values() if words in each.text), None), words
    )


async def test_a_colleague_takes_a_case_over_in_their_own_chat_and_goes_on(
    api: FakeBotApi, chat: Chat, tmp_path: Path
) -> None:
    zhao = api.chat(4712)
    store = await Store.open(f"sqlite:///{tmp_path / 'team.db'}")
    desk = Desk(PlainCopilot(), store, customer_voice=lambda _text: 0.5)  # type: ignore[arg-type]
    settings = Settings(telegram_bot_token=api.token, telegram_api=api.url, telegram_users=("4711", "4712"))  # type: ignore[arg-type]
    async with TelegramBot(settings, desk, store):
        zhao.send("/start")
        await zhao.next_message()
        chat.forward(COMPLAINT)
        await chat.next_message()
        chat.send("/handover 客户只接受退款")
        await _said(api, chat, "转给谁")
        chat.press("用户 4712")
        await _said(api, chat, "等对方确认")
        offer = await _said(api, zhao, "想请您接手一位客户")
        assert "客户只接受退款" in offer
        assert "13800138000" not in offer
        zhao.press("接手")
        await _said(api, zhao, "您已接手这位客户")
        assert "投诉" in await _said(api, zhao, "第1/6步")
        await _said(api, chat, "已接手这位客户，您可以接待下一位了")
        zhao.forward("订单是 A1")
        await _said(api, zhao, "第2次为您核实")  # the second message of the same case
    assert [turn.text for turn in (await desk.conversation("tg:4712")).turns] == [COMPLAINT, "订单是 A1"]
    assert (await desk.conversation("tg:4711")).turns == ()
    await store.close()
