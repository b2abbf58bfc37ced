"""One agent's working session: events in, cards out, the same for every door."""

from copilot.desk.cards import Attachment, Button, ButtonKind, Card, Line, LineRole, Reply
from copilot.desk.desk import Desk
from copilot.desk.events import CommandGiven, Event, Pressed, TextWritten
from copilot.desk.rhythm import LONGEST_TEXT
from copilot.desk.view import DeskView

__all__ = [
    "LONGEST_TEXT", "Attachment", "Button", "ButtonKind", "Card", "CommandGiven", "Desk", "DeskView", "Event", "Line",
    "LineRole", "Pressed", "Reply", "TextWritten",
]  # fmt: skip
