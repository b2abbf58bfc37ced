"""Judges a draft: what was said that must not be, and what was left out that must be said, clause by clause."""

from copilot.norms.findings import Finding, Review
from copilot.norms.model import ExampleLine, ExampleSet, Norm, Replacement, When, read_examples, read_norms
from copilot.norms.reviewer import Reviewer

__all__ = [
    "ExampleLine", "ExampleSet", "Finding", "Norm", "Replacement", "Review", "Reviewer", "When",
    "read_examples", "read_norms",
]  # fmt: skip
