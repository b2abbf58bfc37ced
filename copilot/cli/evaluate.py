"""`copilot eval`: how good the copilot is, measured on sets whose right results are known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.conversation import Conversation
    from copilot.engine import Copilot
    from copilot.evaluation.figures import Figure

eval_app = typer.Typer(
    help="测一测：审得准不准，建议好不好，答得对不对，快不快。", no_args_is_help=True, rich_markup_mode=None
)
_FILE = typer.Argument(help="每行一个 JSON 的测试文件；不填则用工作区 knowledge/evaluation/ 里的。", show_default=False)
File = Annotated[Path | None, _FILE]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="逐行 JSON，供程序读取。")]
Show = Annotated[int, typer.Option("--show", min=0, help="列出前几条判错的，看过的测试集就不再是盲测。", metavar="<n>")]


@eval_app.command("review")
def review(file: File = None, jsonl: Jsonl = False, show: Show = 0) -> None:
    """测审核：违规发现多少，好回复误报多少，条款对不对。"""
    from copilot.evaluation.reviewing import figures_of, judge_all, read_cases

    copilot = _copilot()
    cases = read_cases(_set(copilot, file, "review"))
    copilot.review(cases[0].draft, cases[0].conversation)  # loads what the first would wait for
    judged = list(judge_all(cases, copilot.review))
    _tell("审核", figures_of(judged), jsonl)
    _show((f"{each.case.id}\t{each.verdict}\t{each.case.draft}" for each in judged if not each.right), show)


@eval_app.command("read")
def read(file: File = None, jsonl: Jsonl = False, show: Show = 0) -> None:
    """测看懂客户：情绪、投诉、紧急、诉求。"""
    _read(_copilot(), file, jsonl, show)


@eval_app.command("mask")
def mask(file: File = None, jsonl: Jsonl = False) -> None:
    """测个人信息：遮得全不全，准不准。"""
    _mask(_copilot(), file, jsonl)


@eval_app.command("suggest")
def suggest(file: File = None, jsonl: Jsonl = False, show: Show = 0) -> None:
    """测建议：前三条里有没有能直接发的；不填文件时连看懂客户、个人信息和注入攻击一起测。"""
    from copilot.evaluation.situations import attack_figures, figures_of, read_attacks, read_situations, suggest_all

    copilot = _copilot()
    if file is None:
        _read(copilot, None, jsonl, show)
        _mask(copilot, None, jsonl)
    situations = read_situations(_set(copilot, file, "suggest"))
    copilot.warm()

    def texts(conversation: Conversation) -> list[str]:
        return [each.text for each in copilot.suggest(conversation).suggestions]

    def flags(text: str, conversation: Conversation) -> bool:
        return copilot.review(text, conversation).verdict != "pass"

    suggested = list(suggest_all(situations, texts, flags))
    _tell("建议", figures_of(suggested), jsonl)
    missed = (each for each in suggested if not each.useful)
    _show(
        (f"{m.situation.id}\t{m.situation.conversation.last_customer_text}\t{' / '.join(m.texts)}" for m in missed),
        show,
    )
    if file is None:
        _tell("注入攻击", attack_figures(read_attacks(_set(copilot, None, "attacks")), texts), jsonl)


@eval_app.command("guide")
def guide(file: File = None, jsonl: Jsonl = False, show: Show = 0) -> None:
    """测投诉六步：每一轮走到哪步，跳过的指不指得出，紧急情况认不认得出。"""
    from copilot.evaluation.dialogues import figures_of, follow_all, read_dialogues

    copilot = _copilot()
    dialogues = read_dialogues(_set(copilot, file, "guide"))
    copilot.guide(dialogues[0].conversation.turns)
    followed = list(follow_all(dialogues, copilot.guide))
    _tell("投诉六步", figures_of(followed), jsonl)
    steps = ((each, [turn.step for turn in each.progress.turns]) for each in followed)
    wrong = (
        (each, got) for each, got in steps
        if any(step not in right.steps for step, right in zip(got, each.dialogue.expected, strict=True))
    )  # fmt: skip
    _show(
        (f"{each.dialogue.id}\t{got}\t{[sorted(e.steps) for e in each.dialogue.expected]}" for each, got in wrong), show
    )


@eval_app.command("ask")
def ask(file: File = None, jsonl: Jsonl = False) -> None:
    """用一批已知答案的问题测试问答，只报总数，不列单个问题。"""
    from copilot.cli.eval_ask import as_json, as_text
    from copilot.evaluation.asking import ask_all, read_known

    copilot = _copilot()
    known = read_known(_set(copilot, file, "ask"), {clause.ref for clause in copilot.index.clauses})
    copilot.ask(known[0].question)  # loads what the first question would wait for
    outcomes = list(ask_all(known, copilot.ask, copilot.index.clauses))
    for line in (as_json if jsonl else as_text)(outcomes):
        typer.echo(line)


def _read(copilot: Copilot, file: Path | None, jsonl: bool, show: int) -> None:
    from copilot.evaluation.customers import figures_of, read_all, read_customers

    customers = read_customers(_set(copilot, file, "read"))
    copilot.read(customers[0].conversation)
    outcomes = list(read_all(customers, copilot.read))
    _tell("看懂客户", figures_of(outcomes), jsonl)
    wrong = (
        each
        for each in outcomes
        if each.reading.intents[0] not in each.customer.intents or each.reading.mood != each.customer.mood
    )
    _show(
        (
            f"{w.customer.id}\t{w.reading.mood}\t{w.reading.intents[0]}\t{w.customer.conversation.last_customer_text}"
            for w in wrong
        ),
        show,
    )


def _mask(copilot: Copilot, file: Path | None, jsonl: bool) -> None:
    from copilot.evaluation.customers import mask_figures, read_marked

    texts = read_marked(_set(copilot, file, "mask"))
    _tell("个人信息", mask_figures(texts, lambda text: copilot.mask(text).spans), jsonl)


def _copilot() -> Copilot:
    from copilot.cli.opening import open_copilot

    return open_copilot()


def _set(copilot: Copilot, file: Path | None, name: str) -> Path:
    """The file given, or the workspace's own set of this name. Raises CopilotError where there is neither."""
    own = Path("evaluation") / f"{name}.jsonl"
    path = file or copilot.workspace.knowledge / own
    if file is None and not path.is_file():
        raise CopilotError(
            f"工作区里没有 knowledge/{own.as_posix()}。请写一份，或给出文件：copilot eval {name} 文件.jsonl"
        )
    return path


