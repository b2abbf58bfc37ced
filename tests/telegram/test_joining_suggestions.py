"""Suggestions of the model join the card in the chat: a tap on the card as the agent saw it is never lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.joining_copilot import BEST, BETTER, ModelCopilot
from fakes.stores import open_store
from fakes.telegram_chat import Chat

from copilot.desk import Desk

AGENT = "tg:4711"


@pytest.fixture
def engine() -> ModelCopilot:
    return ModelCopilot()


@pytest.fixture
async def desk(engine: ModelCopilot, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_store(f"sqlite:///{tmp_path / 'desk.db'}") as store:
        yield Desk(engine, store, customer_voice=lambda text: 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("label", "place"), [("已发①", 0), ("已发②", 1), ("已发③", 2)])
async def test_a_tap_on_the_card_before_the_model_joined_records_what_stood_there(
    chat: Chat, desk: Desk, engine: ModelCopilot, bot: object, label: str, place: int
) -> None:
    chat.forward("快递呢")
    first = (await chat.next_message()).copied()
    seen = [button["copy_text"]["text"] for button in first.buttons if "copy_text" in button]
    tapped = next(button["callback_data"] for button in first.buttons if label in button["text"])
    engine.answer.set()
    await chat.message_edited()
    assert BETTER in (await chat.message_edited()).text
    assert BEST in chat.last.text
    chat.press_data(tapped, chat.last)
    assert "已记为您的回复" in (await chat.message_edited()).text
    assert (await desk.conversation(AGENT)).agent_texts == (seen[place],)


async def test_what_was_copied_before_the_model_joined_is_set_right_with_one_tap(
    chat: Chat, desk: Desk, engine: ModelCopilot, bot: object
) -> None:
    chat.forward("快递呢")
    seen = [b["copy_text"]["text"] for b in (await chat.next_message()).copied().buttons if "copy_text" in b]
    engine.answer.set()
    await chat.message_edited()
    await chat.message_edited()
    chat.press("已发①")
    assert BETTER in (await chat.message_edited()).text
    assert (await desk.conversation(AGENT)).agent_texts == (BETTER,)
    chat.press("发的是之前那句")
    assert seen[0] in (await chat.message_edited()).text
    assert (await desk.conversation(AGENT)).agent_texts == (seen[0],)
    assert not [button for button in chat.last.buttons if "之前那句" in button["text"]]


async def test_a_card_that_never_changed_asks_nothing(chat: Chat, bot: object) -> None:
    chat.forward("快递呢")
    await chat.next_message()
    chat.press("已发②")
    assert not [button for button in (await chat.message_edited()).buttons if "之前那句" in button["text"]]


async def test_a_tap_while_the_second_is_still_written_ends_the_joining(
    chat: Chat, desk: Desk, engine: ModelCopilot, bot: object
) -> None:
    chat.forward("快递呢")
    await chat.next_message()
    chat.press("已发①")
    assert "已记为您的回复" in (await chat.message_edited()).text
    engine.answer.set()
    chat.send("/help")
    await chat.next_message()
    assert "已记为您的回复" in next(iter(chat.messages.values())).text
