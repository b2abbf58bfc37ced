"""The bot against a Bot API server over real HTTP: dialogue, places of cards, access, bad days."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from fakes.bot_api import BadDay, FakeBotApi
from fakes.telegram_chat import Chat
from fakes.telegram_desk import MemoryStore, RecordingDesk
from telegram import Bot, Update

from copilot.desk.cards import Attachment, Button, Card, Line
from copilot.desk.events import CommandGiven, Event, Pressed, TextWritten
from copilot.errors import CopilotError, SettingsError, StoreError
from copilot.settings import Settings
from copilot.telegram import TelegramBot, check_token
from copilot.telegram.keyboard import slot_key
from copilot.telegram.texts import COMMAND_NAMES

pytestmark = pytest.mark.usefixtures("bot")
StartBot = Callable[[], Awaitable[TelegramBot]]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 30


# --- dialogue -----------------------------------------------------------------------------------------------------


async def test_commands_are_published_with_chinese_descriptions(api: FakeBotApi) -> None:
    await api.call("setMyCommands")
    assert {command["command"] for command in api.commands} == COMMAND_NAMES
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in command["description"]) for command in api.commands)


async def test_a_command_reaches_the_desk_with_its_argument(chat: Chat, desk: RecordingDesk) -> None:
    update_id = chat.send("/ask@copilot_test_bot 七天无理由\n怎么算")
    message = await chat.next_message()
    assert desk.events == [("tg:4711", CommandGiven("ask", "七天无理由\n怎么算", f"tg:{update_id}"))]
    assert message.text == "命令 ask：七天无理由\n怎么算"


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


async def test_not_modified_counts_as_done(chat: Chat, desk: RecordingDesk, start_bot: StartBot, bot: TelegramBot) -> None:
    desk.answer = lambda event: (Card("turn", "同样的卡片", buttons=((Button("好", "ok:k1"),),)),)
    chat.send("您好")
    await chat.next_message()
    await bot.stop()
    await start_bot()  # it has forgotten how the card looks, so it edits, and is refused
    chat.press("好")
    desk.answer = lambda event: (Card("help", "帮助", fresh=True),)
    chat.send("/help")
    assert (await chat.next_message()).text == "帮助"


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


async def test_a_tap_on_a_card_too_old_to_be_edited_is_answered_below(chat: Chat, desk: RecordingDesk) -> None:
    chat.started = True
    chat.press_data(f"{slot_key('turn')}:rewrite:k1")
    assert (await chat.next_message()).text == "按了 rewrite:k1"


# --- access -------------------------------------------------------------------------------------------------------


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


# --- nothing is lost ----------------------------------------------------------------------------------------------


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


async def _duplicate(agent: str, event: Event) -> object:
    from copilot.desk.cards import Reply

    return Reply((Card("turn", "当前的卡片"),), duplicate=True)


async def test_messages_of_one_chat_are_worked_on_in_order(chat: Chat, desk: RecordingDesk) -> None:
    for number in range(12):
        chat.send(f"第{number}句")
    texts = [(await chat.next_message()).text for _ in range(12)]
    assert texts == [f"草稿：第{number}句" for number in range(12)]


async def test_a_slow_chat_does_not_hold_up_another(chat: Chat, api: FakeBotApi, store: MemoryStore) -> None:
    store.allowed[4712] = ""
    other = api.chat(4712)
    api.script("sendMessage", BadDay(delay_s=1.5))
    chat.send("慢")
    await api.call("sendMessage")
    other.send("快")
    await other.next_message(deadline_s=1.4)
    assert chat.sent == []
    await chat.next_message()


# --- bad days -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad_day",
    [BadDay(502), BadDay(malformed=True), BadDay(429, retry_after_s=1), BadDay(502, carried_out=False)],
    ids=["bad gateway", "malformed answer", "flood", "lost"],
)
async def test_a_bad_answer_is_survived(chat: Chat, api: FakeBotApi, bad_day: BadDay) -> None:
    api.script("sendMessage", bad_day)
    chat.send("您好")
    assert (await chat.next_message()).text == "草稿：您好"


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


# --- life ---------------------------------------------------------------------------------------------------------


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


# --- the fake itself ----------------------------------------------------------------------------------------------


async def test_the_fakes_payloads_are_what_the_library_reads(api: FakeBotApi, chat: Chat, bot: TelegramBot) -> None:
    chat.send("/start")
    card = await chat.next_message()
    chat.forward("还没到")
    chat.send_photo("碎了")
    chat.press_data("abcd:x", card)
    chat.press_data("abcd:x")
    offline = Bot(api.token)
    for payload in api.updates_pushed:
        update = Update.de_json(payload, offline)
        assert update.update_id == payload["update_id"]
        assert update.effective_user is not None
        assert update.effective_user.id == 4711


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"text": "<b>开", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<font>开</font>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "好" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "  \u200b"}, "message text is empty"),
        ({"text": "x", "reply_markup": '{"inline_keyboard":[[{"text":"a","callback_data":"' + "x" * 65 + '"}]]}'},
         "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": '{"inline_keyboard":[[{"text":"a","copy_text":{"text":"' + "x" * 257 + '"}}]]}'},
         "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "chat_id": 12}, "chat not found"),
    ],
)  # fmt: skip
async def test_the_fake_refuses_what_telegram_refuses(
    api: FakeBotApi, chat: Chat, parameters: dict[str, object], reason: str
) -> None:
    await api.confirmed(chat.send("您好"))
    answer = await api.ask("sendMessage", {"chat_id": chat.id, **parameters})
    assert answer["ok"] is False
    assert reason in answer["description"]


async def test_the_fake_names_a_method_that_it_lacks(api: FakeBotApi) -> None:
    answer = await api.ask("sendInvoice", {})
    assert answer["error_code"] == 400
    assert "sendInvoice" in answer["description"]
