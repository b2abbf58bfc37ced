"""What `copilot eval ask` prints: totals, by document and by style of question, never a single question."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.evaluation.asking import Figures, Outcome

_STYLES = {
    "colloquial": "口语", "oblique": "绕着说", "english": "英文", "formal": "书面", "typo": "错字", "pinyin": "拼音",
    "near": "相近而未写明", "far": "毫不相干", "uncovered": "没有规定的",
}  # fmt: skip


def _groups(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, str, list[Outcome]]]:
    """(kind, name, outcomes) of all, of each document and of each style."""
    yield "all", "", list(outcomes)
    by: tuple[tuple[str, Callable[[Outcome], str]], ...] = (
        ("document", lambda each: each.known.document if each.known.right else ""),
        ("style", lambda each: each.known.style),
    )
    for kind, name_of in by:
        for name in sorted({name_of(each) for each in outcomes} - {""}):
            yield kind, name, [each for each in outcomes if name_of(each) == name]


def as_json(outcomes: Sequence[Outcome]) -> Iterator[str]:
    from copilot.evaluation.asking import figures_of
    from copilot.evaluation.counts import percentile

    for kind, name, group in _groups(outcomes):
        rounded = {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in asdict(figures_of(group)).items()
        }
        times = {"p50_ms": round(percentile(_taken(group), 50), 2), "p95_ms": round(percentile(_taken(group), 95), 2)}
        yield json.dumps({"kind": kind, "name": name, **rounded, **times}, ensure_ascii=False)


def as_text(outcomes: Sequence[Outcome]) -> Iterator[str]:
    from copilot.evaluation.asking import FEW_CHARACTERS, figures_of
    from copilot.evaluation.counts import percentile

    total = figures_of(outcomes)
    yield f"问题 {len(outcomes)} 个：有规定的 {total.covered} 个，没有规定的 {total.uncovered} 个。"
    if total.covered:
        yield f"第一条就对 {_percent(total.first)}，前三条里有对的 {_percent(total.among_three)}；有规定却说没查到 {_percent(total.covered_refused)}。"
    if total.uncovered:
        yield f"没有规定的问题，如实说没查到的 {_percent(total.uncovered_refused)}。"
    if total.covered:
        yield (
            f"{_percent(total.few_shared)} 的问题与条款连续相同的字不超过 {FEW_CHARACTERS} 个；"
            f"只按词语查找（BM25，限于该文件）第一条对 {_percent(total.plain_first)}，前三条 {_percent(total.plain_among_three)}。"
        )
    yield f"每问用时：一半在 {percentile(_taken(outcomes), 50):.1f} 毫秒内，95% 在 {percentile(_taken(outcomes), 95):.1f} 毫秒内。"
    heads = {"document": "按文件：", "style": "按问法："}
    for kind, name, group in _groups(outcomes):
        if kind == "all":
            continue
        if kind in heads:
            yield heads.pop(kind)
        yield f"  {_STYLES.get(name, name) if kind == 'style' else name}：{_line(figures_of(group))}"


def _line(figures: Figures) -> str:
    parts = []
    if figures.covered:
        parts.append(
            f"有规定 {figures.covered} 个，第一条对 {_percent(figures.first)}，前三条 {_percent(figures.among_three)}，"
            f"误说没有 {_percent(figures.covered_refused)}"
        )
    if figures.uncovered:
        parts.append(f"没有规定 {figures.uncovered} 个，如实说没有 {_percent(figures.uncovered_refused)}")
    return "；".join(parts)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _taken(outcomes: Sequence[Outcome]) -> list[float]:
    return [each.milliseconds for each in outcomes]
