"""The state machine on a procedure of three steps whose signals are plain words."""

from __future__ import annotations

import pytest

from copilot.conversation import Turn
from copilot.procedures.model import ProcedureRecord
from copilot.procedures.progress import Progress
from copilot.procedures.walk import Walk

CLAUSE = {"document": "agreement", "clause": "2.3"}


def step(number: int, identity: str, following: str | None, **more: object) -> dict[str, object]:
    return {
        "number": number, "id": identity, "title": identity, "requirement": "…", "hint": "…", "clause": CLAUSE,
        "next": following, **more,
    }  # fmt: skip


PROCEDURE = ProcedureRecord.model_validate(
    {
        "id": "small", "title": "小流程", "description": "…", "clause": CLAUSE,
        "opened_by": [{"signal": "trouble"}],
        "restarted_by": [{"signal": "another"}],
        "reopened_by": [{"signal": "again"}],
        "closed_by": [{"signal": "bye"}],
        "steps": [
            step(1, "sorry", "offer", patience_turns=1, completed_by=[{"signal": "sorry"}],
                 worked_on_by=[{"signal": "sorry"}]),
            step(2, "offer", "done", completed_by=[{"signal": "offer"}], worked_on_by=[{"signal": "look"}, {"signal": "offer"}],
                 excused_by=[{"signal": "look"}], reopened_by=[{"signal": "no"}]),
            step(3, "done", None, worked_on_by=[{"signal": "act"}],
                 completed_by=[{"signal": "yes", "after": ["act"], "unless_answering": ["wait"], "in_hand": True}]),
        ],
    }
)  # fmt: skip


def walk(*turns: str) -> Progress:
    """`c:` and `a:` turns whose words are the signals."""
    walked = Walk(PROCEDURE)
    for turn in turns:
        role, words = turn.split(":")
        walked.take(Turn("customer" if role == "c" else "agent", words), frozenset(words.split()))
    return walked.progress()


def steps(progress: Progress) -> list[tuple[int, tuple[int, ...], tuple[int, ...]]]:
    return [(turn.step, turn.completed, turn.skipped) for turn in progress.turns]


def test_each_step_is_completed_by_the_turn_that_meets_it() -> None:
    progress = walk("c:trouble", "a:sorry", "a:offer", "a:act", "c:yes")
    assert steps(progress) == [(1, (), ()), (2, (1,), ()), (3, (2,), ()), (3, (), ()), (3, (3,), ())]
    assert progress.finished


def test_one_turn_can_complete_several_steps() -> None:
    assert steps(walk("c:trouble", "a:sorry offer"))[-1] == (3, (1, 2), ())


def test_nothing_counts_before_the_case_is_opened() -> None:
    assert steps(walk("c:hello", "a:sorry", "a:offer")) == [(1, (), ())] * 3


def test_patience_lets_one_turn_on_the_next_step_pass() -> None:
    assert steps(walk("c:trouble", "a:look"))[-1] == (2, (), ())
    assert steps(walk("c:trouble", "a:look", "a:look"))[-1] == (2, (), (1,))


def test_a_step_made_good_is_no_longer_named_as_skipped() -> None:
    assert steps(walk("c:trouble", "a:look", "a:look", "a:sorry"))[-1] == (2, (1,), ())


def test_working_two_steps_ahead_is_a_skip_at_once() -> None:
    assert steps(walk("c:trouble", "a:act"))[-1] == (3, (), (1, 2))


def test_an_excused_step_is_passed_by_without_reproach() -> None:
    assert steps(walk("c:trouble", "a:sorry", "a:look", "a:act"))[-1] == (3, (), ())


def test_rejection_goes_back_and_the_step_is_completed_again() -> None:
    progress = walk("c:trouble", "a:sorry", "a:offer", "c:no", "a:offer")
    assert [turn.step for turn in progress.turns] == [1, 2, 3, 2, 3]
    assert progress.turns[-1].completed == (2,)


def test_an_answer_to_a_request_to_wait_is_no_consent() -> None:
    assert not walk("c:trouble", "a:sorry", "a:offer", "a:act", "a:wait", "c:yes").finished


def test_an_earlier_signal_does_not_count_after_a_fall_back() -> None:
    assert not walk("c:trouble", "a:sorry", "a:offer", "a:act", "c:no", "a:offer", "c:yes").finished


def test_a_second_complaint_starts_a_case_of_its_own() -> None:
    progress = walk("c:trouble", "a:sorry", "a:offer", "a:act", "c:yes another", "a:sorry")
    assert steps(progress)[-2:] == [(1, (3,), ()), (2, (1,), ())]
    assert progress.case == 2


def test_only_a_finished_case_is_reopened() -> None:
    assert walk("c:trouble", "a:sorry", "c:again").case == 1
    assert walk("c:trouble", "a:sorry", "a:offer", "a:act", "c:yes", "c:again trouble").case == 2


def test_ending_the_case_names_what_is_still_open() -> None:
    assert steps(walk("c:trouble", "a:sorry", "a:offer", "a:bye"))[-1] == (3, (), (3,))


def test_the_card_shows_status_and_quoted_evidence() -> None:
    states = walk("c:trouble", "a:sorry", "a:act").steps
    assert [state.status for state in states] == ["done", "skipped", "current"]
    assert states[0].evidence == "第2条（客服）：“sorry”"
    assert states[1].evidence == "第3条（客服）：“act”"


def test_the_card_of_a_finished_case_has_no_current_step() -> None:
    states = walk("c:trouble", "a:sorry", "a:offer", "a:act", "c:yes").steps
    assert {state.status for state in states} == {"done"}


@pytest.mark.parametrize("turns", [(), ("a:sorry",), ("c:hello",)])
def test_an_empty_or_unopened_case_stands_at_the_first_step(turns: tuple[str, ...]) -> None:
    progress = walk(*turns)
    assert (progress.step, progress.finished, progress.skipped) == (1, False, ())
