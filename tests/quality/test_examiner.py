"""One conversation checked: findings, repetition, times, steps, emergencies, and what cannot be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.quality_engine import quality_engine

from copilot.conversation import Turn
from copilot.engine import Copilot
from copilot.quality import Checked, Dialogue, Examiner
from copilot.quality.examiner import MOST_TURNS

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def talk(*texts: str, seconds: tuple[float, ...] = ()) -> Dialogue:
    """A conversation that the customer begins; `seconds` after the start, one for each text."""
    times = [START + timedelta(seconds=each) for each in seconds] or [None] * len(texts)
    roles = ("customer", "agent")
    turns = tuple(
        Turn(roles[place % 2], text, at)  # type: ignore[arg-type]
        for place, (text, at) in enumerate(zip(texts, times, strict=True))
    )
    return Dialogue("1", turns)


@pytest.fixture(scope="module")
def plain() -> Examiner:
    return Examiner(quality_engine())


def found(checked: Checked) -> list[tuple[str, int]]:
    return [(mark.name, mark.turn) for mark in checked.marks]


def points(checked: Checked) -> dict[str, int | None]:
    return {score.group: score.points for score in checked.scores}


def states(checked: Checked) -> dict[str, str]:
    return {score.group: score.state for score in checked.scores}


def test_each_agent_turn_is_reviewed_and_scored_by_its_clause(plain: Examiner) -> None:
    checked = plain.check(talk("你好", "滚", "怎么这样", "不归我管", seconds=(0, 5, 60, 65)))
    assert found(checked) == [("rude", 2), ("shirk", 4)]
    assert points(checked) == {"language": 70, "attitude": 100, "integrity": 100, "response": 100, "handling": 85}


def test_the_same_norm_counts_twice_at_most(plain: Examiner) -> None:
    checked = plain.check(talk("一", "滚吧", "二", "滚开", "三", "滚远点", "四", "滚蛋", seconds=tuple(range(8))))
    assert points(checked)["language"] == 40


def test_without_times_the_response_is_not_checked_and_never_fine(plain: Examiner) -> None:
    checked = plain.check(talk("你好", "您好，请讲"))
    assert states(checked)["response"] == "unchecked"
    assert points(checked)["response"] is None
    assert checked.notes == ("响应时间未核查：没有时间",)


def test_a_late_answer_is_marked_with_the_clause_of_its_channel(plain: Examiner) -> None:
    checked = plain.check(talk("你好", "您好，请讲", seconds=(0, 31)))
    assert found(checked) == [("late", 2)]
    assert str(checked.marks[0].clause) == "agreement 2.1"
    assert points(checked)["response"] == 90


@pytest.mark.parametrize(
    ("channel", "seconds", "state", "late"),
    [("在线", 29, "scored", 0), ("邮件", 86_000, "scored", 0), ("邮件", 87_000, "scored", 1), ("电话", 500, "unchecked", 0),
     ("烟火信号", 500, "unchecked", 0)],
)  # fmt: skip
def test_each_channel_has_its_own_limit(plain: Examiner, channel: str, seconds: int, state: str, late: int) -> None:
    checked = plain.check(replace(talk("你好", "您好，请讲", seconds=(0, seconds)), channel=channel))
    assert states(checked)["response"] == state
    assert sum(response.late for response in checked.responses) == late


def test_times_in_minutes_say_nothing_about_thirty_seconds_but_enough_about_a_day(plain: Examiner) -> None:
    chat = replace(talk("你好", "您好，请讲", seconds=(0, 60)), minutes_only=True)
    assert states(plain.check(chat))["response"] == "unchecked"
    assert states(plain.check(replace(chat, channel="邮件")))["response"] == "scored"


def test_times_that_run_backwards_are_not_checked(plain: Examiner) -> None:
    checked = plain.check(talk("你好", "您好", "在吗亲", "在的", seconds=(100, 40, 120, 125)))
    assert states(checked)["response"] == "unchecked"
    assert [response.turn for response in checked.responses] == [4]


def test_a_conversation_without_agent_turns_is_not_checked_at_all(plain: Examiner) -> None:
    checked = plain.check(Dialogue("1", (Turn("customer", "有人吗，我要投诉"),)))
    assert set(states(checked).values()) == {"unchecked"}
    assert checked.marks == ()


def test_an_empty_conversation_is_not_checked_at_all(plain: Examiner) -> None:
    assert set(states(plain.check(Dialogue("1", ()))).values()) == {"unchecked"}


def test_where_nobody_had_to_answer_there_is_nothing_to_time(plain: Examiner) -> None:
    checked = plain.check(Dialogue("1", (Turn("agent", "您好，您的快递到了。"),)))
    assert states(checked)["response"] == "not_concerned"


def test_a_message_that_could_not_be_read_leaves_everything_open(plain: Examiner) -> None:
    checked = plain.check(replace(talk("你好", "滚"), unread=1))
    assert set(states(checked).values()) == {"unchecked"}
    assert found(checked) == [("rude", 2)]


def test_steps_of_a_complaint_that_were_never_done_are_listed(plain: Examiner) -> None:
    checked = plain.check(talk("我要投诉", "您好，很抱歉", "然后呢", "我查一下"))
    missing = [(mark.name, mark.severity) for mark in checked.marks if mark.kind == "step_missing"]
    assert missing == [
        ("step:propose", "warn"), ("step:agree", "warn"), ("step:carry_out", "tip"), ("step:confirm", "tip"),
    ]  # fmt: skip
    assert checked.complaint
    assert points(checked)["handling"] == 90


def test_steps_of_what_is_perhaps_no_complaint_are_tips_that_cost_nothing(plain: Examiner) -> None:
    checked = plain.check(talk("有点不满意", "您好，很抱歉"))
    assert {mark.severity for mark in checked.marks} == {"tip"}
    assert not checked.complaint
    assert points(checked)["handling"] == 100


def test_what_is_perhaps_a_complaint_and_comes_again_is_one(plain: Examiner) -> None:
    checked = plain.check(talk("有点不满意", "您好，很抱歉", "还是不满啊", "我查一下"))
    assert checked.complaint
    assert points(checked)["handling"] == 90


def test_an_emergency_without_a_report_is_missed(plain: Examiner) -> None:
    checked = plain.check(talk("插座冒烟了", "请先断电离开"))
    assert [(mark.name, mark.turn) for mark in checked.marks] == [("emergency:report", 1)]
    assert points(checked)["handling"] == 60


def test_the_same_words_get_the_same_marks_whoever_the_agent_is(plain: Examiner) -> None:
    one = plain.check(talk("你好", "不归我管"))
    other = plain.check(replace(talk("你好", "不归我管"), id="团队B-李雷"))
    assert one.scores == other.scores
    assert one.marks == other.marks


def test_a_very_long_conversation_is_cut_and_says_so(plain: Examiner) -> None:
    turns = tuple(Turn("agent", f"第{number}条") for number in range(MOST_TURNS + 5))
    checked = plain.check(Dialogue("1", turns))
    assert set(states(checked).values()) == {"unchecked"}
    assert any("只看了前 2,000 条" in note for note in checked.notes)


# With the real engine


def test_a_real_dialogue_shows_what_a_quality_lead_would_see(copilot: Copilot) -> None:
    checked = Examiner(copilot).check(talk(
        "快递十天没到了，我要投诉！", "这不归我管，你自己查", "我都说了三遍了，单号SF1234567890123", "您的单号是多少",
        seconds=(0, 10, 20, 70),
    ))  # fmt: skip
    names = [name for name, _ in found(checked)]
    assert {"shirking", "customer_repeats", "late"} <= set(names)
    assert "asked_again" in names or "make-repeat" in names
    assert checked.complaint
    assert points(checked)["response"] == 90


def test_a_real_emergency_is_missed_when_the_agent_asks_for_the_order_first(copilot: Copilot) -> None:
    checked = Examiner(copilot).check(talk("插座冒烟了，闻到烧焦味！", "请您提供订单号，我帮您登记。"))
    assert {"emergency:protect", "emergency:report"} <= {mark.name for mark in checked.marks}
    handled = talk("插座冒烟了，闻到烧焦味！", "请您马上断电离开，拨打119！我已上报值班主管，负责人马上联系您。")
    assert not {"emergency:protect", "emergency:report"} & {m.name for m in Examiner(copilot).check(handled).marks}


def test_a_good_dialogue_has_nothing_to_change(copilot: Copilot) -> None:
    checked = Examiner(copilot).check(talk(
        "你好，请问会员生日有礼物吗", "您好，感谢您的咨询。会员生日当月可以在“我的权益”里领取一张优惠券。",
        "好的谢谢", "不客气，感谢您的支持，祝您生活愉快！", seconds=(0, 12, 30, 38),
    ))  # fmt: skip
    assert not checked.has_findings, checked.marks
    assert points(checked) == {"language": 100, "attitude": 100, "integrity": 100, "response": 100, "handling": 100}


def test_fifty_thousand_characters_and_emoji_are_checked_like_any_text(copilot: Copilot) -> None:
    checked = Examiner(copilot).check(talk("🔥🔥🔥" * 2_000, "好的👌" * 16_667, "在吗", "\u202e您好\ud83d"))
    assert len(checked.scores) == 5
