"""Answers questions about the agreement and the policies, in the clauses' own words, or says that nothing is written."""

from copilot.answering.answer import Answer, Citation
from copilot.answering.answerer import NOT_COVERED, Answerer, ClauseSearch

__all__ = ["NOT_COVERED", "Answer", "Answerer", "Citation", "ClauseSearch"]
