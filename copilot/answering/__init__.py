"""Answers questions about the agreement and the policies, in the clauses' own words, or says that nothing is written."""

from copilot.answering.answer import Answer, Citation
from copilot.answering.answerer import NOT_COVERED, Answerer, ClauseSearch, cited_line, says, without_source
from copilot.answering.support import supported
from copilot.answering.topics import Topics

__all__ = [
    "NOT_COVERED", "Answer", "Answerer", "Citation", "ClauseSearch", "Topics", "cited_line", "says", "supported",
    "without_source",
]  # fmt: skip
