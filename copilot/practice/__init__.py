"""Training cases with a simulated customer, and their marking clause by clause."""

from copilot.practice.events import PracticeReader, PracticeReviewer, PracticeTracker
from copilot.practice.model import Criterion, Move, Scenario, State
from copilot.practice.practice import Practice, read_scenarios
from copilot.practice.run import PracticeRun
from copilot.practice.scorecard import Evidence, Mark, Scorecard

__all__ = [
    "Criterion", "Evidence", "Mark", "Move", "Practice", "PracticeReader", "PracticeReviewer", "PracticeRun",
    "PracticeTracker", "Scenario", "Scorecard", "State", "read_scenarios",
]  # fmt: skip
