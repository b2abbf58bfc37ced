"""A rough draft turned into a proper reply that keeps its facts, by rules that are data."""

from copilot.polishing.facts import keeps_the_facts
from copilot.polishing.polisher import Polished, Polisher

__all__ = ["Polished", "Polisher", "keeps_the_facts"]
