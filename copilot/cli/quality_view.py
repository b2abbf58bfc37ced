"""Checked conversations in the terminal: one dialogue turn by turn, or the summary of many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copilot.quality import Checked, Mark, QualityRules, Summary, Veil, duration
from copilot.quality.sheets import scoring_line
from copilot.quality.wording import (
    ROLES,
    SEVERITIES,
    Cite,
    facts,
    group_rows,
    longest_wait,
    mark_rows,
    points_of,
    step_rows,
)

if TYPE_CHECKING:
    from rich.console import JustifyMethod

_COLOURS = {"block": "red", "warn": "yellow", "tip": "dim"}
_LONGEST_TURN = 400  # characters shown of a message


def show_conversation(console: Console, checked: Checked, veil: Veil, cite: Cite) -> None:
    """Print the dialogue with what was found under each turn, the times, the steps and the scores."""
    serious = [mark for mark in checked.marks if mark.severity != "tip"]
    head = f"{len(checked.dialogue.turns)} 条消息，客服 {checked.agent_turns} 条；"
    _plain(console, head + (f"发现 {len(serious)} 处问题" if serious else "没有发现问题"), "bold")
    for number, turn in enumerate(checked.dialogue.turns, start=1):
        text = veil.text(number)
        _plain(console, f"{number:>3} {ROLES[turn.role]}：{text[:_LONGEST_TURN]}{'…' if len(text) > _LONGEST_TURN else ''}")
        here = [mark for mark in checked.marks if mark.turn == number]
        for mark in here:
            _show_mark(console, mark, veil, cite)
        better = next((mark.rewrite for mark in here if mark.rewrite), None)
        if better:
            _plain(console, f"      可以这样说：{veil.other(better)}", "green")
    whole = [mark for mark in checked.marks if not mark.turn]
    if whole:
        _plain(console, "整通会话", "bold")
        for mark in whole:
            _show_mark(console, mark, veil, cite)
    _show_times(console, checked)
    _plain(console, "评分", "bold")
    rows = [(score.shown, score.title, points_of(score), score.why) for score in checked.scores]
    console.print(_table((), rows, {2}))
    for note in checked.notes:
        _plain(console, f"注意：{note}", "dim")


def _show_mark(console: Console, mark: Mark, veil: Veil, cite: Cite) -> None:
    quote = f"“{veil.part(mark.turn, mark.start, mark.end)[:80]}”" if mark.end else ""
    line = f"      {SEVERITIES[mark.severity]} · {mark.title}（{cite(mark.clause)}）{quote}{mark.reason}"
    _plain(console, line, _COLOURS[mark.severity])


def _show_times(console: Console, checked: Checked) -> None:
    longest = longest_wait(checked)
    if longest is None:
        return
    late = sum(response.late for response in checked.responses)
    _plain(console, f"响应：{len(checked.responses)} 次，最长 {duration(longest)}，超时 {late} 次")


def show_summary(console: Console, summary: Summary, cite: Cite, rules: QualityRules) -> None:
    """Print the counts over all conversations."""
    console.print(_table((), facts(summary), set()))
    if not summary.conversations:
        return
    _plain(console, "\n各条款组平均分", "bold")
    console.print(_table(("条款", "评分", "平均分", "已评", "未核查"), group_rows(summary), {2, 3, 4}))
    if common := mark_rows(summary.top(), cite):
        console.print()
        console.print(_table(("最常见的问题", "条款", "程度", "次数", "会话"), common, {3, 4}))
    if missed := step_rows(summary.missed_steps(), cite):
        console.print()
        console.print(_table(("漏掉的步骤", "条款", "情况", "会话"), missed, {3}))
    _plain(console, "\n" + scoring_line(rules), "dim")


def _table(headings: Sequence[str], rows: Iterable[Sequence[Any]], numbers: set[int]) -> Table:
    table = Table(show_header=bool(headings), box=None, pad_edge=False, header_style="bold")
    rows = list(rows)
    for place in range(max((len(row) for row in rows), default=len(headings))):
        side: JustifyMethod = "right" if place in numbers else "left"
        table.add_column(headings[place] if headings else "", justify=side, no_wrap=place in numbers)
    for row in rows:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else cell) for cell in row))
    return table


def _plain(console: Console, text: str, style: str = "") -> None:
    """Print text as it is: square brackets in it are no markup."""
    console.print(Text(text, style=style), soft_wrap=True)
