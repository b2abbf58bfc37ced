"""Practice in the terminal: the list of scenarios, and one run with the simulated customer."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from copilot.engine import Copilot
from copilot.errors import CopilotError


def list_scenarios(console: Console, copilot: Copilot) -> None:
    """Print the scenarios with id, difficulty and title."""
    for scenario in copilot.practice.scenarios:
        console.print(Text(f"{scenario.id}  {scenario.title}（难度：{scenario.difficulty}）"))
    console.print("开始练习：copilot practice <场景编号>")


def run_scenario(console: Console, copilot: Copilot, scenario_id: str) -> None:
    """Let the trainee talk to the customer until the end, an empty line with Ctrl-D, or 结束; then print the scorecard.

    Raises CopilotError for an unknown scenario.
    """
    practice = copilot.practice
    scenario = next((item for item in practice.scenarios if item.id == scenario_id), None)
    if scenario is None:
        known = "、".join(item.id for item in practice.scenarios)
        raise CopilotError(f"没有编号为 {scenario_id!r} 的场景。现有场景：{known}")
    run, opening = practice.start(scenario_id)
    console.print(Text(f"{scenario.title}\n{scenario.brief}\n（输入“结束”可提前交卷）", style="dim"))
    console.print(Text(f"客户：{opening}", style="yellow"))
    finished = False
    while not finished:
        try:
            text = console.input("您：").strip()
        except EOFError:
            break
        if text == "结束":
            break
        if not text:
            continue
        run, line, finished = practice.answer(run, text)
        if line:
            console.print(Text(f"客户：{line}", style="yellow"))
    for line in practice.scorecard(run).lines():
        console.print(Text(line))
