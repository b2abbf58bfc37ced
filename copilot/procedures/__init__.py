"""Guided ways through a case: procedures as data, and where a dialogue stands in one."""

from copilot.procedures.casebook import CaseBook
from copilot.procedures.clocks import ChannelRecord, ClockRecord
from copilot.procedures.loading import read_procedures, read_signals
from copilot.procedures.model import ProcedureRecord, SignalRecord, StepRecord
from copilot.procedures.progress import Progress, StepState, StepStatus, TurnProgress
from copilot.procedures.promises import Promise, PromiseReader
from copilot.procedures.signals import SignalReader
from copilot.procedures.solutions import Solutions
from copilot.procedures.special_cases import EmergencyRecord, SpecialCases
from copilot.procedures.tracker import ActReader, Tracker

__all__ = [
    "ActReader", "CaseBook", "ChannelRecord", "ClockRecord", "EmergencyRecord", "ProcedureRecord", "Progress", "Promise", "PromiseReader", "SignalReader", "SignalRecord", "Solutions", "SpecialCases", "StepRecord", "StepState", "StepStatus",
    "Tracker", "TurnProgress", "read_procedures", "read_signals",
]  # fmt: skip
