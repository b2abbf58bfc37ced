"""The language model's suggestions, edited into the card that is in the chat already."""

from __future__ import annotations

from fakes.telegram_chat import Chat
from fakes.telegram_desk import RecordingDesk

from copilot.desk.cards import Card


async def test_the_models_suggestions_take_the_place_of_the_offline_card(
    chat: Chat, desk: RecordingDesk, bot: object
) -> None:
    desk.answer = lambda event: (Card("turn", "离线建议", fresh=True),)
    desk.better = (Card("turn", "模型建议"),)
    chat.forward("快递呢")
    first = await chat.next_message()
    assert first.message_id == (await chat.message_edited()).message_id
    assert chat.last.text == "模型建议"


async def test_the_models_answer_takes_the_place_of_the_offline_answer(
    chat: Chat, desk: RecordingDesk, bot: object
) -> None:
    desk.answer = lambda event: (Card("answer", "离线回答", fresh=True),)
    desk.better = (Card("answer", "模型回答"),)
    chat.send("/ask 邮件多久要回")
    first = await chat.next_message()
    assert first.message_id == (await chat.message_edited()).message_id
    assert chat.last.text == "模型回答"
