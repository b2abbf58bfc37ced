"""Reminders in the chat, with the real desk and database: told once, in time, whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.bot_api import FakeBotApi
from fakes.plain_copilot import PlainCopilot
from fakes.telegram_chat import Chat

from copilot.desk import Desk, Duty
from copilot.settings import Settings
from copilot.store import Store
from copilot.telegram import TelegramBot

SUPERVISOR, SECOND = 900, 901


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


class DyingStore(Store):
    """A database whose process dies when it would keep where a reminder stands."""

    dying = False

    async def set_counter(self, name: str, value: int) -> None:
        if self.dying and not name.endswith(":turn"):
            raise asyncio.CancelledError
        await super().set_counter(name, value)


Start = Callable[[], Awaitable[TelegramBot]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stores() -> list[DyingStore]:
    return []


@pytest.fixture
async def start(api: FakeBotApi, tmp_path: Path, clock: Clock, stores: list[DyingStore]) -> AsyncIterator[Start]:
    """Starts a bot with a desk and a database connection of its own, as a new process would."""
    async with AsyncExitStack() as stack:

        async def start_one() -> TelegramBot:
            store = await DyingStore.open(f"sqlite+aiosqlite:///{tmp_path / 'copilot.db'}")
            assert isinstance(store, DyingStore)
            stores.append(store)
            stack.push_async_callback(store.close)
            settings = Settings(
                telegram_bot_token=api.token, telegram_api=api.url, telegram_users=("4711",),
                supervisor_chat=(str(SUPERVISOR), str(SECOND)),
            )  # fmt: skip
            desk = Desk(
                PlainCopilot(), store, clock, customer_voice=lambda _text: 0.5,  # type: ignore[arg-type]
                duty=Duty.of_chats(settings.supervisor_chat, 5),
            )  # fmt: skip
            bot = TelegramBot(settings, desk, store)
            stack.push_async_callback(bot.stop)
            await bot.start()
            return bot

        yield start_one


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 — what is waited for happens in the thread of the fake server
            await asyncio.sleep(0.05)


async def test_the_nudge_is_an_edit_and_the_alert_a_message_and_each_comes_once(
    start: Start, chat: Chat, clock: Clock
) -> None:
    await start()
    chat.forward("快递到哪了")
    card = await chat.next_message()
    clock.later(seconds=20)
    nudged = await chat.message_edited()
    assert nudged.message_id == card.message_id
    assert "客户已等 20 秒" in nudged.text
    clock.later(seconds=10)
    alert = await chat.next_message()
    await until(lambda: "还没有回复" in chat.messages[alert.message_id].text)
    clock.later(minutes=10)
    await asyncio.sleep(1.5)
    assert len(chat.sent) == 2
    chat.press("已经回复了")
    await until(lambda: "已回复" in chat.messages[alert.message_id].text)


async def test_a_reminder_that_became_due_while_the_program_was_off_comes_at_its_start(
    start: Start, chat: Chat, clock: Clock
) -> None:
    bot = await start()
    chat.forward("快递到哪了")
    await chat.next_message()
    await bot.stop()
    clock.later(minutes=2)
    await start()
    alert = await chat.next_message()
    await until(lambda: "客户已等 2 分钟" in chat.messages[alert.message_id].text)


async def test_dying_between_sending_and_keeping_where_it_stands_says_what_matters_once(
    start: Start, chat: Chat, clock: Clock, stores: list[DyingStore]
) -> None:
    bot = await start()
    chat.forward("快递到哪了")
    await chat.next_message()
    stores[0].dying = True
    clock.later(seconds=31)
    await chat.next_message()  # the word that opens the reminder; the process dies before it knows its number
    await bot.stop()
    clock.later(seconds=30)
    await start()
    await until(lambda: sum("还没有回复" in each.text for each in chat.messages.values()) == 1)
    clock.later(minutes=5)
    await asyncio.sleep(1.5)
    assert sum("还没有回复" in each.text for each in chat.messages.values()) == 1


async def test_an_emergency_reaches_the_supervisor_who_takes_over_and_the_agent_is_told(
    start: Start, chat: Chat, api: FakeBotApi
) -> None:
    supervisor = api.chat(SUPERVISOR, username="zhuguan")
    supervisor.started = True
    await start()
    chat.forward("家里一股燃气味，我电话13800138000")
    alert = await supervisor.next_message()
    await until(lambda: "我来接手" in supervisor.messages[alert.message_id].labels)
    assert "13800138000" not in supervisor.messages[alert.message_id].text
    supervisor.press("我来接手")
    await until(lambda: "您已接手" in supervisor.messages[alert.message_id].text)
    await until(lambda: any("主管已接手" in each.text for each in chat.messages.values()))


async def test_without_an_answer_the_next_in_line_is_alerted_and_the_first_may_not_take_it_twice(
    start: Start, chat: Chat, api: FakeBotApi, clock: Clock
) -> None:
    first, second = api.chat(SUPERVISOR), api.chat(SECOND)
    first.started = second.started = True
    await start()
    chat.forward("家里一股燃气味")
    alert = await first.next_message()
    await until(lambda: bool(first.messages[alert.message_id].labels))
    clock.later(minutes=4)
    await asyncio.sleep(1.2)
    assert second.sent == []
    clock.later(minutes=1)
    other = await second.next_message()
    await until(lambda: bool(second.messages[other.message_id].labels))
    second.press("我来接手")
    await until(lambda: "您已接手" in second.messages[other.message_id].text)
    first.press("我来接手")
    await until(lambda: any("已有同事接手" in str(call.parameters) for call in api.calls))
    assert len(first.sent) == 1


async def test_a_supervisor_who_cannot_be_reached_is_passed_over_at_once(
    start: Start, chat: Chat, api: FakeBotApi
) -> None:
    first, second = api.chat(SUPERVISOR), api.chat(SECOND)
    first.started = second.started = True
    first.blocked = True
    await start()
    chat.forward("家里一股燃气味")
    alert = await second.next_message()
    await until(lambda: "紧急情况" in second.messages[alert.message_id].text)


async def test_the_supervisors_chat_may_take_over_but_nothing_else(start: Start, chat: Chat, api: FakeBotApi) -> None:
    supervisor = api.chat(SUPERVISOR)
    supervisor.started = True
    await start()
    chat.forward("家里一股燃气味")
    alert = await supervisor.next_message()
    await until(lambda: bool(supervisor.messages[alert.message_id].labels))
    supervisor.send("快递到哪了")
    refusal = await supervisor.next_message()
    assert "登记过的客服" in refusal.text
