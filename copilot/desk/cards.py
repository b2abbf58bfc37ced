"""Cards: what the desk shows, as plain data. Only an adapter knows HTML or Telegram."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

LineRole = Literal["status", "text", "suggestion", "ok", "warning", "danger", "quote", "cite", "rewrite", "step", "muted"]
ButtonKind = Literal["copy", "action"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card; `role` says what it is, the adapter decides how that looks. `text` is plain text."""

    role: LineRole
    text: str


@dataclass(frozen=True, slots=True)
class Button:
    """A tap. `action` is sent back as `Pressed(action)`: ASCII, at most 48 bytes.

    A copy button also carries the text it puts on the clipboard; an adapter that cannot tell that something was
    copied (Telegram) shows a second small button for the action.
    """

    label: str
    action: str
    kind: ButtonKind = "action"
    copy_text: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to offer: name with suffix, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Card:
    """Title, lines and rows of buttons. Cards of the same `slot` replace each other: they are edited in place.

    `fresh` begins a new place for the slot (in a chat: a new message below; the older one keeps its text and loses its
    buttons), as for a new customer message. Slots in use: "turn" (customer message, review, what was sent), "guide",
    "record", "practice", "answer", "help", and "notice": one passing line (in a chat after a tap: a toast), never kept.
    """

    slot: str
    title: str
    lines: tuple[Line, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    image: bytes | None = None
    attachment: Attachment | None = None
    fresh: bool = False
    asks: str = ""  # what the next text is taken for; a page shows a box for it on the card, a chat has one box anyway
    close: str = ""  # the action that puts the card away; a chat, where it scrolls away by itself, shows no button for it

    def text(self) -> str:
        """Title and lines as plain text, for tests and for doors without layout."""
        return "\n".join([self.title, *(line.text for line in self.lines)])

    def button(self, label: str) -> Button:
        """The first button whose label contains `label`. Raises KeyError that lists the labels."""
        labels = [button.label for row in self.buttons for button in row]
        for row in self.buttons:
            for button in row:
                if label in button.label:
                    return button
        raise KeyError(f"no button {label!r} among {labels}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the desk answers to one event. `duplicate` is True for an event that was handled before."""

    cards: tuple[Card, ...] = field(default_factory=tuple)
    duplicate: bool = False
