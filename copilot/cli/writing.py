"""`copilot polish`, `translate` and `summary`: better words from the command line, offline first, with a model where one is set."""

from __future__ import annotations

import logging
from typing import Any

from rich.console import Console
from rich.text import Text

from copilot.cli.waiting import wait_for
from copilot.conversation import Conversation
from copilot.desk.words import cite
from copilot.engine import Copilot
from copilot.errors import CopilotError, ModelError
from copilot.summaries import Summary

_log = logging.getLogger(__name__)
_CANNOT = "这句不好直接润色：请写明办不了什么、为什么、接下来怎么办，再试一次。"


def polished(copilot: Copilot, draft: str, conversation: Conversation) -> dict[str, Any]:
    """`text` (null where nobody found a proper wording), `source` and `cites`; a model's wording wins where it passes."""
    found = copilot.polish(draft, conversation)
    text, source = (found.text, "offline") if found is not None else (None, "offline")
    cites = copilot.polisher.cites()
    if copilot.assistant is not None:
        try:
            text, source = wait_for(copilot.assistant.polish(draft, cites, conversation), copilot.model), "llm"
        except ModelError as error:
            _log.warning("%s", error)
    return {"text": text, "source": source, "cites": [{"document": c.document, "clause": c.clause} for c in cites]}


def summary_of(copilot: Copilot, conversation: Conversation) -> Summary:
    """The conversation in three lines; a model in trouble costs its time limit and one line in the log."""
    offline = copilot.summary(conversation)
    if copilot.assistant is None:
        return offline
    try:
        return wait_for(copilot.assistant.summarise(conversation, offline), copilot.model)
    except ModelError as error:
        _log.warning("%s", error)
        return offline


def show_polished(console: Console, copilot: Copilot, draft: str, conversation: Conversation) -> int:
    """Print the proper reply; 0, or 1 where there is none."""
    found = polished(copilot, draft, conversation)
    if found["text"] is None:
        console.print(Text(_CANNOT, style="yellow"), soft_wrap=True)
        return 1
    console.print(Text(found["text"]), soft_wrap=True)
    origin = "模型所写 · " if found["source"] == "llm" else ""
    console.print(Text(f"  {origin}{cite(copilot, copilot.polisher.cites())}", style="dim"), soft_wrap=True)
    return 0


def show_english(console: Console, copilot: Copilot, reply: str, conversation: Conversation) -> None:
    """Print the reply in English and the Chinese below. Raises CopilotError offline, ModelError where the model fails."""
    if copilot.assistant is None:
        raise CopilotError("离线时不能翻译。请先设置 COPILOT_MODEL（语言模型），再试一次。")
    console.print(Text(wait_for(copilot.assistant.translate(reply, conversation), copilot.model)), soft_wrap=True)
    console.print(Text(f"  模型所写 · 中文：{reply}", style="dim"), soft_wrap=True)


def show_summary(console: Console, copilot: Copilot, conversation: Conversation) -> None:
    """Print the three lines."""
    summary = summary_of(copilot, conversation)
    for line in summary.lines():
        console.print(Text(line), soft_wrap=True)
    if summary.source == "llm":
        console.print(Text("（由模型所写，请核对）", style="dim"))
