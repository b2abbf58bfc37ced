"""Finished conversations checked as a quality lead would: what was said, how soon, what was missed, and a score."""

from copilot.quality.batch import check_files
from copilot.quality.examiner import Examiner, duration
from copilot.quality.lines import dialogue_of, read_json
from copilot.quality.masking import Veil
from copilot.quality.report import Checked, Dialogue, Mark, Response, Score
from copilot.quality.rules import QualityRules, read_rules
from copilot.quality.sources import READABLE
from copilot.quality.summary import Summary
from copilot.quality.writing import Showing, as_json, written_to

__all__ = [
    "READABLE",
    "Checked",
    "Dialogue",
    "Examiner",
    "Mark",
    "QualityRules",
    "Response",
    "Score",
    "Showing",
    "Summary",
    "Veil",
    "as_json",
    "check_files",
    "dialogue_of",
    "duration",
    "read_json",
    "read_rules",
    "written_to",
]  # fmt: skip
