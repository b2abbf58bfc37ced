"""Buttons. Data that comes back is `<card key>:<action>`: it tells which card was tapped even after a restart.

A copy button is Telegram's own (the client copies, the bot does not hear of it), so each has a small companion, 已发,
that tells the desk. Telegram's limits: 64 bytes of data, 256 characters to copy, 8 buttons a row, 100 in all.
"""

from __future__ import annotations

import logging
import re
from base64 import urlsafe_b64encode
from hashlib import blake2b

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from copilot.desk.cards import Button, Card
from copilot.telegram.texts import SENT_LABEL
from copilot.telegram.wording import clean, is_visible, utf16_units

logger = logging.getLogger(__name__)

MAX_COPY_UNITS = 256
MAX_DATA_BYTES = 64
MAX_LABEL = 40
MAX_ROW = 8
MAX_BUTTONS = 100
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_DATA = re.compile(r"([A-Za-z0-9_-]{4}):(.+)", re.DOTALL)

Row = list[InlineKeyboardButton]


def slot_key(slot: str) -> str:
    """Four characters that stand for a slot in button data."""
    digest = blake2b(slot.encode("utf-8", "surrogatepass"), digest_size=3).digest()
    return urlsafe_b64encode(digest).decode("ascii")


def action_of(data: str) -> str | None:
    """The action in button data, or None for data that no card of ours carries."""
    found = _DATA.fullmatch(data) if len(data.encode("utf-8", "replace")) <= MAX_DATA_BYTES else None
    return found[2] if found else None


def slot_key_of(data: str) -> str | None:
    """The card key in button data, or None."""
    found = _DATA.fullmatch(data)
    return found[1] if found else None


def fits_copy_button(text: str) -> bool:
    """Whether Telegram takes this text on a copy button."""
    return is_visible(text) and utf16_units(clean(text)) <= MAX_COPY_UNITS


def keyboard_of(card: Card) -> InlineKeyboardMarkup | None:
    """The card's buttons, or None where it has none."""
    names = _companion_names(card)
    rows = [row for buttons in card.buttons for row in _rows(slot_key(card.slot), buttons, names)]
    kept: list[Row] = []
    for row in rows:
        if sum(map(len, kept)) + len(row) > MAX_BUTTONS:
            logger.error("the card %s has more buttons than Telegram takes; the last are left out", card.slot)
            break
        kept.append(row)
    return InlineKeyboardMarkup(kept) if kept else None


def _rows(key: str, buttons: tuple[Button, ...], names: dict[int, str]) -> list[Row]:
    """One row of a card: a single companion stands beside its copy button, several stand in a row below."""
    main: Row = []
    companions: Row = []
    for button in buttons:
        if button.kind == "copy" and is_visible(button.copy_text):
            if fits_copy_button(button.copy_text):
                copied = CopyTextButton(clean(button.copy_text))
                main.append(InlineKeyboardButton(_label(button.label), copy_text=copied))
            companions += _action_button(names[id(button)], key, button.action)
        else:
            main += _action_button(button.label, key, button.action)
    if len(companions) == 1 and len(main) <= 2:
        main, companions = main[:1] + companions + main[1:], []
    return [row[start : start + MAX_ROW] for row in (main, companions) for start in range(0, len(row), MAX_ROW)]


def _action_button(label: str, key: str, action: str) -> Row:
    """A button that comes back; empty, with an error in the log, where the action breaks the cards' own limit."""
    data = f"{key}:{action}"
    if not action:
        return []
    if len(data.encode("utf-8", "surrogatepass")) > MAX_DATA_BYTES or "\ufffd" in clean(action):
        logger.error("a button's action of %d characters is too long for Telegram and was left out", len(action))
        return []
    return [InlineKeyboardButton(_label(label), callback_data=data)]


def _companion_names(card: Card) -> dict[int, str]:
    """已发 for a card's only copy button, 已发① … where there are several; by object identity."""
    copies = [button for row in card.buttons for button in row if button.kind == "copy" and button.action]
    if len(copies) <= 1:
        return {id(button): SENT_LABEL for row in card.buttons for button in row}
    names = {id(button): SENT_LABEL for row in card.buttons for button in row}
    for number, button in enumerate(copies):
        names[id(button)] = SENT_LABEL + (_number_in(button.label) or _CIRCLED[number % len(_CIRCLED)])
    return names


def _number_in(label: str) -> str | None:
    """① for 复制① and for 复制 1; None for a label without a number."""
    own = next((mark for mark in label if mark in _CIRCLED), None)
    digits = "".join(mark for mark in label if mark in "0123456789")[:3]
    return own or (_CIRCLED[int(digits) - 1] if digits and 1 <= int(digits) <= len(_CIRCLED) else None)


def _label(label: str) -> str:
    words = " ".join(clean(label).split())
    if not is_visible(words):
        return "·"
    return words if len(words) <= MAX_LABEL else words[: MAX_LABEL - 1] + "…"
