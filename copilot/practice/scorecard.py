"""Marks for a run: per criterion, each with the trainee's own words as evidence. The same words get the same marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copilot.conversation import ClauseRef
from copilot.practice.events import Reply
from copilot.practice.model import Criterion, Scenario

_QUOTE_CHARACTERS = 48
_LATE_SHARE = 0.5
_SPOILED_SHARE = 0.4  # of the points, for each reply that breaks the clause


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reply of the trainee quoted for or against them; `reply` counts their replies from 1, 0 is none of them."""

    good: bool
    reply: int
    quote: str
    remark: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The marks for one criterion: `points` of at most `out_of`."""

    title: str
    clause: ClauseRef
    points: int
    out_of: int
    evidence: tuple[Evidence, ...]
    advice: str = ""  # what to do better; empty at full marks


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A run's marks, clause by clause, and their total of at most 100."""

    scenario: str
    title: str
    outcome: str
    marks: tuple[Mark, ...]

    @property
    def total(self) -> int:
        return sum(mark.points for mark in self.marks)

    def lines(self) -> tuple[str, ...]:
        """The scorecard in plain Chinese."""
        shown = [f"{self.title}：{self.total} 分（满分 100）", f"结局：{self.outcome or '提前结束'}"]
        for mark in self.marks:
            shown.append(f"{mark.title}（{mark.clause.clause}）：{mark.points}/{mark.out_of}")
            for item in mark.evidence:
                sign = "＋" if item.good else "－"
                quote = f"第{item.reply}句“{item.quote}”" if item.reply else ""
                shown.append(f"　{sign} {quote}{'：' if quote and item.remark else ''}{item.remark}")
            if mark.advice:
                shown.append(f"　建议：{mark.advice}")
        return tuple(shown)


def score(scenario: Scenario, replies: Sequence[Reply], outcome: str) -> Scorecard:
    """The scorecard for these replies."""
    marks = tuple(_mark(criterion, replies) for criterion in scenario.criteria)
    return Scorecard(scenario.id, scenario.title, outcome, marks)


def _mark(criterion: Criterion, replies: Sequence[Reply]) -> Mark:
    share, evidence = _shown(criterion, replies)
    for number, reply in enumerate(replies, start=1):
        if not reply.events.isdisjoint(criterion.spoiled_by):
            share -= _SPOILED_SHARE
            evidence.append(_against(criterion, number, reply))
    points = round(criterion.points * min(1.0, max(0.0, share)))
    advice = criterion.advice if points < criterion.points else ""
    ref = ClauseRef(criterion.document, criterion.clause)
    return Mark(criterion.title, ref, points, criterion.points, tuple(evidence), advice)


def _shown(criterion: Criterion, replies: Sequence[Reply]) -> tuple[float, list[Evidence]]:
    """The share of the points earned, in [0, 1], before anything is taken off, and what shows it."""
    if not replies:
        return 0.0, [Evidence(False, 0, "", "没有回复，无法评分。")]
    if not criterion.shown_by:
        return 1.0, []
    if criterion.all_of:
        parts = [_first(criterion, (event,), replies) for event in criterion.shown_by]
        evidence = {item.reply: item for _, item in parts if item.good}
        missing = sum(1 for _, item in parts if not item.good)
        shown = [evidence[number] for number in sorted(evidence)]
        if missing:
            shown.append(Evidence(False, 0, "", f"{len(parts)} 项里有 {missing} 项没有做到。"))
        return sum(share for share, _ in parts) / len(parts), shown
    share, item = _first(criterion, criterion.shown_by, replies)
    return share, [item]


def _first(criterion: Criterion, events: Sequence[str], replies: Sequence[Reply]) -> tuple[float, Evidence]:
    for number, reply in enumerate(replies, start=1):
        if reply.events.isdisjoint(events):
            continue
        late = criterion.within_replies is not None and number > criterion.within_replies
        remark = f"做到了，但晚了，应在前 {criterion.within_replies} 句内。" if late else "做到了。"
        return (_LATE_SHARE if late else 1.0), Evidence(True, number, _quote(reply.text), remark)
    return 0.0, Evidence(False, 0, "", "整段对话里没有做到。")


def _against(criterion: Criterion, number: int, reply: Reply) -> Evidence:
    """The reviewer's finding where there is one for this criterion, else the reply itself."""
    for finding in reply.findings:
        if f"clause:{finding.clause}" in criterion.spoiled_by:
            return Evidence(False, number, _quote(finding.quote or reply.text), finding.reason)
    if reply.findings and any(event.startswith("verdict:") for event in criterion.spoiled_by):
        finding = reply.findings[0]
        return Evidence(False, number, _quote(finding.quote or reply.text), finding.reason)
    return Evidence(False, number, _quote(reply.text), "这一句扣分。")


def _quote(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _QUOTE_CHARACTERS else plain[: _QUOTE_CHARACTERS - 1] + "…"
