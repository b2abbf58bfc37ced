"""One person's chat with the bot, for tests that read like a dialogue: send, forward, press, and wait for answers."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fakes.bot_api import FakeBotApi

BOT_USER = {"id": 1, "is_bot": True, "first_name": "副驾", "username": "copilot_test_bot"}
DEADLINE_S = 10.0


@dataclass
class StoredMessage:
    """A message of the bot as people see it."""

    message_id: int
    text: str
    entities: tuple[dict[str, object], ...] = ()
    reply_markup: dict[str, Any] | None = None
    file: tuple[str, bytes] | None = None
    file_kind: str = ""

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All buttons, row by row."""
        return [button for row in (self.reply_markup or {}).get("inline_keyboard", []) for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def marked(self, kind: str) -> list[str]:
        """The pieces of text under entities of this kind ("bold", "pre", …)."""
        units = self.text.encode("utf-16-le")
        spans = [(int(str(e["offset"])), int(str(e["length"]))) for e in self.entities if e["type"] == kind]
        return [units[start * 2 : (start + length) * 2].decode("utf-16-le") for start, length in spans]

    def copied(self) -> StoredMessage:
        return dataclasses.replace(self)


class Chat:
    """A person and the bot. `messages` is what stands in the chat now; `sent` and `edits` are its history."""

    def __init__(self, api: FakeBotApi, user_id: int, username: str | None, name: str, kind: str) -> None:
        self._api = api
        self.id = user_id if kind == "private" else -user_id
        self.user_id, self.username, self.name, self.kind = user_id, username, name, kind
        self.started = False
        self.blocked = False
        self.messages: dict[int, StoredMessage] = {}
        self.sent: list[StoredMessage] = []
        self.edits: list[StoredMessage] = []
        self._seen_messages = 0
        self._seen_edits = 0

    # --- the person acts --------------------------------------------------------------------------------------

    def send(self, text: str, **extra: Any) -> int:
        """Write a message. Returns the update_id."""
        return self._api.push({"message": self._from_person(text=text, **extra)})

    def forward(self, text: str, sender: str = "顾客") -> int:
        """Forward somebody's message."""
        origin = {"type": "hidden_user", "sender_user_name": sender, "date": int(time.time())}
        return self.send(text, forward_origin=origin)

    def send_photo(self, caption: str | None = None, **extra: Any) -> int:
        """Send a picture, with or without words below it."""
        photo = [{"file_id": "p", "file_unique_id": "u", "width": 90, "height": 90}]
        caption_field = {"caption": caption} if caption else {}
        return self._api.push({"message": self._from_person(photo=photo, **caption_field, **extra)})

    def press(self, label: str) -> int:
        """Tap the newest button whose label contains `label`. Returns the update_id."""
        message, button = self._newest_button(label, "callback_data")
        return self.press_data(button["callback_data"], message)

    def press_data(self, data: str, message: StoredMessage | None = None) -> int:
        """Send a callback with any data, as a forged client could; without message: a card too old to be seen."""
        query: dict[str, Any] = {
            "id": f"q{self._api.new_message_id()}", "from": self._person(), "chat_instance": "1", "data": data,
        }  # fmt: skip
        if message is not None:
            query["message"] = self.message_payload(message)
        else:
            query["message"] = {"chat": self._chat(), "message_id": 1, "date": 0}
        return self._api.push({"callback_query": query})

    def copy(self, label: str) -> str:
        """What a tap on a copy button puts on the clipboard (the bot does not hear of it)."""
        return str(self._newest_button(label, "copy_text")[1]["copy_text"]["text"])

    # --- the person waits -------------------------------------------------------------------------------------

    async def next_message(self, deadline_s: float = DEADLINE_S) -> StoredMessage:
        """The next new message of the bot that was not asked for yet."""

        def look() -> StoredMessage | None:
            return self.sent[self._seen_messages] if len(self.sent) > self._seen_messages else None

        message = await self._api.wait_for(look, f"new message for {self.id}", deadline_s)
        self._seen_messages += 1
        return message

    async def message_edited(self, deadline_s: float = DEADLINE_S) -> StoredMessage:
        """The next edit that was not asked for yet, as the message stood right after it."""

        def look() -> StoredMessage | None:
            return self.edits[self._seen_edits] if len(self.edits) > self._seen_edits else None

        message = await self._api.wait_for(look, f"edit for {self.id}", deadline_s)
        self._seen_edits += 1
        return message

    @property
    def unread(self) -> list[StoredMessage]:
        """New messages that no `next_message` has taken."""
        return self.sent[self._seen_messages :]

    @property
    def last(self) -> StoredMessage:
        """The newest message in the chat as it stands now."""
        return self.messages[max(self.messages)]

    # --- payloads ---------------------------------------------------------------------------------------------

    def message_payload(self, message: StoredMessage) -> dict[str, Any]:
        """A message of the bot as JSON."""
        payload: dict[str, Any] = {
            "message_id": message.message_id, "date": int(time.time()), "chat": self._chat(), "from": BOT_USER,
        }  # fmt: skip
        if message.file is not None:
            payload |= {"caption": message.text} if message.text else {}
            payload |= self._file_payload(message)
        else:
            payload |= {"text": message.text, "entities": list(message.entities)}
        return payload | ({"reply_markup": message.reply_markup} if message.reply_markup else {})

    def _file_payload(self, message: StoredMessage) -> dict[str, Any]:
        name, content = message.file or ("", b"")
        file = {"file_id": "f", "file_unique_id": "u", "file_size": len(content)}
        if message.file_kind == "photo":
            return {"photo": [{**file, "width": 90, "height": 90}]}
        return {"document": {**file, "file_name": name}}

    def _from_person(self, **content: Any) -> dict[str, Any]:
        self.started = True
        words = content.get("text", content.get("caption", ""))
        field = "entities" if "text" in content else "caption_entities"
        marks = {field: entities} if (entities := self._api.entities_of(words)) else {}
        return {
            "message_id": self._api.new_message_id(), "date": int(time.time()), "chat": self._chat(),
            "from": self._person(), **content, **marks,
        }  # fmt: skip

    def _person(self) -> dict[str, Any]:
        known = {"username": self.username} if self.username else {}
        return {"id": self.user_id, "is_bot": False, "first_name": self.name, "language_code": "zh-hans", **known}

    def _chat(self) -> dict[str, Any]:
        named = {"first_name": self.name} if self.kind == "private" else {"title": "客服交流群"}
        return {"id": self.id, "type": self.kind, **named}

    def _newest_button(self, label: str, field: str) -> tuple[StoredMessage, dict[str, Any]]:
        for message in sorted(self.messages.values(), key=lambda m: m.message_id, reverse=True):
            for button in message.buttons:
                if label in button["text"] and field in button:
                    return message, button
        seen = [message.labels for message in self.messages.values()]
        raise AssertionError(f"no button {label!r} ({field}) in the chat; there are {seen}")
