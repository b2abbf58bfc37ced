from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot.answering import Answer, Citation
from copilot.clauses import Clause
from copilot.cli.eval_ask import as_json, as_text
from copilot.conversation import ClauseRef
from copilot.errors import CopilotError
from copilot.evaluation.asking import Known, ask_all, figures_of, read_known

GOOD = {"id": "a", "question": "电话响几声要接", "document": "agreement", "clauses": ["2.1"], "style": "colloquial"}


def clause(number: str, text: str) -> Clause:
    return Clause("agreement", "客服行为规范协议", number, f"第{number}条", text, (), (), False, "source", 1)


CLAUSES = (clause("1.1", "上班着装要整洁得体"), clause("2.1", "电话在铃响三声之内接起"), clause("2.2", "邮件当天回复"))
REFS = {each.ref for each in CLAUSES}


def answer(*numbers: str) -> Answer:
    cites = tuple(Citation("agreement", number, "", "", 0.9) for number in numbers)
    return Answer("", bool(numbers), "", cites)


def always(*numbers: str) -> Callable[[str], Answer]:
    return lambda question: answer(*numbers)


def known(question: str, *right: str) -> Known:
    return Known("x", question, frozenset(ClauseRef("agreement", each) for each in right), "agreement", "oblique")


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), "utf-8")
    return path


def test_lines_are_read_with_their_clauses_and_blank_lines_left_aside(tmp_path: Path) -> None:
    uncovered = {"id": "b", "question": "明天下雨吗", "clauses": []}
    read = read_known(write(tmp_path / "ask.jsonl", GOOD, "", uncovered), REFS)
    assert [(each.id, sorted(map(str, each.right))) for each in read] == [("a", ["agreement 2.1"]), ("b", [])]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "不是完整的 JSON"),
        ("[]", "应是一个 JSON 对象"),
        ({"id": "a", "clauses": []}, "缺少 question"),
        ({**GOOD, "question": "  "}, "缺少 question"),
        ({**GOOD, "clauses": "2.1"}, "clauses 应是文字的列表"),
        ({**GOOD, "clauses": ["9.9"]}, "agreement 里没有条款 9.9"),
        ({**GOOD, "document": "nowhere"}, "nowhere 里没有条款 2.1"),
        (GOOD, "编号 a 与前面的重复"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(tmp_path: Path, line: object, says: str) -> None:
    path = write(tmp_path / "ask.jsonl", GOOD, line)
    with pytest.raises(CopilotError, match=f"ask.jsonl:2：.*{says}"):
        read_known(path, REFS)


def test_a_file_without_lines_or_without_text_gives_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CopilotError, match="是空的"):
        read_known(write(tmp_path / "empty.jsonl", ""), REFS)
    with pytest.raises(CopilotError, match="读不了"):
        read_known(tmp_path / "missing.jsonl", REFS)
    (tmp_path / "gbk.jsonl").write_bytes("电话".encode("gbk"))
    with pytest.raises(CopilotError, match="UTF-8"):
        read_known(tmp_path / "gbk.jsonl", REFS)


@pytest.mark.parametrize(
    ("cited", "first", "among_three"),
    [(("2.1",), True, True), (("1.1", "2.2", "2.1"), False, True), (("1.1", "2.2", "1.1", "2.1"), False, False), ((), False, False)],
)
def test_the_place_of_the_right_clause_among_the_cited_ones_counts(
    cited: tuple[str, ...], first: bool, among_three: bool
) -> None:
    (outcome,) = ask_all([known("手机在响", "2.1")], always(*cited), CLAUSES)
    assert (outcome.first, outcome.among_three) == (first, among_three)


def test_a_question_that_shares_three_characters_in_a_row_is_no_far_one() -> None:
    near, far = ask_all([known("铃响三下", "2.1"), known("铃 响", "2.1")], always("2.1"), CLAUSES)
    assert (near.few_shared, far.few_shared) == (False, True)


def test_plain_search_stands_where_words_put_the_clause() -> None:
    same, none = ask_all([known("邮件什么时候回复", "2.2"), known("蹬双拖鞋", "1.1")], always("1.1"), CLAUSES)
    assert same.plain_place == 0
    assert none.plain_place == len(CLAUSES)


def test_shares_are_counted_apart_for_covered_and_uncovered_questions() -> None:
    asked = [known("电话", "2.1"), known("邮件", "2.2"), known("天气")]
    figures = figures_of(list(ask_all(asked, lambda question: answer() if question == "天气" else answer("2.1"), CLAUSES)))
    assert (figures.covered, figures.uncovered) == (2, 1)
    assert (figures.first, figures.covered_refused, figures.uncovered_refused) == (0.5, 0.0, 1.0)


def test_a_group_without_questions_of_a_kind_has_no_share() -> None:
    figures = figures_of(list(ask_all([known("天气")], always(), CLAUSES)))
    assert figures.first is figures.covered_refused is figures.plain_first is None


def test_the_report_gives_totals_by_document_and_style_but_no_question() -> None:
    outcomes = list(ask_all([known("电话没接", "2.1"), known("天气")], always("2.1"), CLAUSES))
    told = "\n".join(as_text(outcomes))
    assert "第一条就对 100.0%" in told
    assert "如实说没查到的 0.0%" in told
    assert "agreement：有规定 1 个" in told
    assert "绕着说：" in told
    assert "天气" not in told
    assert "电话没接" not in told


def test_the_machine_report_has_one_group_a_line() -> None:
    outcomes = list(ask_all([known("电话没接", "2.1"), known("天气")], always("2.1"), CLAUSES))
    rows = [json.loads(line) for line in as_json(outcomes)]
    assert [(row["kind"], row["name"]) for row in rows] == [("all", ""), ("document", "agreement"), ("style", "oblique")]
    assert rows[0]["first"] == 1.0
    assert rows[0]["p95_ms"] >= rows[0]["p50_ms"] >= 0.0
