"""What is in question: only what the linear model is not sure of, never what a rule found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot.conversation import Conversation
from copilot.norms import Reviewer, read_norms
from copilot.norms.grey import in_question
from copilot.norms.matching import Hit
from copilot.norms.opinion import Opinion
from copilot.reading import Reader
from copilot.workspace import builtin_workspace

WORKSPACE = builtin_workspace()
NORMS = {norm.id: norm for norm in read_norms(WORKSPACE)}
BLAME, CURT, TIP = NORMS["blame-customer"], NORMS["cold-curt"], next(n for n in NORMS.values() if n.severity == "tip")


def told(hits: list[Hit], *leanings: Opinion) -> list[tuple[str, bool]]:
    return [(each.norm.id, each.found) for each in in_question(hits, leanings)]


@pytest.mark.parametrize(
    ("probability", "asked"),
    [(0.3, False), (0.59, False), (0.6, True), (0.85, True), (0.94, True), (0.95, False), (0.99, False)],
)
def test_only_a_probability_near_the_threshold_is_in_question(probability: float, asked: bool) -> None:
    assert told([], Opinion(BLAME, 0, 5, probability)) == ([("blame-customer", False)] if asked else [])


def test_what_was_found_without_a_rule_may_be_taken_back_and_nothing_is_added_to_it() -> None:
    found = Hit(BLAME, 0, 5, "warn")
    assert told([found], Opinion(BLAME, 0, 5, 0.9), Opinion(CURT, 0, 5, 0.9)) == [("blame-customer", True)]


def test_a_finding_of_a_rule_closes_the_question() -> None:
    assert told([Hit(CURT, 0, 2)], Opinion(BLAME, 0, 5, 0.8)) == []
    assert told([Hit(TIP, 0, 2)], Opinion(BLAME, 0, 5, 0.8)) == [("blame-customer", False)]


def test_the_reviewer_is_in_doubt_about_few_ordinary_replies_and_never_where_a_rule_speaks(built_home: Path) -> None:
    reviewer = Reviewer(WORKSPACE, Reader(WORKSPACE, built_home / "models"), built_home / "models")
    assert reviewer.in_question("自己看说明书去，傻逼", Conversation()) == ()
    lines = (Path(__file__).with_name("heldout_blind2.jsonl")).read_text("utf-8").splitlines()
    doubts = 0
    for line in lines:
        row = json.loads(line)
        conversation = Conversation.from_customer(row["customer"])
        for doubt in reviewer.in_question(row["reply"], conversation):
            finding = doubt.finding
            assert row["reply"][finding.start : finding.end] == finding.quote
            names = {each.norm for each in reviewer.review(row["reply"], conversation, with_rewrite=False).findings}
            assert doubt.found == (finding.norm in names)
            doubts += 1
    assert 0 < doubts < 0.2 * len(lines)
