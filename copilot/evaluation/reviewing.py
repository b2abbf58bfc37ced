"""How well drafts are judged: breaches found, good replies left in peace, the right clause named."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from copilot.conversation import Conversation
from copilot.evaluation.counts import Hits, share
from copilot.evaluation.figures import Figure, times
from copilot.evaluation.sets import Row, read_set
from copilot.norms import Review

Part = Literal["plain", "disguised", "published", "context", "chat"]
_PARTS: dict[str, Part] = {
    "plain": "plain", "disguised": "disguised", "published": "published", "context": "context", "chat": "chat",
}  # fmt: skip
EXAMPLE = '{"id": "r1", "customer": "快递还没到", "reply": "等着吧", "violation": true, "clauses": ["2.1"], "severity": "warn"}'


@dataclass(frozen=True, slots=True)
class Case:
    """A draft in its conversation, and what a good quality lead says of it.

    `clauses` are all that he would accept, as printed; `severity` is his, empty for a good reply. `part` says what kind
    of test it is: plain, disguised spelling, a phrase from a published list, one of a `pair` of the same reply to two
    customers, or a reply from ordinary chats.
    """

    id: str
    draft: str
    conversation: Conversation
    breach: bool
    clauses: frozenset[str] = frozenset()
    severity: str = ""
    part: Part = "plain"
    pair: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one case."""

    case: Case
    verdict: str
    clause_right: bool
    milliseconds: float

    @property
    def flagged(self) -> bool:
        return self.verdict != "pass"

    @property
    def right(self) -> bool:
        return self.flagged == self.case.breach


def read_cases(path: Path) -> list[Case]:
    """The cases in a file of one JSON object a line. Raises CopilotError with file, line and remedy."""
    return read_set(path, EXAMPLE, _case)


def _case(row: Row) -> Case:
    if "history" in row.values:
        conversation = row.conversation()
    else:
        conversation = Conversation.from_customer(row.text("customer", default=""))
    pair = str(row.values.get("pair") or "")
    named = row.text("part", default="context" if pair else "plain")
    if named not in _PARTS:
        raise row.error(f"part 是 {named}，应是 {'、'.join(_PARTS)} 之一")
    return Case(
        row.id, row.text("reply"), conversation, row.flag("violation"), frozenset(row.texts("clauses")),
        row.text("severity", default=""), _PARTS[named], pair,
    )  # fmt: skip


def judge_all(cases: Sequence[Case], review: Callable[[str, Conversation], Review]) -> Iterator[Judged]:
    """Review each draft, first come first."""
    for case in cases:
        start = time.perf_counter()
        judged = review(case.draft, case.conversation)
        taken = (time.perf_counter() - start) * 1000
        named = any(finding.clause in case.clauses for finding in judged.findings)
        yield Judged(case, judged.verdict, named, taken)


def figures_of(judged: Sequence[Judged]) -> list[Figure]:
    """Recall, precision and clauses of plain cases; then each other part of which there are cases; then times."""
    parts: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        parts[each.case.part].append(each)
    figures = _of_plain(parts["plain"])
    for part, label, least in (("disguised", "变形写法，发现", 0.85), ("published", "各公司禁语，发现", 0.97)):
        breaches = [each for each in parts[part] if each.case.breach]
        figures.append(
            Figure(f"{part}_recall", label, share(each.flagged for each in breaches), len(breaches), least=least)
        )
    pairs: dict[str, list[bool]] = defaultdict(list)
    for each in parts["context"]:
        pairs[each.case.pair].append(each.right)
    figures.append(
        Figure("pairs_right", "同一回复两种语境，都判对", share(map(all, pairs.values())), len(pairs), least=0.70)
    )
    chat = parts["chat"]
    figures.append(
        Figure("chat_flagged", "日常聊天，被提示", share(each.flagged for each in chat), len(chat), most=0.03)
    )
    blocked = share(each.verdict == "block" for each in chat)
    figures.append(Figure("chat_blocked", "日常聊天，被拦下", blocked, len(chat), most=0.003))
    return [*(each for each in figures if each.of), *times((each.milliseconds for each in judged), most=(1.0, None))]


def _of_plain(judged: Sequence[Judged]) -> list[Figure]:
    found = Hits.of((each.flagged, each.case.breach) for each in judged)
    breaches = [each for each in judged if each.case.breach]
    serious = [each for each in breaches if each.case.severity == "block"]
    caught = [each for each in breaches if each.flagged]
    return [
        Figure("recall", "违规，发现", found.recall, len(breaches), least=0.90),
        Figure("recall_block", "严重违规，发现", share(each.flagged for each in serious), len(serious), least=0.95),
        Figure("precision", "提示里，确实违规", found.precision, found.right + found.wrong, least=0.95),
        Figure("clause", "发现的违规，条款对", share(each.clause_right for each in caught), len(caught), least=0.85),
    ]
