"""A Bot API server, a see-through desk and the real bot between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from fakes.bot_api import FakeBotApi
from fakes.telegram_chat import Chat
from fakes.telegram_desk import MemoryStore, RecordingDesk

from copilot.settings import Settings
from copilot.telegram import TelegramBot

AGENT_ID = 4711
CODE = "12345678"

StartBot = Callable[[], Awaitable[TelegramBot]]


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as server:
        yield server


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def chat(api: FakeBotApi) -> Chat:
    """An agent who may use the bot."""
    return api.chat(AGENT_ID, username="xiaolin")


@pytest.fixture
def stranger(api: FakeBotApi) -> Chat:
    return api.chat(666, username="nobody", name="路人")


@pytest.fixture
async def start_bot(api: FakeBotApi, desk: RecordingDesk, store: MemoryStore) -> AsyncIterator[StartBot]:
    """Starts one more bot with the fixture's desk and store; all are stopped at the end."""
    bots: list[TelegramBot] = []

    async def start() -> TelegramBot:
        settings = Settings(telegram_bot_token=api.token, telegram_api=api.url, telegram_users=(str(AGENT_ID),))
        bot = TelegramBot(settings, desk, store, mask=lambda text: text.replace("13800138000", "[电话]"), code=CODE)
        bots.append(bot)
        await bot.start()
        return bot

    yield start
    for bot in bots:
        await bot.stop()


@pytest.fixture
async def bot(start_bot: StartBot) -> TelegramBot:
    return await start_bot()
