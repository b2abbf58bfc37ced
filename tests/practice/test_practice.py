"""Every scenario played to its end, with good and with bad replies, and marked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes.acting import RuleActs

from copilot.conversation import Conversation, Verdict
from copilot.errors import CopilotError
from copilot.practice import Practice, PracticeRun, Scenario
from copilot.procedures import Tracker
from copilot.workspace import builtin_workspace

RUNS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "runs" / "runs.yaml").read_text(encoding="utf-8"))
RUDE = "你自己没看清楚"


@dataclass(frozen=True)
class PlainFinding:
    clause: str
    quote: str
    reason: str
    severity: str = "block"


@dataclass(frozen=True)
class PlainReview:
    verdict: Verdict
    findings: tuple[PlainFinding, ...] = ()


class RudenessReviewer:
    """Blocks one phrase as a breach of 1.3.4 and lets all else pass."""

    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> PlainReview:
        if RUDE in draft:
            return PlainReview("block", (PlainFinding("1.3.4", RUDE, "把责任推给客户。"),))
        return PlainReview("pass")


@pytest.fixture(scope="module")
def practice() -> Practice:
    reader = RuleActs()
    return Practice(builtin_workspace(), reader, RudenessReviewer(), Tracker(builtin_workspace(), reader))


def play(practice: Practice, scenario: str, replies: list[str]) -> PracticeRun:
    run, _ = practice.start(scenario)
    for reply in replies:
        run, _, finished = practice.answer(run, reply)
        if finished:
            break
    return run


def scenario_named(practice: Practice, identity: str) -> Scenario:
    return next(scenario for scenario in practice.scenarios if scenario.id == identity)


def test_there_are_six_scenarios_two_complaints_and_an_emergency(practice: Practice) -> None:
    assert len(practice.scenarios) >= 6
    assert {scenario.id for scenario in practice.scenarios} == {run["scenario"] for run in RUNS}
    assert sum(scenario.procedure == "complaint" for scenario in practice.scenarios) >= 2
    assert sum(scenario.procedure == "emergency" for scenario in practice.scenarios) >= 1


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case["scenario"])
def test_good_replies_reach_the_good_end_with_high_marks(practice: Practice, case: dict[str, Any]) -> None:
    run = play(practice, case["scenario"], case["good"])
    assert run.outcome == case["outcome"]
    assert practice.scorecard(run).total >= 85


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case["scenario"])
def test_bad_replies_score_far_lower_and_end_otherwise(practice: Practice, case: dict[str, Any]) -> None:
    good = practice.scorecard(play(practice, case["scenario"], case["good"]))
    run = play(practice, case["scenario"], case["bad"])
    assert run.outcome != case["outcome"]
    assert practice.scorecard(run).total <= good.total - 40


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case["scenario"])
def test_the_customer_never_says_the_same_twice_in_a_row_and_comes_to_an_end(
    practice: Practice, case: dict[str, Any]
) -> None:
    for reply in ("嗯", "抱歉", "请问订单号是多少？", RUDE):
        run, line = practice.start(case["scenario"])
        finished = False
        for _ in range(40):
            run, answer, finished = practice.answer(run, reply)
            assert answer
            assert answer != line
            line = answer
            if finished:
                break
        assert finished


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case["scenario"])
def test_a_run_goes_on_from_its_json_values(practice: Practice, case: dict[str, Any]) -> None:
    run, _ = practice.start(case["scenario"])
    for reply in case["good"]:
        stored = json.loads(json.dumps(run.to_json(), ensure_ascii=False))
        assert practice.restore(stored) == run
        assert practice.answer(practice.restore(stored), reply) == practice.answer(run, reply)
        run, _, _ = practice.answer(run, reply)


def test_the_same_words_get_the_same_marks(practice: Practice) -> None:
    runs = [play(practice, "sofa-delay", RUNS[0]["good"]) for _ in range(2)]
    assert practice.scorecard(runs[0]) == practice.scorecard(runs[1])


def test_the_scorecard_quotes_good_and_bad_words_of_the_trainee(practice: Practice) -> None:
    replies = [RUNS[0]["good"][0], RUDE]
    card = practice.scorecard(play(practice, "sofa-delay", replies))
    evidence = [item for mark in card.marks for item in mark.evidence]
    assert any(item.good and item.quote in replies[0] for item in evidence)
    assert any(not item.good and item.quote == RUDE and item.reply == 2 for item in evidence)


def test_the_scorecard_reads_as_plain_chinese_lines(practice: Practice) -> None:
    lines = practice.scorecard(play(practice, "sofa-delay", ["单号发来。"])).lines()
    assert lines[0].startswith("沙发三次改约：")
    assert lines[1].startswith("结局：")
    assert any(line.startswith("先理解并致歉（1.3.3）：0/20") for line in lines)
    assert any("建议：" in line for line in lines)


def test_an_apology_that_comes_late_earns_half(practice: Practice) -> None:
    card = practice.scorecard(play(practice, "sofa-delay", ["请问您的订单号是多少？", "让您白等三天，非常抱歉。"]))
    mark = next(mark for mark in card.marks if mark.title == "先理解并致歉")
    assert (mark.points, mark.out_of) == (10, 20)


def test_a_run_without_replies_earns_nothing(practice: Practice) -> None:
    run, _ = practice.start("sofa-delay")
    assert practice.scorecard(run).total == 0


def test_the_customer_calms_down_after_an_apology_and_not_after_rudeness(practice: Practice) -> None:
    assert play(practice, "sofa-delay", ["让您白等三天，非常抱歉。"]).state == "softened"
    assert play(practice, "sofa-delay", [RUDE]).state == "furious"


def test_a_finished_run_answers_no_more(practice: Practice) -> None:
    run = play(practice, "sofa-delay", [RUDE, RUDE])
    assert run.finished
    assert practice.answer(run, "对不起") == (run, None, True)


def test_saying_good_bye_too_early_ends_the_run(practice: Practice) -> None:
    run = play(practice, "sofa-delay", ["感谢您的来电，再见。"])
    assert "学员先结束" in run.outcome


def test_unknown_scenarios_and_outdated_runs_are_refused_politely(practice: Practice) -> None:
    with pytest.raises(CopilotError, match="现有场景"):
        practice.start("nothing")
    run, _ = practice.start("sofa-delay")
    with pytest.raises(CopilotError, match="重新开始"):
        practice.restore({**run.to_json(), "state": "gone"})
    with pytest.raises(CopilotError, match="重新开始"):
        practice.restore({"scenario": "sofa-delay"})


def test_every_criterion_cites_a_clause_of_the_agreement(practice: Practice) -> None:
    for scenario in practice.scenarios:
        for criterion in scenario.criteria:
            assert criterion.document == "agreement", (scenario.id, criterion.id)
            assert criterion.clause[0].isdigit()


def test_no_line_stands_twice_in_a_scenario(practice: Practice) -> None:
    for scenario in practice.scenarios:
        lines = [line for state in scenario.states for line in state.lines]
        lines += [line for state in scenario.states for move in state.moves for line in move.lines]
        assert len(lines) == len(set(lines)), scenario.id


def test_the_procedure_of_each_scenario_exists(practice: Practice) -> None:
    known = Tracker(builtin_workspace(), RuleActs()).procedures
    assert all(scenario_named(practice, run["scenario"]).procedure in known for run in RUNS)
