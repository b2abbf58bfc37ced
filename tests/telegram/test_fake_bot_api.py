"""The fake Bot API server is as strict as the real one, and what it sends is what the library reads."""

from __future__ import annotations

import pytest
from fakes.bot_api import FakeBotApi
from fakes.telegram_chat import Chat
from telegram import Bot, Update

from copilot.telegram import TelegramBot

pytestmark = pytest.mark.usefixtures("bot")


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
