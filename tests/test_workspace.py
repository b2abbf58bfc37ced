"""The workspace: strict reading with file, line and remedy, and a copy for a team to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import WorkspaceError
from copilot.workspace import DataRecord, Workspace, builtin_workspace, copy_builtin, open_workspace


class Rule(DataRecord):
    id: str
    level: int


def workspace_with(tmp_path: Path, content: str | bytes) -> Workspace:
    folder = tmp_path / "knowledge" / "rules"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return Workspace(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- id: x\n  level: 1\n- id: y\n  lvl: 2\n  level: 1\n", r"rules/a.yaml:4：没有名为 lvl 的字段"),
        ("- id: x\n  level: 1\n- id: y\n", r"rules/a.yaml:3：缺少字段 level"),
        ("- id: x\n  level: many\n", r"rules/a.yaml:2：字段 level"),
        ("- id: x\n level: 1\n", r"rules/a.yaml:2：YAML 格式有误"),
        ("id: x\n", r"rules/a.yaml:1：应为列表"),
        ("- id: x\n  level: 1\n- id: x\n  level: 2\n", r"'x' 的条目已在 .*a.yaml 出现过"),
        ("- id: 退\n".encode("gbk"), r"rules/a.yaml：不是 UTF-8"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_remedy(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(WorkspaceError, match=message):
        workspace_with(tmp_path, content).read_records("rules", Rule)


def test_good_records_come_back_in_order(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, "- id: b\n  level: 2\n- {id: a, level: 1}\n")
    assert workspace.read_records("rules", Rule) == [Rule(id="b", level=2), Rule(id="a", level=1)]


def test_an_empty_file_holds_no_records(tmp_path: Path) -> None:
    assert workspace_with(tmp_path, "# nothing yet\n").read_records("rules", Rule) == []


def test_a_folder_without_knowledge_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="copilot init"):
        open_workspace(tmp_path)


def test_a_copy_holds_the_same_files_and_a_second_copy_overwrites_nothing(tmp_path: Path) -> None:
    copy = copy_builtin(tmp_path / "team")
    source = builtin_workspace()
    for part in ("knowledge", "prompts"):
        original = {p.relative_to(source.root): p.read_bytes() for p in (source.root / part).rglob("*") if p.is_file()}
        assert {p.relative_to(copy.root): p.read_bytes() for p in (copy.root / part).rglob("*") if p.is_file()} == original
    (tmp_path / "team" / "knowledge" / "agreement.md").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="未作任何改动"):
        copy_builtin(tmp_path / "team")
    assert (tmp_path / "team" / "knowledge" / "agreement.md").read_text(encoding="utf-8") == "mine"


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"prompts/none\.md"):
        Workspace(tmp_path).read_prompt("none.md")


def test_what_the_copilot_writes_lies_in_the_home_of_the_builtin_workspace_and_in_a_teams_own(tmp_path: Path) -> None:
    home, name = tmp_path / "home", "norm_examples/disputed.yaml"
    builtin, team = builtin_workspace().with_home(home), Workspace(tmp_path / "team", home)
    assert builtin.places_of(name)[0] == home / "knowledge" / name
    assert team.places_of(name) == (team.knowledge / name, home / "knowledge" / name)
    for root in (home, team.root):
        (root / "knowledge" / "norm_examples").mkdir(parents=True)
        (root / "knowledge" / name).write_text("[]\n", "utf-8")
    assert builtin.files("norm_examples", ".yaml")[-1] == home / "knowledge" / name
    assert team.files("norm_examples", ".yaml") == [team.knowledge / name, home / "knowledge" / name]
    assert Workspace(team.root).files("norm_examples", ".yaml") == [team.knowledge / name]
    assert team.files("norms", ".yaml") == []
