"""Yes and no: the hand-written questions of leads.yaml, and what must never be answered with either."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from copilot.answering.asked import is_english, yes_or_no
from copilot.answering.leads import lead_of, parts
from copilot.answering.topics import Topics
from copilot.clauses import read_clauses
from copilot.workspace import builtin_workspace

TOPICS = Topics.of(builtin_workspace())
CASES = yaml.safe_load((Path(__file__).parent / "leads.yaml").read_text("utf-8"))
TEXTS = {clause.number: clause.text for clause in read_clauses(builtin_workspace()) if clause.document == "agreement"}


def given(cases: list[list[str]]) -> list[tuple[str, str, str]]:
    return [(question, right, lead_of(question, TEXTS[clause], TOPICS) or "-") for clause, question, right in cases]


def test_no_question_that_the_rules_were_written_for_gets_a_wrong_lead() -> None:
    assert [case for case in given(CASES["tuned"]) if case[2] not in ("-", case[1])] == []


def test_held_out_questions_get_a_wrong_lead_in_one_of_thirty_at_most_and_a_right_one_mostly() -> None:
    found = given(CASES["held_out"])
    right = sum(got == wanted != "-" for _, wanted, got in found)
    wrong = sum(got not in ("-", wanted) for _, wanted, got in found)
    assert wrong * 30 <= right + wrong
    assert right >= 0.75 * sum(wanted != "-" for _, wanted, _ in found)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("包装盒撕烂了还能退吗", "包装破了但商品完好的，可以退，不得以包装为由拒绝。"),
        ("发票没了还能修不", "电子订单就是保修凭证，不需要纸质保修卡，也不需要发票。"),
        ("打断客户之后可以道歉吗", "不得打断客户讲话。"),
        ("电话响五声再接可以吗", "电话应在三声之内接起。"),
        ("客户可以打断我吗", "不得打断客户讲话。"),
        ("可以打断同事吗", "不得打断客户讲话。"),
        ("为什么不可以打断客户", "不得打断客户讲话。"),
        ("打断客户还是等他说完", "不得打断客户讲话。"),
        ("经主管同意可以透露客户信息吗", "不得泄露客户信息。"),
    ],
)
def test_where_the_clause_does_not_plainly_say_there_is_no_lead(question: str, text: str) -> None:
    assert lead_of(question, text, TOPICS) is None


def test_parts_of_a_clause_have_the_stance_of_their_modal() -> None:
    found = parts("客服应认真倾听，弄懂意思，不得打断客户；可以复述。响应时间另行规定。", TOPICS)
    assert [(part.text, part.stance) for part in found] == [
        ("客服应认真倾听", "require"), ("弄懂意思", "require"), ("不得打断客户", "forbid"), ("可以复述", "permit"),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "english"), [("can I do it", True), ("dian hua ji sheng jie", False), ("可以 say no 吗", False)])
def test_english_is_told_from_pinyin_and_mixed_text(text: str, english: bool) -> None:
    assert is_english(text) is english


@pytest.mark.parametrize("question", ["电话响几声要接", "哪些话不能说", "投诉怎么处理", "", "😀", "吗"])
def test_other_questions_ask_for_no_yes_or_no(question: str) -> None:
    assert yes_or_no(question) is None
