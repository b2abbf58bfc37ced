"""Who says things twice."""

from __future__ import annotations

import pytest

from copilot.conversation import Act, PersonalDataType, Turn
from copilot.quality import read_rules
from copilot.quality.repetition import Repetitions
from copilot.workspace import builtin_workspace


@pytest.fixture(scope="module")
def repetitions() -> Repetitions:
    return Repetitions(read_rules(builtin_workspace()).repetition)


def marks(
    repetitions: Repetitions, *lines: str, acts: dict[int, set[Act]] | None = None,
    given: dict[int, set[PersonalDataType]] | None = None,
) -> list[tuple[str, int]]:  # fmt: skip
    """Kinds and turns; a line begins with 客 or 我."""
    turns = [Turn("customer" if line[0] == "客" else "agent", line[1:]) for line in lines]
    done: list[set[Act]] = [
        (acts or {}).get(place, {"inform"} if turn.role == "customer" else {"explain"}) for place, turn in enumerate(turns)
    ]
    data = [(given or {}).get(place, set()) for place in range(len(turns))]
    return [(mark.kind, mark.turn) for mark in repetitions.marks(turns, done.__getitem__, data.__getitem__)]


def test_the_same_reply_sent_again_is_marked_whatever_its_punctuation(repetitions: Repetitions) -> None:
    found = marks(repetitions, "客怎么回事", "我正在为您核实物流。", "客还没好吗", "我正在为您核实，物流！")
    assert found == [("said_again", 4)]


def test_a_greeting_may_be_said_twice(repetitions: Repetitions) -> None:
    found = marks(
        repetitions, "我您好，欢迎光临本店", "客在吗", "我您好，欢迎光临本店", acts={0: {"greet"}, 2: {"greet", "thank"}}
    )
    assert found == []


def test_a_customer_who_says_the_same_after_an_answer_was_not_heard(repetitions: Repetitions) -> None:
    found = marks(repetitions, "客洗衣机漏水怎么办", "我请问您贵姓", "客洗衣机漏水怎么办啊")
    assert found == [("customer_repeats", 3)]


def test_a_customer_who_repeats_before_any_answer_only_waits(repetitions: Repetitions) -> None:
    assert marks(repetitions, "客洗衣机漏水怎么办", "客洗衣机漏水怎么办", "我马上为您安排") == []


def test_a_thank_you_may_be_said_twice(repetitions: Repetitions) -> None:
    found = marks(repetitions, "客好的谢谢你啊亲", "我不客气", "客好的谢谢你啊亲", acts={0: {"thank"}, 2: {"thank"}})
    assert found == []


@pytest.mark.parametrize("said", ["我都说了三遍了！", "刚刚已经发过了", "又要我重新讲一遍？"])
def test_a_customer_who_says_so_is_believed(repetitions: Repetitions, said: str) -> None:
    assert marks(repetitions, "客冰箱不制冷", "我请描述一下问题", f"客{said}") == [("customer_repeats", 3)]


def test_what_a_courier_said_is_no_repetition(repetitions: Repetitions) -> None:
    assert marks(repetitions, "客到哪了", "我我查一下", "客快递员也说过了，在路上") == []


def test_asking_for_the_number_that_was_given_is_marked_once_for_each_time(repetitions: Repetitions) -> None:
    found = marks(
        repetitions, "客我的手机13900001111", "我请您提供一下手机号", "客上面有", "我麻烦您把联系方式发我，手机号发一下",
        given={0: {"phone"}},
    )  # fmt: skip
    assert found == [("asked_again", 2), ("asked_again", 4)]


@pytest.mark.parametrize("asked", ["跟您核对一下，手机号是尾号1111对吗", "请提供新的手机号", "不用再提供手机号了", "请提供一下订单号"])
def test_checking_a_number_or_asking_for_another_is_fine(repetitions: Repetitions, asked: str) -> None:
    assert marks(repetitions, "客我的手机13900001111", f"我{asked}", given={0: {"phone"}}) == []


def test_asking_before_it_was_given_is_fine(repetitions: Repetitions) -> None:
    found = marks(repetitions, "客查快递", "我请提供一下手机号", "客13900001111", given={2: {"phone"}})
    assert found == []
