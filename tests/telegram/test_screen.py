"""Where cards stand in the chat: one message per card, edited in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from fakes.bot_api import FakeBotApi
from fakes.telegram_chat import Chat
from fakes.telegram_desk import MemoryStore, RecordingDesk

from copilot.desk.cards import Attachment, Button, Card, Line
from copilot.desk.events import Event, Pressed, TextWritten
from copilot.telegram import TelegramBot
from copilot.telegram.keyboard import slot_key

pytestmark = pytest.mark.usefixtures("bot")
StartBot = Callable[[], Awaitable[TelegramBot]]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 30


async def test_a_tap_edits_the_card_in_place(chat: Chat, desk: RecordingDesk, api: FakeBotApi) -> None:
    chat.send("您好")
    card = await chat.next_message()
    update_id = chat.press("一键改写")
    edit = await chat.message_edited()
    assert (edit.message_id, edit.text) == (card.message_id, "按了 rewrite:k1")
    assert desk.events[-1] == ("tg:4711", Pressed("rewrite:k1", f"tg:{update_id}"))
    assert len(chat.sent) == 1
    assert len(api.answered_queries) == 1


async def test_the_next_customer_message_begins_below_and_the_older_card_loses_its_buttons(chat: Chat) -> None:
    chat.forward("到哪了")
    first = await chat.next_message()
    chat.forward("还没到")
    second = await chat.next_message()
    chat.press("一键改写")
    edit = await chat.message_edited()  # the buttons of the first
    edit = await chat.message_edited() if edit.message_id == first.message_id else edit
    assert edit.message_id == second.message_id
    assert chat.messages[first.message_id].labels == []
    assert chat.messages[first.message_id].text == first.text


async def test_an_unchanged_card_costs_no_call(chat: Chat, desk: RecordingDesk, api: FakeBotApi) -> None:
    desk.answer = lambda event: (Card("turn", "同样的卡片", buttons=((Button("好", "ok:k1"),),)),)
    chat.send("您好")
    await chat.next_message()
    chat.press("好")
    await api.call("answerCallbackQuery")
    chat.send("再来")
    await api.confirmed(chat.send("第三次"))
    assert api.calls_of("editMessageText") == []
    assert len(chat.sent) == 1


async def test_not_modified_counts_as_done(
    chat: Chat, desk: RecordingDesk, start_bot: StartBot, bot: TelegramBot
) -> None:
    desk.answer = lambda event: (Card("turn", "同样的卡片", buttons=((Button("好", "ok:k1"),),)),)
    chat.send("您好")
    await chat.next_message()
    await bot.stop()
    await start_bot()  # it has forgotten how the card looks, so it edits, and is refused
    chat.press("好")
    desk.answer = lambda event: (Card("guide", "六步", fresh=True),)
    chat.send("/guide")
    assert (await chat.next_message()).text == "六步"


async def test_after_a_restart_the_card_is_still_edited_in_place(
    chat: Chat, desk: RecordingDesk, start_bot: StartBot, bot: TelegramBot
) -> None:
    chat.send("您好")
    card = await chat.next_message()
    await bot.stop()
    await start_bot()
    desk.answer = lambda event: (Card("turn", "检查过的草稿"),)
    chat.send("请您稍等")
    assert (await chat.message_edited()).message_id == card.message_id


async def test_a_tap_finds_its_card_even_when_the_store_forgot_it(
    chat: Chat, desk: RecordingDesk, store: MemoryStore, start_bot: StartBot, bot: TelegramBot
) -> None:
    chat.send("您好")
    card = await chat.next_message()
    await bot.stop()
    store.counters.clear()
    await start_bot()
    chat.press("一键改写")
    assert (await chat.message_edited()).message_id == card.message_id


async def test_a_card_that_was_deleted_is_sent_anew(chat: Chat) -> None:
    chat.send("您好")
    card = await chat.next_message()
    chat.press("一键改写")
    chat.messages.pop(card.message_id)
    assert (await chat.next_message()).text == "按了 rewrite:k1"


async def test_a_long_card_shrinks_to_one_message(chat: Chat, desk: RecordingDesk, api: FakeBotApi) -> None:
    desk.answer = lambda event: (Card("turn", "记录", (Line("text", "很长。" * 2000),), ((Button("好", "ok:k1"),),)),)
    chat.send("您好")
    first, second = await chat.next_message(), await chat.next_message()
    assert (first.labels, second.labels) == ([], ["好"])
    desk.answer = lambda event: (Card("turn", "记录已存"),)
    chat.press("好")
    assert (await chat.message_edited()).text == "记录已存"
    await api.wait_for(lambda: list(chat.messages) == [first.message_id] or None, "removal of the second message")


async def test_pictures_and_files_of_a_card_are_sent_once(chat: Chat, desk: RecordingDesk, api: FakeBotApi) -> None:
    def answer(event: Event) -> tuple[Card, ...]:
        words = event.text if isinstance(event, TextWritten) else ""
        return (Card("record", f"记录 {words}", image=PNG, attachment=Attachment("服务记录.txt", "内容".encode())),)

    desk.answer = answer
    chat.send("一")
    kinds = [(await chat.next_message()).file_kind for _ in range(3)]
    assert kinds == ["", "photo", "document"]
    chat.send("二")
    assert (await chat.message_edited()).text == "记录 二"
    assert chat.sent[2].file == ("服务记录.txt", "内容".encode())
    assert len(api.calls_of("sendDocument")) == len(api.calls_of("sendPhoto")) == 1


async def test_a_passing_line_after_a_tap_is_a_toast(chat: Chat, desk: RecordingDesk, api: FakeBotApi) -> None:
    chat.send("您好")
    await chat.next_message()
    desk.answer = lambda event: (Card("notice", "这张卡片已经过时了。"),)
    chat.press("一键改写")
    await api.call("answerCallbackQuery")
    await api.wait_for(lambda: api.answered_queries or None, "answer to the tap")
    assert api.answered_queries[0]["text"] == "这张卡片已经过时了。"
    assert len(chat.sent) == 1


async def test_passing_lines_after_a_text_are_messages_that_never_replace_each_other(
    chat: Chat, desk: RecordingDesk
) -> None:
    desk.answer = lambda event: (Card("notice", "请写在冒号后面。"),)
    chat.send("客：")
    chat.send("我：")
    assert [(await chat.next_message()).text for _ in range(2)] == ["请写在冒号后面。"] * 2


async def test_a_tap_on_a_card_too_old_to_be_edited_is_answered_below(chat: Chat, desk: RecordingDesk) -> None:
    chat.started = True
    chat.press_data(f"{slot_key('turn')}:rewrite:k1")
    assert (await chat.next_message()).text == "按了 rewrite:k1"
