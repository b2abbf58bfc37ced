"""A whole case step by step, as data: a complaint with drafts, mistaken taps, a promise, a question, practice, the record."""

from __future__ import annotations

from datetime import UTC, datetime

from copilot.desk import CommandGiven, Event, Pressed, TextWritten
from fakes.dialogue import Dialogue

AGENT = "tg:4711"
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)

WHOLE_CASE: tuple[tuple[str, str], ...] = (
    ("say", "我很生气，快递三天没动了！"),
    ("say", "这个我不知道"),
    ("tap", "一键改写"),
    ("say", "订单是 A1"),
    ("say", "稍等，马上查"),
    ("say", "好"),
    ("tap", "这是我说的"),
    ("tap", "这是客户说的"),
    ("tap", "复制 3"),
    ("tap", "其实没发"),
    ("tap", "复制 2"),
    ("command", "guide"),
    ("tap", "完成 4"),
    ("tap", "返回对话"),
    ("command", "ask"),
    ("say", "退货有期限吗"),
    ("command", "practice"),
    ("tap", "快递迟到"),
    ("say", "您好"),
    ("say", "明天到"),
    ("command", "record"),
    ("tap", "确认保存"),
    ("say", "谢谢，解决了"),
    ("command", "new"),
)


async def event_of(step: tuple[str, str], chat: Dialogue) -> Event:
    """The event of a step; a tap is on the newest card with such a button."""
    kind, words = step
    if kind == "say":
        return TextWritten(words)
    if kind == "command":
        return CommandGiven(words)
    view = await chat.desk.view(AGENT)
    for card in reversed(view.cards):
        for row in card.buttons:
            for button in row:
                if words in button.label:
                    return Pressed(button.action)
    raise AssertionError(f"no button {words!r} on the screen: {[card.title for card in view.cards]}")


async def screen_of(chat: Dialogue) -> list[str]:
    """All cards as text, then the conversation."""
    view = await chat.desk.view(AGENT)
    return [*(card.text() for card in view.cards), *(f"{turn.role}: {turn.text}" for turn in view.turns)]
