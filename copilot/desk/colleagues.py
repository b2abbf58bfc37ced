"""Who else works at the desks, and what they are called: a handle where one is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from copilot.desk.session import Session

if TYPE_CHECKING:
    from copilot.store import KnownAgent, Work

MOST_LISTED = 8
_SEEN_WITHIN = timedelta(days=30)
_EVER = timedelta(days=36_500)
TRAINING = "web:practice"  # how the desks of practice pages begin, which serve nobody
_PLACES = {"web:local": "网页控制台"}


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can take a case over; `label` is what the button says."""

    agent: str
    label: str


async def colleagues(session: Session) -> tuple[Colleague, ...]:
    """The others who used the desk lately, supervisors first, then those seen last."""
    known = await session.work.known_agents(session.now - _SEEN_WITHIN)
    others = [each for each in known if each.agent != session.agent and not each.agent.startswith(TRAINING)]
    duty = session.duty.chain
    ordered = sorted(others, key=lambda each: duty.index(each.agent) if each.agent in duty else len(duty))
    return tuple(
        Colleague(each.agent, f"主管 {_name(each)}" if each.agent in duty else _name(each))
        for each in ordered[:MOST_LISTED]
    )


async def named(session: Session, agent: str) -> str:
    """What an agent is called."""
    return (await names(session.work, session.now)).get(agent) or _called(agent)


async def names(work: Work, now: datetime) -> dict[str, str]:
    """What all agents are called who ever used the desk."""
    return {each.agent: _name(each) for each in await work.known_agents(now - _EVER)}


def _name(known: KnownAgent) -> str:
    if known.name:
        return f"@{known.name.removeprefix('@')}"
    return _called(known.agent)


def _called(agent: str) -> str:
    """An agent of whom only the desk is known: by the place it stands in."""
    place, _, name = agent.partition(":")
    return _PLACES.get(agent) or (f"Telegram 用户 {name}" if place == "tg" else name or agent)
