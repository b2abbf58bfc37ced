"""Norm files are read strictly: what is wrong with one is said with file, line and remedy."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from fakes.norms import norms_workspace

from copilot.errors import WorkspaceError
from copilot.norms import read_examples, read_norms
from copilot.norms.reviewer import Reviewer
from copilot.workspace import builtin_workspace

GOOD = """- id: no-shouting
  clause: '1.2.2'
  kind: forbid
  severity: warn
  title: 不大声
  reason: 请不要对客户大声说话。
  advice: 请放低声音再说一遍。
  patterns: ['<喊>什么']
"""


class _Reader:
    """Nothing here reaches the reader: every case fails before, or looks at the norms alone."""

    def read(self, conversation):
        raise AssertionError("not asked")

    def acts(self, turn, before=None):
        raise AssertionError("not asked")


def test_words_are_spelled_out_in_patterns(tmp_path: Path) -> None:
    (norm,) = read_norms(norms_workspace(tmp_path, GOOD))
    assert norm.patterns == ("(?:喊|吼)什么",)


@pytest.mark.parametrize(
    ("broken", "line", "remedy"),
    [
        (GOOD.replace("severity: warn", "severity: loud"), 4, "severity"),
        (GOOD + "  colour: red\n", 9, "删去"),
        (GOOD.replace("  reason: 请不要对客户大声说话。\n", ""), 1, "补上"),
        (GOOD.replace("  patterns: ['<喊>什么']\n", ""), 1, "patterns"),
        (GOOD.replace("<喊>", "<叫>"), 8, "norm_words.yaml"),
        (GOOD.replace("kind: forbid", "kind: require"), 8, ""),
    ],
)
def test_a_broken_norm_names_file_line_and_remedy(tmp_path: Path, broken: str, line: int, remedy: str) -> None:
    if not remedy:  # a require norm with patterns is fine: the counter-example
        assert read_norms(norms_workspace(tmp_path, broken))
        return
    with pytest.raises(WorkspaceError) as caught:
        read_norms(norms_workspace(tmp_path, broken))
    assert f"knowledge/norms/a.yaml:{line}：" in str(caught.value)
    assert remedy in str(caught.value)


def test_a_pattern_that_re2_refuses_names_its_norm_and_place(tmp_path: Path) -> None:
    workspace = norms_workspace(tmp_path, GOOD.replace("<喊>什么", "(?=喊)"))
    with pytest.raises(WorkspaceError, match=r"a\.yaml:1：规范 no-shouting.*请改正"):
        Reviewer(workspace, _Reader(), tmp_path)


def test_examples_of_an_unknown_norm_are_refused(tmp_path: Path) -> None:
    workspace = norms_workspace(tmp_path, GOOD, examples="- norm: no-whispering\n  bad: [喊什么]\n")
    with pytest.raises(WorkspaceError, match=r"norm_examples/a\.yaml:1：.*no-whispering"):
        read_examples(workspace, read_norms(workspace))


def test_every_norm_has_at_least_forty_examples_of_each_kind() -> None:
    workspace = builtin_workspace()
    norms = read_norms(workspace)
    bad: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for examples in read_examples(workspace, norms):
        bad[examples.norm] += len(examples.bad)
        good[examples.norm] += len(examples.good)
    assert [norm.id for norm in norms if bad[norm.id] < 40 or good[norm.id] < 40] == []


@pytest.mark.parametrize(("day", "holds"), [(1, False), (2, True), (8, True), (9, False)])
def test_a_norm_holds_from_its_first_day_until_before_its_last(tmp_path: Path, day: int, holds: bool) -> None:
    (norm,) = read_norms(norms_workspace(tmp_path, GOOD + "  valid_from: 2026-03-02\n  valid_until: 2026-03-09\n"))
    assert norm.holds_on(date(2026, 3, day)) is holds


def test_a_norm_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    broken = GOOD + "  valid_from: 2026-03-09\n  valid_until: 2026-03-09\n"
    with pytest.raises(WorkspaceError, match="valid_until"):
        read_norms(norms_workspace(tmp_path, broken))


def test_the_clauses_that_must_be_covered_are_covered() -> None:
    covered = {norm.clause for norm in read_norms(builtin_workspace()) if norm.document == "agreement"}
    wanted = "1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.3.4 1.4 2.1 2.2 2.3 2.4 2.5 3.2.7 3.2.8"
    assert set(wanted.split()) <= covered
