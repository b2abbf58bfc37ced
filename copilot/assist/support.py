"""Whether a model's summary says what is there and nothing else, as far as that can be told without reading."""

from __future__ import annotations

from copilot.answering.support import share
from copilot.assist.fitness import shape_objection
from copilot.conversation import Conversation
from copilot.language import compile_pattern, figures, normalise
from copilot.summaries import Summary

_LONGEST_LINE = 90  # characters
_LEAST_SHARED = 0.45  # of a line's pairs of characters, with the conversation and the offline summary
_DONE = compile_pattern("(已经?|都)(为|给|帮|替|向)?(客户|您|他|她)?[^,。;]{0,4}(退款|退货|补发|补寄|换货|赔付|赔偿|补偿|取消|开票|解决|办好|到账|完成|上报|转交)")


def summary_objection(summary: Summary, offline: Summary, conversation: Conversation) -> str | None:
    """Why a model's summary must not be shown, or None: other figures, other matters, or a deed nobody told of."""
    told = "\n".join((*(turn.text for turn in conversation.turns), *offline.lines()))
    for line in (summary.wants, summary.done, summary.open):
        if not line or (found := shape_objection(line, _LONGEST_LINE)):
            return "empty" if not line else found
        if figures(line) - figures(told):
            return "other figures"
        if share(line, [told]) < _LEAST_SHARED:
            return "other matters"
    said = normalise("\n".join(conversation.agent_texts)).text
    for claim in _DONE.finditer(normalise(summary.done).text):
        if claim.group(4) not in said:
            return "claims a deed"
    return None
