"""The desk and its database behind the bot: a complaint from its first message to the record, with a crash inside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from fakes.bot_api import FakeBotApi
from fakes.plain_copilot import PlainCopilot
from fakes.telegram_chat import Chat, StoredMessage

from copilot.desk import Desk
from copilot.settings import Settings
from copilot.store import Store
from copilot.telegram import TelegramBot

Start = Callable[[], Awaitable[TelegramBot]]


@pytest.fixture
async def start(api: FakeBotApi, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a bot with a desk and a database connection of its own, as a new process would."""
    async with AsyncExitStack() as stack:

        async def start_one() -> TelegramBot:
            store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'copilot.db'}")
            stack.push_async_callback(store.close)
            settings = Settings(telegram_bot_token=api.token, telegram_api=api.url, telegram_users=("4711",))
            desk = Desk(PlainCopilot(), store, customer_voice=lambda _text: 0.5)  # type: ignore[arg-type]
            bot = TelegramBot(settings, desk, store)
            stack.push_async_callback(bot.stop)
            await bot.start()
            return bot

        yield start_one


async def test_a_complaint_is_one_card_per_customer_message_edited_in_place(start: Start, chat: Chat) -> None:
    await start()
    chat.forward("快递三天没动，我很生气！")
    card = await chat.next_message()
    assert "生气" in card.text
    assert "投诉 第1/6步" in card.text

    suggestion = chat.copy("复制 1")
    assert suggestion in card.text
    chat.press("已发①")
    assert "已记为您的回复" in (await chat.message_edited()).text

    chat.forward("光道歉有什么用，我还是生气")
    second = await chat.next_message()
    assert "第2/6步" in second.text
    chat.send("这个我不知道")
    assert "建议修改" in (await edit_of(chat, second.message_id)).text
    assert chat.copy("一键改写") == "这个我我为您核实"
    chat.press("已发")
    assert "已记为您的回复" in (await edit_of(chat, second.message_id)).text
    assert len(chat.sent) == 2

    chat.send("/record")
    assert "服务内容：光道歉有什么用" in (await chat.next_message()).text


async def test_after_a_restart_the_agent_continues_in_the_same_card(start: Start, chat: Chat) -> None:
    bot = await start()
    chat.forward("快递三天没动，我很生气！")
    card = await chat.next_message()
    await bot.stop()
    await start()
    chat.press("已发①")
    assert "已记为您的回复" in (await edit_of(chat, card.message_id)).text


async def test_a_message_saved_but_not_confirmed_counts_once(start: Start, chat: Chat, api: FakeBotApi) -> None:
    bot = await start()
    chat.forward("快递三天没动，我很生气！")
    first = await chat.next_message()
    update = api.updates_pushed[-1]
    await bot.stop()
    api.redeliver(update)
    await start()
    again = await chat.next_message()  # it may be that the first was never seen
    assert again.text == first.text
    chat.forward("还没到，生气")
    assert "第1/6步" in (await chat.next_message()).text
    chat.send("/record")
    await chat.next_message()


async def test_a_newcomer_with_the_code_stays_in_after_a_restart(start: Start, stranger: Chat) -> None:
    bot = await start()
    assert bot.code is not None
    stranger.send(bot.code)
    assert "已为您开通" in (await stranger.next_message()).text
    await stranger.next_message()
    await bot.stop()
    await start()
    stranger.send("/help")
    assert "怎么用" in (await stranger.next_message()).text


async def edit_of(chat: Chat, message_id: int) -> StoredMessage:
    """The next edit of this message; edits of others (buttons taken off older cards) pass by."""
    while True:
        edit = await chat.message_edited()
        if edit.message_id == message_id:
            return edit
