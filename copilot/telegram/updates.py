"""Telegram's updates as the desk's events."""

from __future__ import annotations

from telegram import CallbackQuery, Message, MessageEntity, Update

from copilot.desk.events import CommandGiven, Event, Pressed, TextWritten
from copilot.telegram.keyboard import action_of


def agent_of(user_id: int) -> str:
    """The desk's name for a Telegram user."""
    return f"tg:{user_id}"


def event_of_message(update_id: int, message: Message) -> Event | None:
    """What the agent did with this message, or None where it holds no words.

    A forwarded message is never a command, whatever it begins with: its words are the customer's.
    """
    text = (message.text or message.caption or "").strip()
    if not text:
        return None
    key = key_of(update_id)
    if message.forward_origin is not None:
        return TextWritten(text, forwarded=True, key=key)
    command = _command_in(message)
    if command is not None:
        return CommandGiven(*command, key=key)
    return TextWritten(text, key=key)


def event_of_query(update_id: int, query: CallbackQuery) -> Pressed | None:
    """The tap, or None where the button is none of ours. Whether it still counts is for the desk to say."""
    action = action_of(query.data or "")
    return Pressed(action, key=key_of(update_id)) if action is not None else None


def key_of(update_id: int) -> str:
    """The key under which the desk counts this update once."""
    return f"tg:{update_id}"


def words_of(update: Update) -> str | None:
    """What the person wrote, None for a tap."""
    message = update.message
    return (message.text or message.caption or "") if message else None


def _command_in(message: Message) -> tuple[str, str] | None:
    """Name without slash and bot name, and the argument; None unless the text begins with a command."""
    text = message.text or ""
    for entity in message.entities:
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            name = text[1 : entity.length].split("@")[0].lower()  # commands are ASCII: units and characters agree
            return name, text[entity.length :].strip()
    return None
