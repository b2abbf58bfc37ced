"""Where a dialogue stands in a procedure, worked out from its turns alone.

The tracker walks the turns once. Each turn gives signals; the procedure's data says what they mean. Nothing is
remembered between calls: the same turns give the same progress, so a restart or a correction costs nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from copilot.conversation import Act, Conversation, Turn, Urgency
from copilot.errors import WorkspaceError
from copilot.procedures.loading import read_procedures, read_signals
from copilot.procedures.model import ProcedureRecord
from copilot.procedures.progress import Progress
from copilot.procedures.signals import SignalReader
from copilot.procedures.walk import Walk
from copilot.workspace import Workspace

ALARM = "alarm"  # the signal of a customer turn that tells of danger, beside what `reading` finds
_REMEMBERED = 1_024


class _Urgent(Protocol):
    @property
    def urgency(self) -> Urgency: ...


class ActReader(Protocol):
    """What the tracker needs of `copilot.reading.Reader`."""

    def acts(self, turn: Turn, before: Conversation = ...) -> frozenset[Act]: ...

    def read(self, conversation: Conversation) -> _Urgent: ...


class Tracker:
    """Follows procedures through dialogues."""

    def __init__(
        self, workspace: Workspace, reader: ActReader, procedures: dict[str, ProcedureRecord] | None = None
    ) -> None:
        """Reads and proves all procedures, unless they are given. Raises WorkspaceError naming file, line and remedy."""
        self.procedures: dict[str, ProcedureRecord] = read_procedures(workspace) if procedures is None else procedures
        self._signals = SignalReader(read_signals(workspace))
        self._reader = reader
        self._urgent: OrderedDict[Conversation, bool] = OrderedDict()  # a dialogue is tracked anew with each message

    def track(self, turns: Sequence[Turn], procedure: str = "complaint") -> Progress:
        """Progress after each turn, and now. Raises WorkspaceError when there is no such procedure."""
        record = self.procedures.get(procedure)
        if record is None:
            raise WorkspaceError(
                f"没有名为 {procedure!r} 的流程。现有：{'、'.join(self.procedures)}；可在 knowledge/procedures 里添加。"
            )
        walk = Walk(record)
        for place, turn in enumerate(turns):
            before = Conversation(tuple(turns[:place]))
            answered = next((each.text for each in reversed(before.turns) if each.role != turn.role), "")
            signals = self._signals.signals(turn.role, turn.text, self._reader.acts(turn, before), answered)
            walk.take(turn, signals, emergency=self._is_emergency(turn, before, signals))
        return walk.progress()

    def _is_emergency(self, turn: Turn, before: Conversation, signals: frozenset[str]) -> bool:
        if turn.role != "customer":
            return False
        if ALARM in signals:
            return True
        conversation = Conversation((*before.turns, turn))
        known = self._urgent.get(conversation)
        if known is None:
            known = self._urgent[conversation] = self._reader.read(conversation).urgency == "emergency"
            if len(self._urgent) > _REMEMBERED:
                self._urgent.popitem(last=False)
        return known
