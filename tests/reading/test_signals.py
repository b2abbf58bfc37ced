from __future__ import annotations

from pathlib import Path

import pytest

from copilot.reading.judgement import Judge, SignalRule
from copilot.workspace import Workspace, builtin_workspace

RULES = builtin_workspace().read_records("reading/signals", SignalRule)


@pytest.fixture(scope="module")
def judge(workspace: Workspace, cache: Path) -> Judge:
    return Judge(workspace, cache)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_signal_is_seen_in_its_examples_and_not_in_its_counterexamples(judge: Judge, rule: SignalRule) -> None:
    seen = {text: rule.id in judge.signal_names(text) for text in (*rule.examples, *rule.counterexamples)}
    assert seen == {**dict.fromkeys(rule.examples, True), **dict.fromkeys(rule.counterexamples, False)}
