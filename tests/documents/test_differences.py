from __future__ import annotations

from datetime import date

from copilot.clauses import Clause
from copilot.documents.differences import differences, edits


def clause(number: str, text: str, **more: object) -> Clause:
    return Clause("a", "甲", number, f"题{number}", text, **more)  # type: ignore[arg-type]


def test_each_clause_is_new_changed_or_gone_and_the_rest_is_silent() -> None:
    old = [clause("1", "同。"), clause("2", "24 小时内答复。"), clause("3", "不要了。")]
    new = [clause("1", "同。"), clause("2", "48 小时内答复。"), clause("4", "新来的。")]
    found = differences(old, new)
    assert [(each.kind, each.clause.number) for each in found] == [("changed", "2"), ("new", "4"), ("gone", "3")]


def test_a_change_shows_the_words_with_what_stands_around_them() -> None:
    (only,) = edits("收到后 24 小时内答复客户。", "收到后 48 小时内答复客户。")
    assert (only.before, only.removed, only.added, only.after) == ("收到后 ", "24", "48", " 小时内答复客户")


def test_figures_are_not_cut_in_the_middle() -> None:
    (only,) = edits("收 19.9 元", "收 18.9 元")
    assert (only.removed, only.added) == ("19.9", "18.9")


def test_a_clause_that_only_moved_to_another_number_is_renumbered() -> None:
    old = Clause("a", "甲", "2", "题", "文")
    (only,) = differences([old], [Clause("a", "甲", "3", "题", "文")])
    assert (only.kind, only.old) == ("renumbered", old)


def test_two_clauses_cannot_both_be_what_one_was() -> None:
    new = [Clause("a", "甲", number, "题", "文") for number in ("3", "4")]
    assert [each.kind for each in differences([Clause("a", "甲", "2", "题", "文")], new)] == ["renumbered", "new"]


def test_versions_are_kept_apart_or_compared_with_each_other() -> None:
    old, new = clause("1", "文。", version=""), clause("1", "文!", version="2026-01-01")
    assert [each.kind for each in differences([old], [new])] == ["new", "gone"]
    assert [each.kind for each in differences([old], [new], by_version=False)] == ["changed"]


def test_other_days_are_a_change_of_their_own() -> None:
    old, new = clause("1", "文。"), clause("1", "文。", valid_until=date(2027, 1, 1))
    assert [each.kind for each in differences([old], [new])] == ["period"]
