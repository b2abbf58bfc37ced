"""Guided ways through a case: procedures as data, and where a dialogue stands in one."""

from copilot.procedures.loading import read_procedures, read_signals
from copilot.procedures.model import ProcedureRecord, SignalRecord, StepRecord
from copilot.procedures.progress import Progress, StepState, StepStatus, TurnProgress
from copilot.procedures.signals import SignalReader
from copilot.procedures.tracker import ActReader, Tracker

__all__ = [
    "ActReader", "ProcedureRecord", "Progress", "SignalReader", "SignalRecord", "StepRecord", "StepState", "StepStatus",
    "Tracker", "TurnProgress", "read_procedures", "read_signals",
]  # fmt: skip
