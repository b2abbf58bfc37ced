"""The bot's life: start, announcements, tokens, stop."""

from __future__ import annotations

import pytest
from fakes.bot_api import FakeBotApi
from fakes.telegram_desk import MemoryStore, RecordingDesk

from copilot.errors import CopilotError, SettingsError
from copilot.settings import Settings
from copilot.telegram import TelegramBot, check_token
from copilot.telegram.texts import COMMAND_NAMES

pytestmark = pytest.mark.usefixtures("bot")


async def test_commands_are_published_with_chinese_descriptions(api: FakeBotApi) -> None:
    await api.call("setMyCommands")
    assert {command["command"] for command in api.commands} == COMMAND_NAMES
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in command["description"]) for command in api.commands)


async def test_a_wrong_token_is_said_in_plain_words(
    api: FakeBotApi, desk: RecordingDesk, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "99:" + "x" * 35
    settings = Settings(telegram_bot_token=wrong, telegram_api=api.url)
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN") as caught:
        await TelegramBot(settings, desk, store).start()
    assert wrong not in str(caught.value) + caplog.text
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        await check_token(settings)


async def test_an_unreachable_server_is_said_in_plain_words(desk: RecordingDesk, store: MemoryStore) -> None:
    settings = Settings(telegram_bot_token="1:" + "x" * 35, telegram_api="http://127.0.0.1:9")
    with pytest.raises(CopilotError, match="连不上 Telegram"):
        await TelegramBot(settings, desk, store).start()


async def test_no_bot_is_made_without_a_token(desk: RecordingDesk, store: MemoryStore) -> None:
    with pytest.raises(SettingsError, match="BotFather"):
        TelegramBot(Settings(), desk, store)


async def test_checking_a_good_token_names_the_bot(api: FakeBotApi) -> None:
    assert await check_token(Settings(telegram_bot_token=api.token, telegram_api=api.url)) == "copilot_test_bot"


async def test_the_start_announces_link_and_code_and_each_start_has_another_code(
    api: FakeBotApi, desk: RecordingDesk, store: MemoryStore, bot: TelegramBot
) -> None:
    await bot.stop()
    lines: list[str] = []
    settings = Settings(telegram_bot_token=api.token, telegram_api=api.url + "/")
    for _ in range(2):
        async with TelegramBot(settings, desk, store, announce=lines.append):
            pass
    assert "https://t.me/copilot_test_bot" in lines[0]
    assert "一次性口令" in lines[1]
    assert lines[1] != lines[3]


async def test_stopping_twice_and_without_a_start_is_harmless(
    api: FakeBotApi, desk: RecordingDesk, store: MemoryStore, bot: TelegramBot
) -> None:
    await bot.stop()
    await bot.stop()
    await TelegramBot(Settings(telegram_bot_token=api.token, telegram_api=api.url), desk, store).stop()
