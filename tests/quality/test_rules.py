"""The rules as data: limits stand in the clauses they cite, and every clause belongs to one group."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.conversation import ClauseRef
from copilot.engine import Copilot
from copilot.errors import WorkspaceError
from copilot.language import PatternSet, figures
from copilot.quality import QualityRules, read_rules
from copilot.workspace import Workspace, builtin_workspace, copy_builtin


@pytest.fixture(scope="module")
def rules() -> QualityRules:
    return read_rules(builtin_workspace())


def test_every_time_limit_stands_in_the_clause_that_it_cites(rules: QualityRules, copilot: Copilot) -> None:
    for channel in rules.channels:
        clause = copilot.index.clause(channel.ref)
        assert clause is not None, channel
        if channel.seconds is not None:
            assert channel.figure in figures(clause.text)


def test_a_chat_is_to_be_answered_within_the_agreements_thirty_seconds(rules: QualityRules) -> None:
    chat = rules.channel("")
    assert chat is not None
    assert (chat.seconds, chat.ref) == (30, ClauseRef("agreement", "2.1"))


def test_the_steps_that_are_named_exist(rules: QualityRules, copilot: Copilot) -> None:
    emergency = {step.id for step in copilot.tracker.procedures["emergency"].steps}
    complaint = {step.id for step in copilot.tracker.procedures["complaint"].steps}
    assert set(rules.emergency_steps) <= emergency
    assert set(rules.later_steps) <= complaint


def test_every_norms_clause_belongs_to_a_group(rules: QualityRules, copilot: Copilot) -> None:
    expected = {"1.2": "language", "1.3": "attitude", "1.4": "integrity", "2.1": "response", "2.2": "handling"}
    for norm in copilot.reviewer.norms:
        group = rules.group_of(ClauseRef(norm.document, norm.clause))
        if norm.document == "agreement" and norm.clause[:3] in expected:
            assert group.id == expected[norm.clause[:3]], norm.id


def test_a_clause_number_is_no_prefix_of_a_longer_number(rules: QualityRules) -> None:
    assert rules.group_of(ClauseRef("agreement", "1.20")).id == "handling"


@pytest.mark.parametrize(
    ("name", "role"),
    [("客户", "customer"), ("买家：", "customer"), ("USER", "customer"), ("坐席", "agent"), ("Agent", "agent"),
     ("系统", "ignored"), ("机器人", "ignored"), ("店小二", None), ("", None)],
)  # fmt: skip
def test_roles_are_known_by_many_names(rules: QualityRules, name: str, role: str | None) -> None:
    assert rules.role(name) == role


@pytest.mark.parametrize(
    ("heading", "column"),
    [("会话编号", "id"), ("Session_ID", "id"), ("发送时间", "time"), ("角色", "role"), ("sender", "role"),
     ("消息内容", "text"), ("\ufeff内容", "text"), ("渠道", "channel"), ("客服姓名", None), ("团队", None), ("工号", None)],
)  # fmt: skip
def test_columns_are_known_by_many_names_and_people_are_left_out(
    rules: QualityRules, heading: str, column: str | None
) -> None:
    assert rules.column(heading) == column


def test_a_mistake_in_the_rules_is_named_with_file_and_line(tmp_path: Path) -> None:
    team: Workspace = copy_builtin(tmp_path / "team")
    path = team.knowledge / "quality.yaml"
    path.write_text(path.read_text("utf-8").replace("most_per_norm: 2", "most_per_norm: zwei"), "utf-8")
    with pytest.raises(WorkspaceError, match=r"knowledge/quality\.yaml:\d+"):
        read_rules(team)


def test_what_customers_say_when_they_repeat_themselves(rules: QualityRules) -> None:
    patterns = PatternSet((True, pattern) for pattern in rules.repetition.customer_says_so)
    for said in ("我都说了三遍了", "刚才已经发过了", "又要我重新说一遍吗", "这个问题我问了好几次了"):
        assert patterns.keys_in(said), said
    for other in ("说明书上怎么写的", "我发个截图给你", "再说吧,我考虑考虑"):
        assert not patterns.keys_in(other), other
