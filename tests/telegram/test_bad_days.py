"""Nothing is lost and nothing is hidden on bad days: crashes, floods, broken answers, blocked bots."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable

import pytest
from fakes.bot_api import BadDay, FakeBotApi
from fakes.telegram_chat import Chat
from fakes.telegram_desk import MemoryStore, RecordingDesk

from copilot.desk.cards import Card, Reply
from copilot.desk.events import Event
from copilot.errors import StoreError
from copilot.telegram import TelegramBot

pytestmark = pytest.mark.usefixtures("bot")
StartBot = Callable[[], Awaitable[TelegramBot]]


async def test_an_update_is_confirmed_only_after_the_desk_has_saved_it(
    chat: Chat, desk: RecordingDesk, api: FakeBotApi
) -> None:
    desk.hold = asyncio.Event()
    await api.call("getUpdates")
    update_id = chat.send("您好")
    with pytest.raises(AssertionError, match="no call number 2"):
        await api.call("getUpdates", 2, deadline_s=0.4)
    assert [update["update_id"] for update in api.pending()] == [update_id]
    desk.hold.set()
    await api.confirmed(update_id)
    assert len(desk.events) == 1


async def test_an_update_that_failed_is_confirmed_too_for_the_agent_was_told(
    chat: Chat, desk: RecordingDesk, api: FakeBotApi
) -> None:
    def answer(event: Event) -> tuple[Card, ...]:
        raise RuntimeError("no")

    desk.answer = answer
    await api.confirmed(chat.send("您好"))


async def test_a_redelivered_update_counts_once_and_is_answered(
    chat: Chat, desk: RecordingDesk, api: FakeBotApi, start_bot: StartBot, bot: TelegramBot
) -> None:
    chat.send("您好")
    await chat.next_message()
    (update,) = [entry for entry in api.updates_pushed if "message" in entry]
    await bot.stop()
    api.redeliver(update)
    await start_bot()
    assert "没有重复计入" in (await chat.next_message()).text
    assert len(desk.events) == 1


async def test_a_redelivered_message_whose_card_was_never_sent_gets_it_below(
    chat: Chat, desk: RecordingDesk, api: FakeBotApi
) -> None:
    chat.send("您好")
    first = await chat.next_message()
    desk.handle = _duplicate  # type: ignore[method-assign]
    chat.send("再来一次")
    assert (await chat.next_message()).message_id > first.message_id


async def _duplicate(agent: str, event: Event) -> Reply:
    return Reply((Card("turn", "当前的卡片"),), duplicate=True)


async def test_messages_of_one_chat_are_worked_on_in_order(chat: Chat, desk: RecordingDesk) -> None:
    for number in range(12):
        chat.send(f"第{number}句")
    texts = [(await chat.next_message()).text for _ in range(12)]
    assert texts == [f"草稿：第{number}句" for number in range(12)]


async def test_a_slow_chat_does_not_hold_up_another(chat: Chat, api: FakeBotApi, store: MemoryStore) -> None:
    store.allowed[4712] = ""
    other = api.chat(4712)
    answer = threading.Event()
    api.script("sendMessage", BadDay(until=answer))
    chat.send("慢")
    await api.call("sendMessage")
    other.send("快")
    await other.next_message()
    assert chat.sent == []
    answer.set()
    await chat.next_message()


@pytest.mark.parametrize(
    "bad_day",
    [BadDay(502), BadDay(malformed=True), BadDay(429, retry_after_s=1)],
    ids=["bad gateway", "malformed answer", "flood"],
)
async def test_a_bad_answer_is_survived(chat: Chat, api: FakeBotApi, bad_day: BadDay) -> None:
    api.script("sendMessage", bad_day)
    chat.send("您好")
    assert (await chat.next_message()).text == "草稿：您好"


async def test_a_message_whose_answer_was_lost_comes_twice_rather_than_not_at_all(chat: Chat, api: FakeBotApi) -> None:
    api.script("sendMessage", BadDay(502, carried_out=True))
    chat.send("您好")
    assert [(await chat.next_message()).text for _ in range(2)] == ["草稿：您好"] * 2


async def test_polling_survives_bad_days(chat: Chat, api: FakeBotApi) -> None:
    api.script("getUpdates", BadDay(502), BadDay(malformed=True), BadDay(429, retry_after_s=1))
    chat.send("您好")
    assert (await chat.next_message()).text == "草稿：您好"


async def test_a_flood_limit_delays_but_loses_nothing(chat: Chat, api: FakeBotApi) -> None:
    api.flood = (3, 1.0)
    for number in range(5):
        chat.send(f"第{number}句")
    assert [(await chat.next_message()).text for _ in range(5)] == [f"草稿：第{number}句" for number in range(5)]


async def test_a_user_who_blocked_the_bot_is_no_error(
    chat: Chat, api: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    chat.blocked = True
    chat.send("您好")
    await api.call("sendMessage")
    other = api.chat(4711)
    other.blocked = False
    other.send("我回来了")
    await other.next_message()
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_failure_is_told_with_the_reference_that_stands_in_the_log(
    chat: Chat, desk: RecordingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(event: Event) -> tuple[Card, ...]:
        raise RuntimeError("cannot read 13800138000")

    desk.answer = answer
    chat.send("我的电话13800138000")
    told = (await chat.next_message()).text
    assert told.startswith("抱歉")
    reference = told.split("编号 ")[1][:6]
    assert reference in caplog.text
    assert "RuntimeError: cannot read [电话]" in caplog.text
    assert "13800138000" not in caplog.text


async def test_our_own_errors_are_told_in_their_own_words(chat: Chat, desk: RecordingDesk) -> None:
    def answer(event: Event) -> tuple[Card, ...]:
        raise StoreError("数据库暂时无法读写，这一步没有保存。")

    desk.answer = answer
    chat.send("您好")
    assert (await chat.next_message()).text.startswith("数据库暂时无法读写")


async def test_a_failed_tap_stops_its_spinner(chat: Chat, desk: RecordingDesk, api: FakeBotApi) -> None:
    chat.send("您好")
    await chat.next_message()

    def answer(event: Event) -> tuple[Card, ...]:
        raise RuntimeError("no")

    desk.answer = answer
    chat.press("一键改写")
    assert "编号" in (await chat.next_message()).text
    assert len(api.answered_queries) == 1


async def test_what_was_saved_but_not_shown_need_not_be_sent_again(chat: Chat, api: FakeBotApi) -> None:
    api.script("sendMessage", BadDay(400, "Bad Request: something new"))
    chat.send("您好")
    assert "不用重发" in (await chat.next_message()).text


async def test_logs_hold_neither_the_token_nor_the_customers_words(
    chat: Chat, api: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("elsewhere").warning("url %s/bot%s/getMe", api.url, api.token)
    api.script("sendMessage", BadDay(502))
    chat.forward("我家住在幸福路八号")
    await chat.next_message()
    assert "******" in caplog.text
    assert api.token not in caplog.text
    assert "幸福路" not in caplog.text
