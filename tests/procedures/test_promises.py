"""Promised times: found in the words of a reply, read on the clock of who promises, and silent about everything else."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from copilot.procedures.clocks import read_clocks
from copilot.procedures.promises import PromiseReader
from copilot.workspace import builtin_workspace

RECORD = read_clocks(builtin_workspace()).promises
READER = PromiseReader(RECORD)
WEDNESDAY = datetime(2026, 11, 18, 10, 5, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("text", RECORD.examples.hit)
def test_an_example_is_a_promise(text: str) -> None:
    assert len(READER.promises(text, WEDNESDAY)) == 1


@pytest.mark.parametrize("text", RECORD.examples.miss)
def test_a_near_miss_is_none(text: str) -> None:
    assert READER.promises(text, WEDNESDAY) == ()


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("两小时内给您回电。", "2026-11-18 12:05"),
        ("一个半小时内给您回电话。", "2026-11-18 11:35"),
        ("半小时内我们回复您。", "2026-11-18 10:35"),
        ("半个小时后给您打电话。", "2026-11-18 10:35"),
        ("24 小时内处理好。", "2026-11-19 10:05"),
        ("二十四小时之内给您答复。", "2026-11-19 10:05"),
        ("十五分钟以内组长联系您。", "2026-11-18 10:20"),
        ("一刻钟内给您回话。", "2026-11-18 10:20"),
        ("三天内给您结果。", "2026-11-21 10:05"),
        ("三个工作日内办结，我跟进。", "2026-11-23 18:00"),
        ("明天上午前答复您。", "2026-11-19 12:00"),
        ("明天上午十点前，我给您回电话。", "2026-11-19 10:00"),
        ("今天下午三点半我打电话跟您说结果。", "2026-11-18 15:30"),
        ("今晚八点前师傅上门。", "2026-11-18 20:00"),
        ("明晚给您回个信。", "2026-11-19 22:00"),
        ("后天中午给您准信，我来联系您。", "2026-11-20 13:00"),
        ("大后天发货。", "2026-11-21 18:00"),
        ("周五下班前给您一个说法。", "2026-11-20 18:00"),
        ("下周一早上九点我联系您。", "2026-11-23 09:00"),
        ("周二给您答复。", "2026-11-24 18:00"),
        ("我15:40给您回电。", "2026-11-18 15:40"),
        ("11月20号前给您答复。", "2026-11-20 18:00"),
        ("三点我给您回电。", "2026-11-18 15:00"),
        ("麻烦您告诉我订单号，我两小时内给您回电。", "2026-11-18 12:05"),
        ("明天上午十点前，我给您回电话，请您留意。", "2026-11-19 10:00"),
        ("下班前回复您。", "2026-11-18 18:00"),
        ("我先查，两点前回复您，最迟今天下午五点给您办完。", "2026-11-18 17:00"),
        ("最遲明天上午給您回覆，我會聯繫您。", "2026-11-19 12:00"),
    ],
)
def test_a_time_is_read_on_the_clock_of_who_promises(text: str, due: str) -> None:
    (found,) = READER.promises(text, WEDNESDAY)
    assert found.due_at.strftime("%Y-%m-%d %H:%M") == due
    assert found.due_at.tzinfo is not None


@pytest.mark.parametrize(
    "text",
    [
        "今天上午九点给您打过电话。",  # over
        "请您两小时内回复我们。",
        "退款一般三天内到账。",
        "您看明天下午三点上门可以吗？",
        "我无法保证明天之前答复您。",
        "2月30号给您答复。",
        "您看明天下午三点，安排师傅上门可以吗？",
        "马上给您处理。",
        "电话早上八点到晚上十点开通。",
        "您的订单是11月2号下的。",
        "",
    ],
)
def test_words_that_promise_nothing_are_left_alone(text: str) -> None:
    assert READER.promises(text, WEDNESDAY) == ()


def test_the_words_are_quoted_as_they_were_written_sentence_by_sentence() -> None:
    found = READER.promises("已登记。两小时內給您回電！明天上午再跟您确认结果，我会联系您。", WEDNESDAY)
    assert [each.words for each in found] == ["两小时內給您回電！", "明天上午再跟您确认结果，我会联系您。"]


def test_reminding_comes_a_share_before_and_never_too_early() -> None:
    soon, late = WEDNESDAY + timedelta(minutes=10), WEDNESDAY + timedelta(days=2)
    assert READER.early(WEDNESDAY, soon) == WEDNESDAY + timedelta(minutes=8)
    assert READER.early(WEDNESDAY, late) == late - timedelta(minutes=15)
