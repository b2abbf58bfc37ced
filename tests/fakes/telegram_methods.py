"""The methods of the Bot API that write into chats: each checks what the real one checks, then does it."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fakes.telegram_chat import BOT_USER, Chat, StoredMessage
from fakes.telegram_rules import (
    MAX_CAPTION,
    Refused,
    accepted_commands,
    accepted_keyboard,
    accepted_text,
    bad_request,
)

if TYPE_CHECKING:
    from fakes.bot_api import FakeBotApi

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
Method = Callable[[dict[str, Any]], Any]


class ChatMethods:
    """The methods, over the chats of one server. They are called while its lock is held."""

    def __init__(self, api: FakeBotApi) -> None:
        self._api = api
        self._sent_at: dict[int, deque[float]] = defaultdict(deque)

    def table(self) -> dict[str, Method]:
        """Each method under the name that stands in the address."""
        return {
            "getMe": lambda _: BOT_USER, "deleteWebhook": lambda _: True, "setMyCommands": self._set_my_commands,
            "sendMessage": self._send_message, "editMessageText": self._edit_message_text,
            "editMessageReplyMarkup": self._edit_reply_markup, "answerCallbackQuery": self._answer_callback_query,
            "sendDocument": self._send_document, "sendPhoto": self._send_photo,
            "sendChatAction": self._send_chat_action, "deleteMessage": self._delete_message,
        }  # fmt: skip

    def _set_my_commands(self, parameters: dict[str, Any]) -> bool:
        self._api.commands = accepted_commands(parameters)
        return True

    def _send_message(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat = self._open_chat(parameters)
        parsed = accepted_text(parameters)
        return self._store(chat, StoredMessage(
            self._api.new_message_id(), text=parsed.text, entities=parsed.entities,
            reply_markup=accepted_keyboard(parameters),
        ))  # fmt: skip

    def _send_document(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return self._send_file(parameters, "document")

    def _send_photo(self, parameters: dict[str, Any]) -> dict[str, Any]:
        content = parameters.get("photo")
        if isinstance(content, tuple) and not content[1].startswith((b"\x89PNG", b"\xff\xd8\xff")):
            raise bad_request("IMAGE_PROCESS_FAILED")
        return self._send_file(parameters, "photo")

    def _send_file(self, parameters: dict[str, Any], kind: str) -> dict[str, Any]:
        chat = self._open_chat(parameters)
        content = parameters.get(kind)
        if not isinstance(content, tuple):
            raise bad_request(f"there is no {kind} in the request")
        if not content[1]:
            raise bad_request("file must be non-empty")
        caption = accepted_text(parameters, "caption", MAX_CAPTION)
        return self._store(chat, StoredMessage(
            self._api.new_message_id(), text=caption.text, entities=caption.entities,
            reply_markup=accepted_keyboard(parameters), file=content, file_kind=kind,
        ))  # fmt: skip

    def _edit_message_text(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._own_message(parameters)
        if message.file is not None:
            raise bad_request("there is no text in the message to edit")
        parsed, keyboard = accepted_text(parameters), accepted_keyboard(parameters)
        if (message.text, message.entities, message.reply_markup) == (parsed.text, parsed.entities, keyboard):
            raise bad_request(NOT_MODIFIED)
        message.text, message.entities, message.reply_markup = parsed.text, parsed.entities, keyboard
        chat.edits.append(message.copied())
        return chat.message_payload(message)

    def _edit_reply_markup(self, parameters: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._own_message(parameters)
        keyboard = accepted_keyboard(parameters)
        if message.reply_markup == keyboard:
            raise bad_request(NOT_MODIFIED)
        message.reply_markup = keyboard
        chat.edits.append(message.copied())
        return chat.message_payload(message)

    def _delete_message(self, parameters: dict[str, Any]) -> bool:
        chat = self._open_chat(parameters)
        message = chat.messages.pop(int(parameters["message_id"]), None)
        if message is None:
            raise bad_request("message to delete not found")
        return True

    def _answer_callback_query(self, parameters: dict[str, Any]) -> bool:
        if parameters.get("callback_query_id") not in self._api.open_queries:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if len(parameters.get("text", "")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        self._api.open_queries.discard(parameters["callback_query_id"])
        self._api.answered_queries.append(parameters)
        return True

    def _send_chat_action(self, parameters: dict[str, Any]) -> bool:
        self._open_chat(parameters)
        if parameters.get("action") not in ("typing", "upload_document", "upload_photo"):
            raise bad_request("wrong parameter action in request")
        return True

    def _open_chat(self, parameters: dict[str, Any]) -> Chat:
        """The chat, if the person has written first and has not blocked the bot."""
        chat = self._api.chats.get(int(parameters.get("chat_id", 0)))
        if chat is None or not chat.started:
            raise bad_request("chat not found")
        if chat.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat

    def _own_message(self, parameters: dict[str, Any]) -> tuple[Chat, StoredMessage]:
        chat = self._open_chat(parameters)
        message = chat.messages.get(int(parameters.get("message_id", 0)))
        if message is None:
            raise bad_request("message to edit not found")
        return chat, message

    def _store(self, chat: Chat, message: StoredMessage) -> dict[str, Any]:
        self._check_flood(chat.id)
        chat.messages[message.message_id] = message
        chat.sent.append(message.copied())
        return chat.message_payload(message)

    def _check_flood(self, chat_id: int) -> None:
        if self._api.flood is None:
            return
        count, seconds = self._api.flood
        sent, now = self._sent_at[chat_id], time.monotonic()
        while sent and now - sent[0] > seconds:
            sent.popleft()
        if len(sent) >= count:
            raise Refused(429, "Too Many Requests: retry after 1", 1)
        sent.append(now)
