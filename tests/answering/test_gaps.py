from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from copilot.answering import Answer, Citation
from copilot.answering.gaps import MAX_KEPT_CHARACTERS, gaps, is_gap, kept_form, nearest_of
from copilot.conversation import ClauseRef
from copilot.store import UnansweredQuestion

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def asked(number: int, question: str, *, days: int = 0, done: bool = False, near: str = "") -> UnansweredQuestion:
    nearest = ({"document": "agreement", "clause": near, "score": 0.2},) if near else ()
    at = NOW + timedelta(days=days)
    return UnansweredQuestion(number, "cli", question, at, "cli", nearest, at if done else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("食堂几点开门", "请问食堂几点开门呀？"),
        ("食堂几点开门", "食堂几点开"),
        ("年假有几天", "年假几天"),
        ("公司有没有班车", "公司有班车没有"),
        ("Is there a canteen?", "is there a canteen"),
    ],
)
def test_the_same_question_in_other_words_counts_together(one: str, other: str) -> None:
    assert [gap.count for gap in gaps([asked(1, one), asked(2, other)])] == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [("年假几天", "病假几天"), ("满 3 年涨多少工资", "满 5 年涨多少工资"), ("食堂几点开门", "班车几点出发"), ("工资几号发", "宿舍怎么申请")],
)
def test_different_questions_count_apart(one: str, other: str) -> None:
    assert [gap.count for gap in gaps([asked(1, one), asked(2, other)])] == [1, 1]


def test_gaps_come_with_examples_and_the_nearest_clause_most_frequent_first() -> None:
    kept = [
        asked(1, "班车几点走", days=3), asked(2, "食堂几点开门", near="4.1"), asked(3, "请问食堂几点开门", days=2, near="3.1.4"),
        asked(4, "食堂几点开门", days=1, near="3.1.4"),
    ]  # fmt: skip
    first, second = gaps(reversed(kept))
    assert (first.id, first.ids, first.question, first.count, first.wordings) == (2, (2, 3, 4), "食堂几点开门", 3, ("请问食堂几点开门",))
    assert (first.first_at, first.last_at) == (NOW, NOW + timedelta(days=2))
    assert first.nearest == ClauseRef("agreement", "3.1.4")
    assert (second.question, second.nearest, second.again) == ("班车几点走", None, False)


def test_what_was_dealt_with_is_hidden_until_somebody_asks_again() -> None:
    done = [asked(1, "食堂几点开门", done=True), asked(2, "食堂几点开门呀", done=True)]
    assert gaps(done) == []
    again = gaps([*done, asked(3, "食堂几点开门")])
    assert [(gap.id, gap.count, gap.again) for gap in again] == [(1, 1, True)]


def test_thousands_of_questions_are_grouped_in_a_moment() -> None:
    kept = [asked(n, f"第{n % 900}号仓库的{chr(0x4E00 + n % 1500)}{chr(0x5000 + n % 1300)}怎么领") for n in range(3_000)]
    started = time.perf_counter()
    assert len(gaps(kept)) > 100
    assert time.perf_counter() - started < 3.0


def test_only_a_question_with_words_that_was_not_answered_is_a_gap() -> None:
    assert is_gap(Answer("食堂几点开门", False, "没有查到"))
    assert not is_gap(Answer("😀？？", False, "请写下问题"))
    assert not is_gap(Answer("电话几声", True, "三声", (Citation("agreement", "2.1", "响应", "三声", 0.9),)))


def test_a_follow_up_is_kept_written_out_and_a_long_text_cut() -> None:
    near = (Citation("agreement", "4.1", "奖励", "奖励", 0.2),)
    assert kept_form(Answer("那周末呢", False, "没有查到", understood="食堂几点开门 那周末呢")) == "食堂几点开门 那周末呢"
    assert len(kept_form(Answer("问" * 50_000, False, "没有查到"))) == MAX_KEPT_CHARACTERS
    assert nearest_of(Answer("x", False, "y", nearest=near)) == [{"document": "agreement", "clause": "4.1", "score": 0.2}]
