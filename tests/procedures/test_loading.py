"""The data of procedures: what stands in the workspace is usable, and mistakes are named with file, line and remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.acting import NoActs, ScriptedActs

from copilot.conversation import Turn
from copilot.errors import WorkspaceError
from copilot.procedures import Tracker, read_procedures
from copilot.workspace import Workspace, builtin_workspace


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str, str], Workspace]:
    """A copy of the built-in procedures in which the first `old` of a file is replaced."""

    def edit(file: str, old: str, new: str) -> Workspace:
        folder = tmp_path / "knowledge" / "procedures"
        shutil.copytree(builtin_workspace().knowledge / "procedures", folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return Workspace(tmp_path)

    return edit


def test_the_built_in_procedures_are_those_of_the_agreement() -> None:
    found = read_procedures(builtin_workspace())
    assert {identity: len(record.steps) for identity, record in found.items()} == {
        "complaint": 6, "emergency": 5, "service": 5,
    }  # fmt: skip
    assert [step.id for step in found["complaint"].steps] == [
        "listen", "understand", "propose", "agree", "carry_out", "confirm",
    ]  # fmt: skip
    assert {str(record.clause.ref) for record in found.values()} == {"agreement 2.2", "agreement 2.3", "agreement 2.5"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("next: understand", "next: undrstand", "没有这个步骤"),
        ("next: understand", "next: propose", "走不到步骤 understand"),
        ("next: carry_out", "next: listen", "流程走不完"),
        ("number: 2", "number: 7", "请从 1 起依次编号"),
        ("hint: 先别急", "hnit: 先别急", "complaint.yaml:"),
        ("{signal: understood}", "{signal: undrestood}", "没有名为 'undrestood' 的信号"),
    ],
)
def test_a_broken_procedure_is_named_with_file_line_and_remedy(
    edited: Callable[[str, str, str], Workspace], old: str, new: str, said: str
) -> None:
    with pytest.raises(WorkspaceError, match=r"complaint\.yaml:\d+：") as caught:
        read_procedures(edited("complaint.yaml", old, new))
    assert said in str(caught.value)


def test_an_unknown_signal_is_named_with_its_line(edited: Callable[[str, str, str], Workspace]) -> None:
    workspace = edited("emergency.yaml", "{signal: escalated}", "{signal: shouted}")
    with pytest.raises(WorkspaceError) as caught:
        read_procedures(workspace)
    lines = (workspace.knowledge / "procedures" / "emergency.yaml").read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if "shouted" in line)
    assert f"emergency.yaml:{number}：" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("acts: [apologise, empathise]", "acts: [apologize]", "signals.yaml:"),
        ("'抱歉|对不起", "'(抱歉|对不起", "无法使用"),
        ("  - id: warm", "  - id: understood", "写了两次"),
    ],
)
def test_a_broken_signal_is_named_with_file_line_and_remedy(
    edited: Callable[[str, str, str], Workspace], old: str, new: str, said: str
) -> None:
    with pytest.raises(WorkspaceError, match=r"signals\.yaml:\d+：") as caught:
        read_procedures(edited("signals.yaml", old, new))
    assert said in str(caught.value)


def test_a_workspace_without_procedures_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "knowledge" / "procedures").mkdir(parents=True)
    (tmp_path / "knowledge" / "procedures" / "signals.yaml").write_text("signals: []", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="copilot init"):
        read_procedures(Workspace(tmp_path))


def test_an_unknown_procedure_is_refused_with_the_known_ones() -> None:
    with pytest.raises(WorkspaceError, match="complaint"):
        Tracker(builtin_workspace(), NoActs()).track((), "refunds")


def test_acts_are_asked_for_once_per_turn() -> None:
    reader = ScriptedActs({})
    Tracker(builtin_workspace(), reader).track([Turn("customer", "冰箱坏了"), Turn("agent", "抱歉")])
    assert reader.asked == ["冰箱坏了", "抱歉"]


def test_an_urgent_reading_marks_the_turn_as_an_emergency() -> None:
    reader = ScriptedActs({}, urgency="emergency")
    turns = Tracker(builtin_workspace(), reader).track([Turn("customer", "出事了"), Turn("agent", "您先别慌")]).turns
    assert [turn.emergency for turn in turns] == [True, False]


def test_the_emergency_procedure_is_walked_from_safety_to_follow_up() -> None:
    turns = [
        Turn("customer", "插线板着火了！"),
        Turn("agent", "请马上拉闸断电，离开房间，火大就打119。我已上报值班主管。"),
        Turn("customer", "出来了，在楼下"),
        Turn("agent", "好，您的地址和电话是多少？有人受伤吗？"),
        Turn("customer", "青石路9号，13800001111，没人受伤"),
        Turn("agent", "都登记好了。"),
        Turn("agent", "安全专员已经派出，十五分钟到您楼下，我盯着。"),
        Turn("agent", "专员到了吗？还有什么需要帮您的？"),
        Turn("customer", "到了，没事了，谢谢"),
    ]
    progress = Tracker(builtin_workspace(), NoActs()).track(turns, "emergency")
    assert [turn.step for turn in progress.turns] == [1, 3, 3, 3, 3, 4, 5, 5, 5]
    assert progress.finished
    assert progress.skipped == ()


def test_asking_for_an_order_number_first_in_an_emergency_is_a_skip() -> None:
    turns = [Turn("customer", "插线板着火了！"), Turn("agent", "订单号是多少？")]
    assert Tracker(builtin_workspace(), NoActs()).track(turns, "emergency").skipped == (1,)


def test_the_service_procedure_reaches_its_end() -> None:
    turns = [
        Turn("customer", "发票抬头开错了，想改一下"),
        Turn("agent", "请问订单号是多少？"),
        Turn("customer", "尾号2210"),
        Turn("agent", "查到了，是下单时选了个人抬头。可以作废重开成公司抬头，您看可以吗？"),
        Turn("customer", "可以"),
        Turn("agent", "已经为您重开，电子发票发到您邮箱了。还有什么可以帮您？"),
        Turn("customer", "收到了，没有了"),
    ]
    progress = Tracker(builtin_workspace(), NoActs()).track(turns, "service")
    assert progress.finished
    assert progress.skipped == ()
