"""One agent's working session: events in, cards out, the same for every door."""

from copilot.desk.cards import Attachment, Button, ButtonKind, Card, Line, LineRole, Reply
from copilot.desk.desk import Desk
from copilot.desk.duty import Duty
from copilot.desk.events import CommandGiven, Event, Pressed, TextWritten
from copilot.desk.reminding import Claim, Notice
from copilot.desk.rhythm import LONGEST_TEXT
from copilot.desk.view import DeskView

__all__ = [
    "LONGEST_TEXT", "Attachment", "Button", "ButtonKind", "Card", "Claim", "CommandGiven", "Desk", "DeskView", "Duty", "Event",
    "Line", "LineRole", "Notice", "Pressed", "Reply", "TextWritten",
]  # fmt: skip
