"""How results are put into words and table rows, the same on the screen, in a sheet and on a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from copilot.conversation import AGREEMENT, ClauseRef, Severity
from copilot.quality.examiner import duration
from copilot.quality.report import Checked, Mark, MarkKind, Score
from copilot.quality.summary import MarkCount, Summary

if TYPE_CHECKING:
    from copilot.engine import Copilot

SEVERITIES: dict[Severity, str] = {"block": "不可发送", "warn": "建议修改", "tip": "提示"}
KINDS: dict[MarkKind, str] = {
    "norm": "用语与态度", "late": "响应超时", "said_again": "重复", "customer_repeats": "重复", "asked_again": "重复",
    "step_skipped": "跳过步骤", "step_missing": "步骤未完成", "emergency": "紧急情况",
}  # fmt: skip
ROLES = {"customer": "客户", "agent": "客服"}
NOT_CHECKED, NOT_CONCERNED = "未核查", "不涉及"
Cite = Callable[[ClauseRef], str]
HOW_SCORED = (
    "每组从 100 分起，发现一处扣一次分，最低 0 分；同一条规范在一通会话里最多扣 {most} 次。"
    "不可发送 −{block}，建议修改 −{warn}，回复超时 −{late}，重复 −{repeated}，跳过一步 −{step_skipped}，"
    "没走到的一步 −{step_missing}，紧急情况漏做 −{emergency}，提示不扣分。没法检查的写“未核查”，不算满分。"
)


def citing(copilot: Copilot) -> Cite:
    """A function that names a clause: "协议 2.1", "《赔偿标准》1.2"."""

    @lru_cache(maxsize=512)
    def cite(ref: ClauseRef) -> str:
        if ref.document == AGREEMENT:
            return f"协议 {ref.clause}"
        clause = copilot.index.clause(ref)
        return f"《{clause.document_title if clause else ref.document}》{ref.clause}"

    return cite


def points_of(score: Score) -> str:
    """ "85", or that it was not checked or is not concerned."""
    return {"unchecked": NOT_CHECKED, "not_concerned": NOT_CONCERNED}.get(score.state, str(score.points))


def place_of(mark: Mark) -> str:
    """Where a mark stands: "第 3 条", or the conversation."""
    return f"第 {mark.turn} 条" if mark.turn else "整通"


def longest_wait(checked: Checked) -> float | None:
    """The longest answer in seconds; None without times."""
    return max((response.seconds for response in checked.responses), default=None)


def facts(summary: Summary) -> list[tuple[str, str]]:
    """The summary's single figures, each with its label."""
    rows = [
        ("会话", f"{summary.conversations:,} 通"),
        ("消息", f"{summary.turns:,} 条（客服 {summary.agent_turns:,} 条）"),
        ("有问题的会话", _share(summary.with_findings, summary.conversations, "通")),
        ("其中有不可发送的", _share(summary.blocked, summary.conversations, "通")),
        ("有问题的客服消息", _share(summary.flagged_turns, summary.agent_turns, "条")),
        ("投诉会话", f"{summary.complaints:,} 通"),
        ("紧急情况", f"{summary.emergencies:,} 通"),
    ]
    middle, nearly_all = summary.response_s(0.5), summary.response_s(0.95)
    if middle is None or nearly_all is None:
        rows.append(("响应时间", NOT_CHECKED + "（没有时间）"))
    else:
        rows += [
            ("响应时间中位数", duration(middle)),
            ("95% 的回复不超过", duration(nearly_all)),
            ("超时的回复", _share(summary.late, summary.responses, "次")),
        ]
        if summary.untimed:
            rows.append(("没有时间的会话", f"{summary.untimed:,} 通（响应时间未核查）"))
    if summary.bad_rows:
        rows.append(("没读进来或有毛病的行", f"{summary.bad_rows:,} 行"))
    return rows


def _share(part: int, whole: int, unit: str) -> str:
    return f"{part:,} {unit}（{part / whole:.1%}）" if whole else f"{part:,} {unit}"


def group_rows(summary: Summary) -> list[tuple[str, str, str, int, int]]:
    """Per clause group: clauses, title, average, conversations scored, conversations not checked."""
    return [
        (g.shown, g.title, NOT_CHECKED if g.average is None else f"{g.average:.1f}", g.scored, g.unchecked)
        for g in summary.groups.values()
    ]


def step_rows(counts: list[MarkCount], cite: Cite) -> list[tuple[str, str, str, int]]:
    """Per missed step: title, clause, whether it was skipped or not reached, conversations."""
    return [(c.title, cite(c.clause), KINDS[c.kind], c.conversations) for c in counts]


def mark_rows(counts: list[MarkCount], cite: Cite) -> list[tuple[str, str, str, int, int]]:
    """Per kind of mark: title, clause, severity, times, conversations."""
    return [(c.title, cite(c.clause), SEVERITIES[c.severity], c.times, c.conversations) for c in counts]
