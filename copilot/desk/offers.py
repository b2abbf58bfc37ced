"""The engine's suggestions as the desk keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.desk.state import OfferedReply

if TYPE_CHECKING:
    from copilot.phrasing import Suggestion


def as_sent(text: str, beside: str) -> str:
    """What is kept of a reply that went out in another language: both, so that the case can be followed."""
    return f"{text}\n（{beside}）" if beside else text


def offered_replies(suggestions: tuple[Suggestion, ...]) -> tuple[OfferedReply, ...]:
    """The suggestions as the desk keeps them, three at most."""
    return tuple(
        OfferedReply(
            each.text, tuple((cite.document, cite.clause) for cite in each.cites), each.style, each.source,
            getattr(each, "beside", ""), getattr(each, "phrase", ""),
        )
        for each in suggestions[:3]
    )  # fmt: skip
