"""误报 in the chat, with the real desk: one tap on the card, and the draft can be copied from the same message."""

from __future__ import annotations

from pathlib import Path

from fakes.bot_api import FakeBotApi
from fakes.plain_copilot import PlainCopilot
from fakes.telegram_chat import Chat

from copilot.desk import Desk
from copilot.settings import Settings
from copilot.store import Store
from copilot.telegram import TelegramBot


async def test_a_warning_is_disputed_with_one_tap_and_the_same_message_offers_the_draft(
    api: FakeBotApi, chat: Chat, tmp_path: Path
) -> None:
    store = await Store.open(f"sqlite:///{tmp_path / 'desk.db'}")
    desk = Desk(PlainCopilot(), store, customer_voice=lambda _text: 0.5)  # type: ignore[arg-type]
    settings = Settings(telegram_bot_token=api.token, telegram_api=api.url, telegram_users=("@xiaolin",))
    bot = TelegramBot(settings, desk, store, mask=lambda text: text)
    await bot.start()
    try:
        chat.forward("快递呢")
        card = await chat.next_message()
        chat.send("<b>我不知道</b>啊")
        warned = await chat.message_edited()
        assert warned.message_id == card.message_id
        chat.press("误报")
        disputed = await chat.message_edited()
        assert disputed.message_id == card.message_id
        assert disputed.text == "☑️ 已记为误报，可以发送\n<b>我不知道</b>啊"
        assert chat.copy("复制") == "<b>我不知道</b>啊"
        chat.press("已发")
        assert "已记为您的回复" in (await chat.message_edited()).text
        async with store.unit_of_work() as work:
            assert [each.quote for each in await work.disputes("open")] == ["不知道"]
    finally:
        await bot.stop()
        await store.close()
