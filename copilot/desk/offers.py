"""The engine's suggestions as the desk keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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


def numbered(replies: Sequence[OfferedReply], before: Sequence[OfferedReply]) -> tuple[OfferedReply, ...]:
    """The replies with their numbers: what stood on the card `before` keeps its own, what joins gets the next."""
    known = {_said(each): each.number for each in before}
    for each in replies:
        known.setdefault(_said(each), len(known) + 1)
    return tuple(replace(each, number=known[_said(each)]) for each in replies)


def all_shown(replies: Sequence[OfferedReply], before: Sequence[OfferedReply]) -> tuple[OfferedReply, ...]:
    """Everything that ever stood on the card, by number."""
    by_number = {each.number: each for each in (*before, *replies)}
    return tuple(by_number[number] for number in sorted(by_number))


def _said(reply: OfferedReply) -> tuple[str, str]:
    return reply.text, reply.beside
