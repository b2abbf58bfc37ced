"""A customer who writes English: whether a Chinese reply still lacks its English, and what is said where nobody can give it."""

from __future__ import annotations

from copilot.conversation import Conversation
from copilot.desk.session import Session

_OFFLINE = "客户写的是英文。离线时不能翻译；管理员设置 COPILOT_MODEL 之后，这里就能给出英文。"


def needs_english(text: str, conversation: Conversation) -> bool:
    """Whether the customer writes English and this reply is not English."""
    from copilot.assist import writes_english

    return writes_english(conversation.last_customer_text) and not writes_english(text)


def no_english_news(session: Session, text: str, conversation: Conversation) -> str:
    """One line for an agent who may wait for the English of this reply where no model can give it; else empty."""
    return _OFFLINE if session.copilot.model is None and needs_english(text, conversation) else ""
