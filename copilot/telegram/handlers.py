"""What happens to an update: read it, ask the desk, render, show.

Updates of one chat are worked on in the order in which they came, others beside them. Two queues per chat keep that
order: one for the desk, and one for the screen, so that a slow Telegram does not hold up the next save. A coroutine
that leaves the first queue enters the second before anybody else runs, hence no overtaking.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Protocol
from weakref import WeakValueDictionary

from telegram import CallbackQuery, Chat, Update, User
from telegram.error import BadRequest, NetworkError
from telegram.ext import ContextTypes

from copilot.desk.cards import Card, Line, Reply
from copilot.desk.events import CommandGiven, Event
from copilot.desk.improving import may_improve
from copilot.desk.reminding import Claim
from copilot.telegram import texts
from copilot.telegram.access import Access, Admission
from copilot.telegram.errors import NotShownError
from copilot.telegram.keyboard import slot_key_of
from copilot.telegram.polling import Unsettled
from copilot.telegram.reminding import DueDesk
from copilot.telegram.screen import PASSING_SLOT, Screen
from copilot.telegram.updates import agent_of, event_of_message, event_of_query, key_of, words_of
from copilot.telegram.wording import utf16_units

HELP_SLOT = "help"
TAKE_OVER = "ack:"  # how the action begins that takes an emergency over
DESK_TIMEOUT_S = 30.0
MAX_TOAST_UNITS = 200  # UTF-16 units that Telegram takes in the answer to a tap
MAX_PASSING_TOAST = 30  # a longer one waits for a tap on OK, for a passing one is gone in two seconds


class Desk(DueDesk, Protocol):
    """The calls that a door makes."""

    async def handle(self, agent: str, event: Event) -> Reply: ...

    def improvements(self, agent: str) -> AsyncIterator[Reply]: ...


class _Queues:
    """One lock per chat, for as long as somebody holds or wants it. asyncio's locks are first come, first served."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, chat_id: int) -> asyncio.Lock:
        lock = self._locks.get(chat_id)
        if lock is None:
            lock = self._locks[chat_id] = asyncio.Lock()
        return lock


