"""The report as a workbook with the sheets 汇总, 会话 and 发现, written row by row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.documents.table_files import MOST_ROWS, SheetBook
from copilot.quality.masking import Veil
from copilot.quality.report import Checked
from copilot.quality.rules import QualityRules
from copilot.quality.summary import Summary
from copilot.quality.wording import (
    HOW_SCORED,
    KINDS,
    SEVERITIES,
    Cite,
    facts,
    group_rows,
    longest_wait,
    mark_rows,
    place_of,
    points_of,
    step_rows,
)

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet  # type: ignore[import-untyped]


class Workbook:
    """Writes the workbook to `path`; its rows lie on the disk until then."""

    def __init__(self, path: Path, rules: QualityRules, cite: Cite) -> None:
        self._path, self._rules, self._cite = path, rules, cite
        self._book = SheetBook()
        self._row = self._book.row
        self._summary = self._book.sheet("汇总", (34, 22, 14, 12, 12), frozen=False)
        self._conversations = self._book.sheet("会话", (24, 26, 8, 8, 8, 10, 8, 8, 12, 8, *(10 for _ in rules.groups), 40))
        self._findings = self._book.sheet("发现", (24, 10, 12, 10, 22, 16, 30, 50, 60))
        self._rows = {"会话": 0, "发现": 0}
        groups = [f"{group.shown} {group.title}" for group in rules.groups]
        self._row(
            self._conversations,
            ["会话", "位置", "消息", "客服", "问题", "不可发送", "投诉", "紧急", "最长响应(秒)", "超时", *groups, "备注"],
            bold=True,
        )
        self._row(
            self._findings, ["会话", "第几条", "类别", "程度", "规范", "条款", "原话", "说明", "整条消息"], bold=True
        )

    def take(self, checked: Checked, veil: Veil, identity: str) -> None:
        wait = longest_wait(checked)
        serious = [mark for mark in checked.marks if mark.severity != "tip"]
        self._counted(self._conversations, "会话", [
            identity, checked.dialogue.place, len(checked.dialogue.turns), checked.agent_turns, len(serious),
            sum(mark.severity == "block" for mark in serious), "是" if checked.complaint else "",
            "是" if checked.emergency else "", "未核查" if wait is None else round(wait, 1),
            sum(each.late for each in checked.responses),
            *(points_of(score) if score.points is None else score.points for score in checked.scores),
            "；".join(checked.notes),
        ])  # fmt: skip
        for mark in checked.marks:
            self._counted(self._findings, "发现", [
                identity, place_of(mark), KINDS[mark.kind], SEVERITIES[mark.severity], mark.title,
                self._cite(mark.clause), veil.part(mark.turn, mark.start, mark.end) if mark.end else "", mark.reason,
                veil.text(mark.turn) if mark.turn else "",
            ])  # fmt: skip

    def finish(self, summary: Summary) -> None:
        sheet = self._summary
        self._row(sheet, ["会话质检汇总"], bold=True)
        for label, value in facts(summary):
            self._row(sheet, [label, value])
        self._table(sheet, ["条款", "评分", "平均分", "已评(通)", "未核查(通)"], group_rows(summary))
        self._row(sheet, [scoring_line(self._rules)])
        self._table(sheet, ["最常见的问题", "条款", "程度", "次数", "会话"], mark_rows(summary.top(30), self._cite))
        self._table(sheet, ["漏掉的步骤", "条款", "情况", "会话"], step_rows(summary.missed_steps(), self._cite))
        for name, rows in self._rows.items():
            if rows > MOST_ROWS:
                self._row(sheet, [f"“{name}”表只写了前 {MOST_ROWS:,} 行；要全部请存成 jsonl。"])
        self._book.save(self._path)

    def abandon(self) -> None:
        self._book.abandon()

    def _table(self, sheet: WriteOnlyWorksheet, headings: list[str], rows: Iterable[Iterable[Any]]) -> None:
        self._row(sheet, [])
        self._row(sheet, headings, bold=True)
        for row in rows:
            self._row(sheet, row)

    def _counted(self, sheet: WriteOnlyWorksheet, name: str, values: Iterable[Any]) -> None:
        self._rows[name] += 1
        if self._rows[name] <= MOST_ROWS:
            self._row(sheet, values)


def scoring_line(rules: QualityRules) -> str:
    """How a score is made, in one paragraph."""
    return "评分办法：" + HOW_SCORED.format(most=rules.most_per_norm, **rules.deductions.model_dump())
