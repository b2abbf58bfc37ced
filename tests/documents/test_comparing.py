from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
import yaml

from copilot.clauses import Clause, read_clauses
from copilot.documents.comparing import Comparison, compare
from copilot.documents.comparing_words import ComparingWords
from copilot.errors import WorkspaceError
from copilot.workspace import Workspace, builtin_workspace

FIGURES = Path(__file__).parent / "figures"
WORDS = ComparingWords.read(builtin_workspace())


def clause(
    document: str, number: str, title: str, text: str, start: date | None = None, end: date | None = None
) -> Clause:
    return Clause(document, document, number, title, text, valid_from=start, valid_until=end)


def found(*clauses: Clause) -> Comparison:
    return compare(clauses, WORDS)


def disagree(first: list[str], second: list[str]) -> bool:
    return bool(found(clause("one", "1", *first), clause("two", "1", *second)).disagreements)


def measured(name: str) -> tuple[float, float]:
    """(precision, recall) over a file of pairs."""
    pairs = yaml.safe_load((FIGURES / name).read_text("utf-8"))
    right = sum(disagree(*pair) for pair in pairs["disagree"])
    wrong = sum(disagree(*pair) for pair in pairs["look_alike"])
    return right / (right + wrong), right / len(pairs["disagree"])


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [("seen.yaml", 1.0, 1.0), ("held_out.yaml", 1.0, 0.9), ("fresh.yaml", 1.0, 0.8), ("last.yaml", 0.85, 0.8)],

)
def test_pairs_that_disagree_are_told_from_those_that_only_look_so(name: str, precision: float, recall: float) -> None:
    got = measured(name)
    assert got[0] >= precision
    assert got[1] >= recall


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("拆封后 7 天内可以办理退换。", "拆封后 9 天内可以办理退换。", True),
        ("收到申诉后 3 天内答复申诉。", "受理申诉后 5 天内答复申诉。", True),
        ("拆封后 7 天内可以办理退换。", "付款后 9 天内可以办理退换。", False),
        ("出发前 7 天内可以办理退换。", "出发后 9 天内可以办理退换。", False),
    ],
)
def test_times_that_are_counted_from_different_events_do_not_disagree(first: str, second: str, expected: bool) -> None:
    assert disagree(["退换", first], ["退换", second]) is expected


def test_the_built_in_documents_do_not_disagree_and_repeat_nothing() -> None:
    assert compare(read_clauses(builtin_workspace()), WORDS) == Comparison((), ())


def test_a_disagreement_names_both_clauses_and_what_each_says() -> None:
    first = clause("delivery", "2.1", "投诉答复", "客户投诉应在 24 小时内答复。")
    second = clause("service-standards", "3.2", "答复投诉", "对客户的投诉，四十八小时内答复。")
    (only,) = found(first, second).disagreements
    assert (only.first, only.first_words) == (first, "24 小时")
    assert (only.second, only.second_words) == (second, "四十八小时")


def test_one_document_does_not_disagree_with_itself() -> None:
    first = clause("one", "1", "投诉答复", "客户投诉应在 24 小时内答复。")
    assert found(first, clause("one", "2", "答复投诉", "客户投诉应在 48 小时内答复。")).disagreements == ()


def test_versions_that_never_hold_together_are_not_compared() -> None:
    day = date(2026, 1, 1)
    texts = ("客户投诉应在 24 小时内答复。", "客户投诉应在 48 小时内答复。")
    old = clause("one", "1", "投诉答复", texts[0], None, day)
    assert found(old, clause("two", "1", "投诉答复", texts[1], day)).disagreements == ()
    assert found(old, clause("two", "1", "投诉答复", texts[0], day)).duplicates == ()
    assert len(found(old, clause("two", "1", "投诉答复", texts[1])).disagreements) == 1


def test_a_part_that_agrees_does_not_hide_another_that_does_not() -> None:
    assert disagree(["超时", "外卖超时 30 分钟以上，赔付 10 元。"], ["超时", "外卖超时 30 分钟以上，赔付 5 元。"])


def test_the_same_rule_in_two_places_is_reported_once_with_its_likeness() -> None:
    rule = "客户来信在收到后 24 小时内回复，办不完的先说明进展。"
    exact = found(clause("one", "1", "甲", rule), clause("two", "3", "乙", rule)).duplicates
    near = found(clause("one", "1", "甲", rule), clause("one", "2", "乙", rule.replace("说明进展", "说明办理的进展"))).duplicates
    assert [each.similarity for each in exact] == [1.0]
    assert [each.first.number + each.second.number for each in near] == ["12"]
    assert 0.7 <= near[0].similarity < 1.0


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("客服可以在征得同意以后查看客户的订单和地址。", "客服不可以在征得同意以后查看客户的订单和地址。"),
        ("客户来信在收到后 24 小时内回复并登记。", "客户来信在收到后 48 小时内回复并登记。"),
        ("当天答复。", "当天答复客户。"),
        ("属于第 30 类情形的客户，由第三组受理并当天办结。", "属于第 31 类情形的客户，由第三组受理并当天办结。"),
        ("大件商品由师傅预约上门并当面验收。", "会员积分按实付金额累计且长期有效。"),
    ],
)
def test_rules_that_differ_in_what_they_say_are_no_duplicates(first: str, second: str) -> None:
    assert found(clause("one", "1", "甲", first), clause("two", "1", "乙", second)).duplicates == ()


def test_a_thousand_clauses_are_compared_within_two_seconds() -> None:
    clauses = read_clauses(builtin_workspace())
    many = [
        Clause(f"{each.document}{copy}", "甲", each.number, each.title, f"{each.text}第{copy}分店适用。")
        for copy in range(6) for each in clauses
    ]  # fmt: skip
    started = time.process_time()  # other processes may be busy on the same machine
    result = compare(many, WORDS)
    assert time.process_time() - started < 2.0
    assert result.duplicates


def test_what_touches_one_version_can_be_picked_out() -> None:
    texts = ["客户投诉应在 24 小时内答复。", "客户投诉应在 48 小时内答复。"]
    whole = found(*(clause(name, "1", "投诉答复", text) for name, text in zip("abc", [*texts, texts[0]], strict=True)))
    assert len(whole.disagreements) == 2
    assert len(whole.touching("a").disagreements) == 1
    assert len(whole.touching("b").disagreements) == 2


def test_a_workspace_may_bring_words_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    assert ComparingWords.read(Workspace(tmp_path)).names("来信") == WORDS.names("邮件")
    (tmp_path / "knowledge/comparing.yaml").write_text("same:\n- [工装, 制服]\n", "utf-8")
    words = ComparingWords.read(Workspace(tmp_path))
    assert words.names("制服") == words.names("工装") == {"工装"}
    (tmp_path / "knowledge/comparing.yaml").write_text("sames: []\n", "utf-8")
    with pytest.raises(WorkspaceError, match=r"comparing\.yaml:1"):
        ComparingWords.read(Workspace(tmp_path))
