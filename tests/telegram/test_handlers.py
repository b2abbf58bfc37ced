"""What reaches the desk and who is let in: the bot against a Bot API server over real HTTP."""

from __future__ import annotations

import pytest
from fakes.bot_api import FakeBotApi
from fakes.telegram_chat import Chat
from fakes.telegram_desk import MemoryStore, RecordingDesk

from copilot.desk.events import CommandGiven, TextWritten

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_command_reaches_the_desk_with_its_argument(chat: Chat, desk: RecordingDesk) -> None:
    update_id = chat.send("/ask@copilot_test_bot 七天无理由\n怎么算")
    message = await chat.next_message()
    assert desk.events == [("tg:4711", CommandGiven("ask", "七天无理由\n怎么算", f"tg:{update_id}"))]
    assert message.text == "命令 ask：七天无理由\n怎么算"


async def test_the_help_card_explains_the_button_that_only_telegram_has(chat: Chat, desk: RecordingDesk) -> None:
    chat.send("/help")
    assert "已发" in (await chat.next_message()).text


async def test_plain_text_and_forwarded_text_are_told_apart(chat: Chat, desk: RecordingDesk) -> None:
    first, second = chat.send("您好，马上为您查。"), chat.forward("/start 我的快递呢")
    await chat.next_message()
    await chat.next_message()
    assert [event for _, event in desk.events] == [
        TextWritten("您好，马上为您查。", key=f"tg:{first}"),
        TextWritten("/start 我的快递呢", forwarded=True, key=f"tg:{second}"),
    ]


async def test_the_words_below_a_picture_are_read(chat: Chat, desk: RecordingDesk) -> None:
    chat.send_photo("杯子碎了")
    assert (await chat.next_message()).text == "草稿：杯子碎了"


async def test_a_picture_without_words_is_declined_politely(chat: Chat, desk: RecordingDesk) -> None:
    chat.send_photo()
    assert "只能读文字" in (await chat.next_message()).text
    assert desk.events == []


async def test_an_unknown_command_gets_the_list_of_commands(chat: Chat, desk: RecordingDesk) -> None:
    chat.send("/refund")
    assert "/practice" in (await chat.next_message()).text
    assert desk.events == []


@pytest.mark.parametrize("data", ["", "x", "drop table", "abcd:" + "好" * 30])
async def test_forged_button_data_never_reaches_the_desk(
    chat: Chat, desk: RecordingDesk, api: FakeBotApi, data: str
) -> None:
    chat.send("您好")
    card = await chat.next_message()
    chat.press_data(data, card)
    await api.wait_for(lambda: api.answered_queries or None, "answer to the tap")
    assert "失效" in api.answered_queries[0]["text"]
    assert len(desk.events) == 1


async def test_a_stranger_gets_one_polite_sentence_and_then_silence(
    stranger: Chat, desk: RecordingDesk, api: FakeBotApi
) -> None:
    stranger.send("您好")
    assert "一次性口令" in (await stranger.next_message()).text
    await api.confirmed(stranger.send("在吗"))
    await api.confirmed(stranger.send("/ask 退款"))
    await api.confirmed(stranger.press_data("abcd:rewrite:k1", stranger.last))
    assert (len(stranger.sent), desk.events) == (1, [])


async def test_the_code_opens_the_bot_and_shows_the_start_card(
    stranger: Chat, desk: RecordingDesk, store: MemoryStore
) -> None:
    stranger.send("/start 12345678")
    assert (await stranger.next_message()).text == "口令正确，已为您开通。"
    assert (await stranger.next_message()).text.startswith("命令 start")
    assert list(store.allowed) == [666]
    assert [type(event) for _, event in desk.events] == [CommandGiven]


async def test_a_group_is_told_once_and_then_ignored(api: FakeBotApi, chat: Chat, desk: RecordingDesk) -> None:
    group = api.chat(900, kind="group")
    group.send("/start")
    assert "私聊" in (await group.next_message()).text
    group.send("随便聊聊")
    await api.confirmed(group.send("/start"))
    assert (len(group.sent), desk.events) == (1, [])
