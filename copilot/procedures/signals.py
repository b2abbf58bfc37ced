"""Which signals a turn gives: the acts that `reading` names, and the patterns of the procedures, in one pass each."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.conversation import Act, Role
from copilot.language import PatternSet, normalise
from copilot.procedures.model import SignalRecord

_EMPTY = frozenset("我你您他她它们的了吧吗呢啊这那个就也都还是不有在和给把被一可以好行")  # say nothing about what is meant
_MAX_CHARACTERS = 2_000  # what lies beyond names no step and would cost time


class SignalReader:
    """Signals of a turn from its role, text and acts."""

    def __init__(self, records: Iterable[SignalRecord]) -> None:
        self._records = tuple(records)
        self._patterns: dict[Role, PatternSet[tuple[str, bool]]] = {
            role: PatternSet(
                ((record.id, yes), pattern)
                for record in self._records if record.role == role
                for yes, patterns in ((True, record.patterns), (False, record.unless))
                for pattern in patterns
            )
            for role in ("customer", "agent")
        }  # fmt: skip

    def signals(
        self, role: Role, text: str, acts: frozenset[Act] = frozenset(), answered: str | None = None
    ) -> frozenset[str]:
        """Ids of the signals that a turn gives; `answered` is the other side's turn before it, None for any words."""
        normal = normalise(text[:_MAX_CHARACTERS]).text
        hits = set(self._patterns[role].keys_in(normal))
        echoes = answered is None or _echoes(normal, normalise(answered[:_MAX_CHARACTERS]).text)
        return frozenset(
            record.id
            for record in self._records
            if record.role == role
            and ((record.id, True) in hits or not acts.isdisjoint(record.acts))
            and (record.id, False) not in hits
            and (echoes or not record.echoes)
        )


def _echoes(text: str, other: str) -> bool:
    """Whether two characters that mean something stand side by side in both texts."""
    pairs = {text[place : place + 2] for place in range(len(text) - 1)}
    return any(pair in other and not _EMPTY.intersection(pair) and pair.isalnum() for pair in pairs)
