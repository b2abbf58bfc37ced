"""The data of scenarios: mistakes are named with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import WorkspaceError
from copilot.practice import read_scenarios
from copilot.workspace import Workspace

SMALL = """\
- id: small
  title: 小场景
  difficulty: 容易
  procedure: complaint
  brief: 简介
  persona: 人物
  opening: 开场
  start: hot
  out_of_patience: 不等了
  states:
    - id: hot
      lines: [一, 二]
      moves:
        - {when: [apologise], to: cool, lines: [好吧]}
    - id: cool
      lines: [三, 四]
      moves:
        - {when: ["step:propose"], to: end, lines: [行]}
    - {id: end, ends: 满意}
  criteria:
    - {id: a, title: 甲, clause: "1.3.3", points: 40, shown_by: [apologise], advice: 道歉}
    - {id: b, title: 乙, clause: "1.3.4", points: 30, spoiled_by: ["verdict:block"], advice: 礼貌}
    - {id: c, title: 丙, clause: "2.3", points: 30, shown_by: ["step:propose"], advice: 方案}
"""


def workspace_with(tmp_path: Path, text: str) -> Workspace:
    folder = tmp_path / "knowledge" / "scenarios"
    folder.mkdir(parents=True)
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    return Workspace(tmp_path)


def test_a_sound_scenario_is_read(tmp_path: Path) -> None:
    assert [scenario.id for scenario in read_scenarios(workspace_with(tmp_path, SMALL))] == ["small"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: cool", "to: cold", "没有这个状态"),
        ('{when: ["step:propose"], to: end', '{when: ["step:propose"], to: cool', "走不到"),
        ("when: [apologise], to: cool", "when: [apologise], to: hot", "走不到"),
        ("when: [apologise]", "when: [apologize]", "没有名为 'apologize' 的事件"),
        ("lines: [一, 二]", "lines: [一]", "请至少写两句"),
        ("points: 40", "points: 50", "请调成 100 分"),
        ("id: b, title", "id: a, title", "评分项的 id 相同"),
        ("start: hot", "start: warm", "没有这个状态"),
        ("difficulty: 容易", "difficulty: 轻松", "difficulty"),
        ("persona: 人物", "personna: 人物", "persona"),
        ("shown_by: [apologise], advice", "advice", "无从评分"),
        ("{id: end, ends: 满意}", "{id: cool, ends: 满意}", "请改名"),
    ],
)
def test_a_broken_scenario_is_named_with_file_line_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(WorkspaceError, match=r"small\.yaml:\d+：") as caught:
        read_scenarios(workspace_with(tmp_path, SMALL.replace(old, new, 1)))
    assert said in str(caught.value)


def test_a_state_from_which_no_end_is_reached_is_named(tmp_path: Path) -> None:
    stuck = SMALL.replace("    - {id: end, ends: 满意}", "    - id: stuck\n      lines: [五, 六]\n    - {id: end, ends: 满意}")
    stuck = stuck.replace("to: cool, lines: [好吧]}", "to: cool, lines: [好吧]}\n        - {when: [refuse], to: stuck, lines: [哼]}")
    with pytest.raises(WorkspaceError, match="从状态 stuck 走不到任何结局"):
        read_scenarios(workspace_with(tmp_path, stuck))
