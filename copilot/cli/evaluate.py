"""`copilot eval`: how good the answers are, measured on questions whose right clauses are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.cli.measuring import Figures, Outcome

eval_app = typer.Typer(help="测一测：答得准不准，快不快。", no_args_is_help=True, rich_markup_mode=None)
EVALUATION = Path("evaluation") / "ask.jsonl"
_STYLES = {
    "colloquial": "口语", "oblique": "绕着说", "english": "英文", "formal": "书面", "typo": "错字", "pinyin": "拼音",
    "near": "相近而未写明", "far": "毫不相干", "uncovered": "没有规定的",
}  # fmt: skip


@eval_app.callback()
def _group() -> None:
    """Keeps `ask` a command of its own although it is the only one yet."""


@eval_app.command("ask")
def ask(
    file: Annotated[
        Path | None,
        typer.Argument(help="每行一个 JSON 的问题文件；不填则用工作区的 knowledge/evaluation/ask.jsonl。", show_default=False),
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="每组一行 JSON，供程序读取。")] = False,
) -> None:
    """用一批已知答案的问题测试问答，只报总数，不列单个问题。"""
    from copilot.cli.measuring import ask_all, read_known
    from copilot.cli.opening import open_copilot

    copilot = open_copilot()
    path = file or copilot.workspace.knowledge / EVALUATION
    if file is None and not path.is_file():
        raise CopilotError(f"工作区里没有 knowledge/{EVALUATION.as_posix()}。请写一份，或给出文件：copilot eval ask 问题.jsonl")
    known = read_known(path, {clause.ref for clause in copilot.index.clauses})
    copilot.ask(known[0].question)  # loads what the first question would wait for
    outcomes = list(ask_all(known, copilot.ask, copilot.index.clauses))
    for line in (_as_json if jsonl else _as_text)(outcomes):
        typer.echo(line)


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


def _as_json(outcomes: Sequence[Outcome]) -> Iterator[str]:
    from copilot.cli.measuring import figures_of

    for kind, name, group in _groups(outcomes):
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(figures_of(group)).items()}
        times = {"p50_ms": round(_percentile(group, 50), 2), "p95_ms": round(_percentile(group, 95), 2)}
        yield json.dumps({"kind": kind, "name": name, **rounded, **times}, ensure_ascii=False)


def _as_text(outcomes: Sequence[Outcome]) -> Iterator[str]:
    from copilot.cli.measuring import FEW_CHARACTERS, figures_of

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
    yield f"每问用时：一半在 {_percentile(outcomes, 50):.1f} 毫秒内，95% 在 {_percentile(outcomes, 95):.1f} 毫秒内。"
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


def _percentile(outcomes: Sequence[Outcome], percent: float) -> float:
    ordered = sorted(each.milliseconds for each in outcomes)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
