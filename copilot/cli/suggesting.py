"""Suggestions for a command: offline, and joined by the language model's where one is set and answers in time."""

from __future__ import annotations

import logging

from copilot.cli.waiting import wait_for
from copilot.conversation import Conversation
from copilot.engine import Copilot, Suggestions
from copilot.errors import ModelError

_log = logging.getLogger(__name__)


def suggestions(copilot: Copilot, conversation: Conversation) -> Suggestions:
    """The suggestions for the last customer message; a model in trouble costs its time limit and one line in the log."""
    offline = copilot.suggest(conversation)
    if copilot.model is None:
        return offline
    try:
        return wait_for(copilot.improve(conversation, offline), copilot.model)
    except ModelError as error:
        _log.warning("%s", error)
        return offline
