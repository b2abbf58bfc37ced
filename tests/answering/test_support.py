"""What a clause supports: the hand-written sentences of support.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from copilot.answering.support import supported
from copilot.clauses import Clause, read_clauses
from copilot.workspace import builtin_workspace

CASES = yaml.safe_load((Path(__file__).parent / "support.yaml").read_text("utf-8"))
CLAUSES = {clause.number: clause for clause in read_clauses(builtin_workspace()) if clause.document == "agreement"}


@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_no_sentence_that_the_clause_does_not_say_is_supported(part: str) -> None:
    cases = CASES[part]["unsupported"]
    assert [text for number, text in cases if supported(text, [CLAUSES[number]])] == []


@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_nearly_all_sentences_that_the_clause_says_are_supported(part: str) -> None:
    cases = CASES[part]["supported"]
    assert sum(supported(text, [CLAUSES[number]]) for number, text in cases) >= 0.9 * len(cases)


def test_each_sentence_of_a_clause_is_supported_by_it() -> None:
    for clause in CLAUSES.values():
        first = clause.text.partition("。")[0] + "。"
        assert supported(first, [clause]), first


@pytest.mark.parametrize("text", ["", "。", "可以。", "不可以这样做。", "Yes.", "是的，没错。"])
def test_a_sentence_that_says_nothing_is_supported_by_no_clause(text: str) -> None:
    assert not supported(text, list(CLAUSES.values()))


def test_a_figure_must_stand_in_the_clause_that_is_cited() -> None:
    one = Clause("a", "甲", "1", "回复", "邮件在二十四小时之内回复。")
    assert supported("邮件在24小时之内回复。", [one])
    assert not supported("邮件在48小时之内回复。", [one])
