"""Which signals a turn gives: the acts that `reading` names, and the patterns of the procedures, in one pass each."""

from __future__ import annotations

from collections.abc import Iterable

from copilot.conversation import Act, Role
from copilot.language import PatternSet, normalise
from copilot.procedures.model import SignalRecord

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

    def signals(self, role: Role, text: str, acts: frozenset[Act] = frozenset()) -> frozenset[str]:
        """Ids of the signals that a turn gives."""
        hits = set(self._patterns[role].keys_in(normalise(text[:_MAX_CHARACTERS]).text))
        return frozenset(
            record.id
            for record in self._records
            if record.role == role
            and ((record.id, True) in hits or not acts.isdisjoint(record.acts))
            and (record.id, False) not in hits
        )
