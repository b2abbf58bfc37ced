"""`copilot procedures`: a team's ways through a case, checked and drawn as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.cli.opening import open_documents
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.procedures import CaseBook, ProcedureRecord, SignalRecord, StepRecord
    from copilot.procedures.model import ConditionRecord
    from copilot.workspace import Workspace

procedures_app = typer.Typer(
    help="处理流程：检查、画出来看。投诉六步、服务五步、紧急情况，以及团队自己加的。", no_args_is_help=True, rich_markup_mode=None
)
_ROLES = {"customer": "客户", "agent": "客服"}


@procedures_app.command("check")
def check() -> None:
    """检查流程、信号、计时、节假日、紧急情况和解决方案的数据。退出码：0 没有问题，1 有问题。"""
    _, workspace = open_documents()
    troubles = list(_troubles(workspace))
    for trouble in troubles:
        typer.echo(trouble)
    if troubles:
        typer.echo(f"共 {len(troubles)} 处要改。")
        raise typer.Exit(1)
    from copilot.procedures import CaseBook

    names = "、".join(f"{each.title}（{each.id}，{len(each.steps)} 步）" for each in CaseBook(workspace).procedures.values())
    typer.echo(f"没有问题。流程：{names}。")


@procedures_app.command("show")
def show(
    name: Annotated[str | None, typer.Argument(metavar="[流程]", help="编号或名称，如 complaint；不填则列出全部。", show_default=False)] = None,
) -> None:
    """把一个流程画成文字：每一步做什么、怎样算做到、什么时候退回、时限多少。"""
    from copilot.procedures import CaseBook

    _, workspace = open_documents()
    book = CaseBook(workspace)
    if name is None:
        for each in book.procedures.values():
            typer.echo(f"{each.id}　{each.title}（{len(each.steps)} 步）　{each.description}")
        return
    record = book.procedure(name)
    if record is None:
        raise CopilotError(f"没有名为 {name!r} 的流程。现有：{'、'.join(book.procedures)}。")
    for line in drawn(record, _signals(workspace)):
        typer.echo(line)


def drawn(record: ProcedureRecord, signals: dict[str, SignalRecord]) -> Iterator[str]:
    """The procedure as lines of text, from its beginning to its end."""
    yield f"{record.title}（{record.id}）　依据 {record.clause.ref}"
    yield record.description
    yield f"开始：{_said(record.opened_by, signals)}"
    for limit in record.limits:
        until = next(step for step in record.steps if step.id == limit.until)
        measure = f"{limit.working_days} 个工作日" if limit.working_days else _time(limit.within_s or 0)
        since = next((f"第 {step.number} 步做完" for step in record.steps if step.id == limit.since), "开始")
        yield f"时限：{limit.title}——{since}起 {measure}内做完第 {until.number} 步（{limit.clause.ref}）"
    for step in record.steps:
        yield "  │" if step.number > 1 else ""
        yield from _step(step, signals)
    for title, conditions in (("又一件事，重新开始", record.restarted_by), ("了结后再来，重新开始", record.reopened_by), ("客服收尾", record.closed_by)):
        if conditions:
            yield f"{title}：{_said(conditions, signals)}"


def _step(step: StepRecord, signals: dict[str, SignalRecord]) -> Iterator[str]:
    stage = f"　〔{step.stage}〕" if step.stage else ""
    yield f"  ▼ {step.number} {step.title}（{step.id}）{stage}　{step.clause.ref}"
    yield f"  │   要求：{step.requirement}"
    if step.fields:
        yield f"  │   要问到：{'、'.join(field.title for field in step.fields)}"
    yield f"  │   做到：{_said(step.completed_by, signals)}"
    if step.reopened_by:
        yield f"  │   ↩ 退回这一步：{_said(step.reopened_by, signals)}"
    if step.patience_turns:
        yield f"  │   客服在下一步上说到第 {step.patience_turns + 1} 句，才算漏了这一步"


def _said(conditions: Iterable[ConditionRecord], signals: dict[str, SignalRecord]) -> str:
    """The signals of the conditions, each once, with who gives it and an example."""
    names = list(dict.fromkeys(condition.signal for condition in conditions))
    return "；".join(_named(signals[name]) for name in names)


def _named(signal: SignalRecord) -> str:
    example = f"，如“{signal.examples.hit[0]}”" if signal.examples.hit else ""
    return f"{signal.id}（{_ROLES[signal.role]}{example}）"


def _time(seconds: int) -> str:
    for unit, name in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds % unit == 0 and (seconds >= 2 * unit or unit < 86_400):
            return f"{seconds // unit} {name}"
    return f"{seconds} 秒"


def _signals(workspace: Workspace) -> dict[str, SignalRecord]:
    from copilot.procedures import read_signals

    return {signal.id: signal for signal in read_signals(workspace)}


def _troubles(workspace: Workspace) -> Iterator[str]:
    """What is wrong, a line each: files that cannot be used, examples that are not read as they should, unknown clauses."""
    from copilot.procedures import CaseBook, SignalReader, read_signals

    book = CaseBook(workspace)
    parts: tuple[Callable[[], object], ...] = (
        lambda: book.procedures, lambda: book.clocks, lambda: book.calendar, lambda: book.special_cases, lambda: book.solutions,
    )  # fmt: skip
    for part in parts:
        try:
            part()
        except CopilotError as error:
            yield str(error)
    try:
        signals = read_signals(workspace)
    except CopilotError:
        return  # said above, by the procedures that need them
    reader = SignalReader(signals)
    for signal in signals:
        for text in signal.examples.hit:
            if signal.id not in reader.signals(signal.role, text):
                yield f"procedures/signals.yaml：信号 {signal.id} 的例句“{text}”没有认出来，请改 patterns 或例句。"
        for text in signal.examples.miss:
            if signal.id in reader.signals(signal.role, text):
                yield f"procedures/signals.yaml：信号 {signal.id} 的反例“{text}”也认成了它，请改 patterns 或加 unless。"
    yield from _unknown_clauses(workspace, book)


def _unknown_clauses(workspace: Workspace, book: CaseBook) -> Iterator[str]:
    from copilot.clauses import read_clauses

    try:
        known = {clause.ref for clause in read_clauses(workspace)}
        for record in book.procedures.values():
            refs = [record.clause.ref, *(step.clause.ref for step in record.steps), *(limit.clause.ref for limit in record.limits)]
            yield from (f"流程 {record.id}：没有条款 {ref}，请改正编号。" for ref in dict.fromkeys(refs) if ref not in known)
        options = [option for case in book.solutions.cases for option in case.options]
        for ref in dict.fromkeys(option.clause.ref for option in options):
            if ref not in known:
                yield f"solutions.yaml：没有条款 {ref}，请改正编号。"
        for kind in book.special_cases.emergencies:
            if kind.clause.ref not in known:
                yield f"special_cases.yaml：紧急情况 {kind.id} 引用的条款 {kind.clause.ref} 不存在，请改正编号。"
    except CopilotError:
        return  # said above
