"""Events: what an agent did, as plain data, the same from every adapter.

`key` identifies the delivery ("tg:12345"): an event whose key was handled before counts once. An adapter without
redelivery leaves it None.
"""

from __future__ import annotations

from dataclasses import dataclass

from copilot.conversation import Role


@dataclass(frozen=True, slots=True)
class TextWritten:
    """A plain message. `role` is known (web console: two boxes) or None: the desk works it out.

    A forwarded message is the customer's; a prefix 客：or 我：says whose it is.
    """

    text: str
    role: Role | None = None
    forwarded: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """A command without its slash ("ask", "review", "guide", "record", "practice", "new", "help", "start")."""

    name: str
    argument: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A tap on a button: the `action` that the card gave it. It comes from outside and is checked."""

    action: str
    key: str | None = None


Event = TextWritten | CommandGiven | Pressed
