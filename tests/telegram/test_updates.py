"""Updates become events; what comes from outside is checked on the way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message, MessageEntity, MessageOriginHiddenUser

from copilot.desk.events import CommandGiven, Event, TextWritten
from copilot.telegram.updates import agent_of, event_of_message

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def message(text: str | None, *, command: int = 0, forwarded: bool = False, caption: str | None = None) -> Message:
    """A message; `command` is the length of the command entity at its start."""
    entities = (MessageEntity(MessageEntity.BOT_COMMAND, 0, command),) if command else ()
    origin = MessageOriginHiddenUser(NOW, "顾客") if forwarded else None
    chat = Chat(1, Chat.PRIVATE)
    return Message(1, NOW, chat, text=text, caption=caption, entities=entities, forward_origin=origin)


@pytest.mark.parametrize(
    ("given", "event"),
    [
        (message("您好"), TextWritten("您好", key="tg:7")),
        (message("  您好\n"), TextWritten("您好", key="tg:7")),
        (message("/new", command=4), CommandGiven("new", key="tg:7")),
        (message("/ASK@my_bot  退款 几天\n到", command=11), CommandGiven("ask", "退款 几天\n到", key="tg:7")),
        (message("/new", command=0), TextWritten("/new", key="tg:7")),
        (message("/new", command=4, forwarded=True), TextWritten("/new", forwarded=True, key="tg:7")),
        (message(None, caption="碎了"), TextWritten("碎了", key="tg:7")),
        (message(None, caption="碎了", forwarded=True), TextWritten("碎了", forwarded=True, key="tg:7")),
        (message(None), None),
        (message("   "), None),
    ],
)
def test_a_message_becomes_its_event(given: Message, event: Event | None) -> None:
    assert event_of_message(7, given) == event


def test_agents_of_telegram_have_names_of_their_own() -> None:
    assert agent_of(4711) == "tg:4711"
