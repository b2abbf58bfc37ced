"""What to search the policies for: the customer's last words, with what they answer where they are only an answer."""

from __future__ import annotations

from copilot.conversation import Conversation
from copilot.language import normalise

_ASKS = ("?", "吗", "呢", "么")
_SHORT = 40  # characters; a longer message speaks for itself


def answers_agent(conversation: Conversation) -> bool:
    """Whether the customer's last message is a short answer to something that the agent has just asked."""
    turns = conversation.turns
    last = max((place for place, turn in enumerate(turns) if turn.role == "customer"), default=0)
    if last == 0 or turns[last - 1].role != "agent" or len(turns[last].text) > _SHORT:
        return False
    asked = normalise(turns[last - 1].text).text.rstrip("。.!~ ")
    said = normalise(turns[last].text).text
    return asked.endswith(_ASKS) and not said.rstrip("。.!~ ").endswith(_ASKS)


def matter_of(conversation: Conversation) -> str:
    """The words to search for: an answer to the agent's question goes with what the customer had asked before."""
    last = conversation.last_customer_text
    if not answers_agent(conversation):
        return last
    before = [turn.text for turn in conversation.turns if turn.role == "customer"][:-1]
    return f"{before[-1]}，{last}" if before else last
