"""Floors under the figures that `copilot eval ask` prints: totals only, so that the set stays blind."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.engine import Copilot
from copilot.evaluation.asking import Figures, ask_all, figures_of, read_known

ROOT = Path(__file__).resolve().parents[2]
SETS = {
    "blind": ROOT / "knowledge" / "evaluation" / "ask.jsonl",
    "development": ROOT / "tests" / "knowledge" / "blind_questions.jsonl",
}


@pytest.fixture(scope="module")
def figures(copilot: Copilot) -> dict[str, Figures]:
    """Of each set, the questions about the agreement and those that nothing answers."""
    found = {}
    for name, path in SETS.items():
        known = read_known(path, {clause.ref for clause in copilot.index.clauses})
        asked = [each for each in known if not each.right or each.document == "agreement"]
        found[name] = figures_of(list(ask_all(asked, copilot.ask, copilot.index.clauses)))
    return found


@pytest.mark.parametrize("name", SETS)
def test_the_right_clause_of_the_agreement_comes_first_for_four_in_five(figures: dict[str, Figures], name: str) -> None:
    assert (figures[name].first or 0.0) >= 0.80


@pytest.mark.parametrize(("name", "floor"), [("blind", 0.95), ("development", 0.94)])
def test_the_right_clause_is_among_three_for_nearly_all(figures: dict[str, Figures], name: str, floor: float) -> None:
    assert (figures[name].among_three or 0.0) >= floor


@pytest.mark.parametrize("name", SETS)
def test_few_covered_questions_are_refused_and_most_uncovered_ones(figures: dict[str, Figures], name: str) -> None:
    assert (figures[name].covered_refused or 0.0) <= 0.05
    assert (figures[name].uncovered_refused or 0.0) >= 0.80


def test_plain_search_over_words_does_much_worse_so_the_blind_set_is_not_easy(figures: dict[str, Figures]) -> None:
    assert (figures["blind"].plain_first or 0.0) <= 0.30
    assert (figures["blind"].few_shared or 0.0) >= 0.75
