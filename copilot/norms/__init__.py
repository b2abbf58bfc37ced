"""Judges a draft: what was said that must not be, and what was left out that must be said, clause by clause."""

from copilot.norms.accepted import Accepted, Kind, bare, keep_accepted
from copilot.norms.findings import Doubt, Finding, Review
from copilot.norms.model import ExampleLine, ExampleSet, Norm, Replacement, When, read_examples, read_norms
from copilot.norms.reviewer import Reviewer

__all__ = [
    "Accepted", "Doubt", "ExampleLine", "ExampleSet", "Finding", "Kind", "Norm", "Replacement", "Review", "Reviewer", "When",
    "bare", "keep_accepted", "read_examples", "read_norms",
]  # fmt: skip
