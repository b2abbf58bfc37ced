"""`open/` holds lines that are labelled rightly and judged wrongly today: work to do, kept apart from what is learnt."""

from __future__ import annotations

from pathlib import Path

import yaml

from copilot.norms import read_examples, read_norms
from copilot.norms.model import ORDINARY, ExampleLine, ExampleSet
from copilot.workspace import builtin_workspace

WORKSPACE = builtin_workspace()
SETS = [
    ExampleSet.model_validate(record)
    for path in sorted(Path(__file__).with_name("open").glob("*.yaml"))
    for record in yaml.safe_load(path.read_text("utf-8")) or []
]


def test_every_open_line_belongs_to_a_norm_that_exists() -> None:
    assert SETS
    assert {each.norm for each in SETS} <= {ORDINARY, *(norm.id for norm in read_norms(WORKSPACE))}


def test_no_open_line_is_learnt_from() -> None:
    learnt = {line for each in read_examples(WORKSPACE, read_norms(WORKSPACE)) for line in (*each.bad, *each.good)}
    assert [line for line in lines() if line in learnt] == []


def lines() -> list[ExampleLine]:
    return [line for each in SETS for line in (*each.bad, *each.good)]
