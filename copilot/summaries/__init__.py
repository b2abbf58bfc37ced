"""A case in three lines: what the customer wants, what was done, what is open. From the conversation alone."""

from copilot.summaries.summarising import SummaryReader, summarise
from copilot.summaries.summary import Summary

__all__ = ["Summary", "SummaryReader", "summarise"]
