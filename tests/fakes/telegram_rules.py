"""What the Bot API refuses: each function returns the accepted value or raises Refused with the server's own words."""

from __future__ import annotations

import json
import re
from typing import Any

from fakes.telegram_html import CannotParse, Parsed, parse_html, utf16_length

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_BYTES = 64
MAX_COPY_TEXT = 256
MAX_ROW = 8
MAX_BUTTONS = 100
INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\u3164\x00-\x1f]+")


class Refused(Exception):
    """An answer with `ok` false."""

    def __init__(self, code: int, description: str, retry_after_s: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after_s = code, description, retry_after_s


def bad_request(description: str) -> Refused:
    return Refused(400, f"Bad Request: {description}")


def accepted_text(parameters: dict[str, Any], field: str = "text", limit: int = MAX_TEXT) -> Parsed:
    """The text as shown. Refuses broken markup, empty and over-long text."""
    source = str(parameters.get(field, ""))
    mode = str(parameters.get("parse_mode", ""))
    if mode not in ("", "HTML"):
        raise bad_request("unsupported parse_mode")
    try:
        parsed = parse_html(source) if mode == "HTML" else Parsed(source.strip(), ())
    except CannotParse as error:
        raise bad_request(f"can't parse entities: {error}") from error
    if field == "text" and not INVISIBLE.sub("", parsed.text):
        raise bad_request("message text is empty")
    if utf16_length(parsed.text) > limit:
        raise bad_request("message is too long" if field == "text" else "message caption is too long")
    return parsed


def accepted_keyboard(parameters: dict[str, Any]) -> dict[str, Any] | None:
    """The inline keyboard, or None. Refuses what the server refuses of buttons."""
    given = parameters.get("reply_markup")
    if given in (None, ""):
        return None
    try:
        markup = json.loads(given) if isinstance(given, str) else given
        rows = markup["inline_keyboard"]
        buttons = [button for row in rows for button in row]
    except (ValueError, KeyError, TypeError) as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if len(buttons) > MAX_BUTTONS or any(len(row) > MAX_ROW for row in rows):
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]} if buttons else None


def _check_button(button: dict[str, Any]) -> None:
    if not INVISIBLE.sub("", str(button.get("text", ""))):
        raise bad_request("can't parse inline keyboard button: Text buttons must be non-empty")
    kinds = [kind for kind in ("callback_data", "copy_text", "url") if kind in button]
    if len(kinds) != 1 or set(button) - {"text", *kinds, "style"}:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button:
        text = button["copy_text"].get("text", "")
        if not 1 <= utf16_length(text) <= MAX_COPY_TEXT or not text.strip():
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def accepted_commands(parameters: dict[str, Any]) -> list[dict[str, str]]:
    """The list of commands. Refuses names in capitals, over-long names and empty descriptions."""
    commands = json.loads(parameters["commands"])
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return list(commands)


def command_entities(text: str) -> list[dict[str, object]]:
    """`bot_command` entities: without them "/start" is plain text."""
    return [
        {"type": "bot_command", "offset": utf16_length(text[: found.start()]), "length": utf16_length(found[0])}
        for found in re.finditer(r"(?<![^\s])/[A-Za-z0-9_]{1,32}(@[A-Za-z0-9_]{3,32})?", text)
    ]