def _tell(title: str, figures: Iterable[Figure], jsonl: bool) -> None:
    for line in _as_json(title, figures) if jsonl else _as_text(title, figures):
        typer.echo(line)


def _as_json(title: str, figures: Iterable[Figure]) -> Iterator[str]:
    for each in figures:
        yield json.dumps({"set": title, **asdict(each), "reached": each.reached}, ensure_ascii=False)


def _as_text(title: str, figures: Iterable[Figure]) -> Iterator[str]:
    yield f"{title}："
    for each in figures:
        wish = "" if each.reached is None else f"　{'✔' if each.reached else '✘'} 目标 {_wish(each)}"
        yield f"  {each.label} {_value(each, each.value)}（{each.of}）{wish}"


def _wish(figure: Figure) -> str:
    if figure.least is not None:
        return f"≥ {_value(figure, figure.least)}"
    return f"≤ {_value(figure, figure.most)}"


def _value(figure: Figure, value: float | None) -> str:
    if value is None:
        return "—"
    forms: dict[str, Callable[[float], str]] = {
        "share": lambda share: f"{share:.1%}", "count": lambda count: f"{count:g}", "ms": lambda ms: f"{ms:.2f} 毫秒"
    }  # fmt: skip
    return forms[figure.unit](value)


def _show(lines: Iterable[str], at_most: int) -> None:
    for line in islice(lines, at_most):
        typer.echo(f"  判错：{line}")