class Handlers:
    """The bot's handlers, sharing the desk, the doorkeeper and the screen."""

    def __init__(
        self, desk: Desk, access: Access, screen: Screen, unsettled: Unsettled, supervisors: frozenset[int] = frozenset()
    ) -> None:
        """`supervisors` are the chats that emergencies go to; a tap there may take one over, in a group too."""
        self._desk, self._access, self._screen, self._unsettled = desk, access, screen, unsettled
        self._supervisors = supervisors
        self._at_desk, self._at_screen = _Queues(), _Queues()
        self._told_groups: set[int] = set()

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A message in a private chat: a command, the customer's words or a draft."""
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        event = event_of_message(update.update_id, message)
        desk_queue, screen_queue = self._at_desk.of(message.chat.id), self._at_screen.of(message.chat.id)
        async with desk_queue:
            admission = await self._access.admit(user.id, user.username, words_of(update))
            if admission == "opened":
                event = CommandGiven("start", key=key_of(update.update_id))
            refusal = _refusal(admission, user, event)
            reply = await self._asked(update, user, event) if refusal is None and event is not None else None
        self._unsettled.settled(update.update_id)
        async with screen_queue:
            if admission == "opened":
                await self._screen.say(message.chat.id, texts.ADMITTED)
            if refusal:
                await self._screen.say(message.chat.id, refusal)
            if reply is not None:
                await self._show(message.chat.id, _placed_anew(reply) if reply.duplicate else reply)
        if reply is not None:
            await self._improve(user, message.chat.id, event)

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A tap on a button. Everything about it comes from outside, so it passes the same door as a message."""
        query, chat = update.callback_query, update.effective_chat
        if query is None or chat is None:
            return
        event = event_of_query(update.update_id, query)
        if chat.id in self._supervisors and event is not None and event.action.startswith(TAKE_OVER):
            await self._take_over(update, query, chat.id, event)
            return
        if chat.type != Chat.PRIVATE:
            return
        desk_queue, screen_queue = self._at_desk.of(chat.id), self._at_screen.of(chat.id)
        async with desk_queue:
            admission = await self._access.admit(query.from_user.id, query.from_user.username, None)
            refusal = _refusal(admission, query.from_user, event, texts.OLD_BUTTON)
            reply = await self._asked(update, query.from_user, event) if refusal is None and event else None
        self._unsettled.settled(update.update_id)
        async with screen_queue:
            if reply is None:
                await _answer(query, refusal or "")
                return
            self._screen.note_tapped(chat.id, slot_key_of(query.data or "") or "", _message_id(query))
            toast, cards = _toast_of(reply)
            await _answer(query, toast)
            await self._show(chat.id, Reply(cards))
        await self._improve(query.from_user, chat.id, event)

    async def _improve(self, user: User, chat_id: int, event: Event | None) -> None:
        """Show what the language model adds, as it comes; others in the chat go on meanwhile."""
        if may_improve(event):
            async for better in self._desk.improvements(agent_of(user.id)):
                async with self._at_screen.of(chat_id):
                    await self._show(chat_id, better)

    async def _take_over(self, update: Update, query: CallbackQuery, chat_id: int, event: Event) -> None:
        """A supervisor takes an emergency over: the chat itself is who is in line, whoever taps there."""
        async with self._at_desk.of(chat_id):
            async with asyncio.timeout(DESK_TIMEOUT_S):
                reply = await self._desk.handle(agent_of(chat_id), event)
        self._unsettled.settled(update.update_id)
        async with self._at_screen.of(chat_id):
            self._screen.note_tapped(chat_id, slot_key_of(query.data or "") or "", _message_id(query))
            toast, cards = _toast_of(reply)
            await _answer(query, toast)
            await self._show(chat_id, Reply(cards))

    async def tell(self, chat_id: int, claim: Claim) -> None:
        """Tell what is due in this chat, in its turn: what the agent did meanwhile is on the screen before."""
        async with self._at_screen.of(chat_id):
            notice = await self._desk.notice(claim)
            if notice is not None:
                await self._screen.announce(chat_id, notice.card, notice.opening)

    async def on_group(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A command in a group: one sentence per group, then silence."""
        chat = update.effective_chat
        if chat is not None and chat.id not in self._told_groups:
            self._told_groups.add(chat.id)
            await self._screen.say(chat.id, texts.ONLY_PRIVATE)

    async def _asked(self, update: Update, user: User, event: Event) -> Reply:
        async with asyncio.timeout(DESK_TIMEOUT_S):
            return await self._desk.handle(agent_of(user.id), event)

    async def _show(self, chat_id: int, reply: Reply) -> None:
        """Show what the desk answered; it is saved by now, so a failure here says that nothing need be sent again."""
        try:
            if reply.duplicate and not reply.cards:
                await self._screen.say(chat_id, texts.ALREADY_HANDLED)
            await self._screen.show(chat_id, tuple(map(_with_own_hint, reply.cards)))
        except Exception as error:
            raise NotShownError from error


def _refusal(admission: Admission, user: User, event: Event | None, unreadable: str = texts.ONLY_TEXT) -> str | None:
    """What to say instead of asking the desk: a sentence, an empty one for silence, None to go on."""
    if admission == "ignore":
        return ""
    if admission == "decline":
        return texts.NOT_ADMITTED.format(user_id=user.id)
    if event is None:
        return unreadable
    if isinstance(event, CommandGiven) and event.name not in texts.COMMAND_NAMES:
        return texts.unknown_command(event.name)
    return None


def _placed_anew(reply: Reply) -> Reply:
    """For a message delivered twice: its card may never have been sent, so it belongs below the message."""
    return replace(reply, cards=tuple(replace(card, fresh=True) for card in reply.cards))


def _with_own_hint(card: Card) -> Card:
    """The help card with the one thing that is only so in Telegram: it does not tell us that something was copied."""
    if card.slot != HELP_SLOT:
        return card
    return replace(card, lines=(*card.lines, Line("muted", texts.SENT_HINT)))


def _toast_of(reply: Reply) -> tuple[str, tuple[Card, ...]]:
    """A passing line that fits goes into the answer to the tap; the other cards go into the chat."""
    if reply.duplicate and not reply.cards:
        return texts.ALREADY_HANDLED, ()
    passing = [card for card in reply.cards if card.slot == PASSING_SLOT and not card.lines and not card.buttons]
    if len(passing) == 1 and 0 < utf16_units(passing[0].title) <= MAX_TOAST_UNITS:
        return passing[0].title, tuple(card for card in reply.cards if card is not passing[0])
    return "", reply.cards


async def _answer(query: CallbackQuery, text: str) -> None:
    """Stop the button's spinner, with a word where there is one; a tap too old to be answered is let go."""
    with suppress(BadRequest, NetworkError):
        await query.answer(text or None, show_alert=len(text) > MAX_PASSING_TOAST)


def _message_id(query: CallbackQuery) -> int:
    return query.message.message_id if query.message else 0
