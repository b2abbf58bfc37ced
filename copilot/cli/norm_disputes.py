"""`copilot norms disputes | accept | decline`: what agents called wrong, for a trainer to decide."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.errors import CopilotError

if TYPE_CHECKING:
    from rich.console import Console

    from copilot.desk.deciding import Decision
    from copilot.engine import Copilot
    from copilot.norms import Norm
    from copilot.store import DisputeStatus, KeptDispute, Store

_STATUSES: dict[str, DisputeStatus | None] = {
    "open": "open",
    "accepted": "accepted",
    "declined": "declined",
    "all": None,
}
_LONGEST_LISTED = 60  # characters of what was said
Decide = Callable[["Store", "Copilot", int, str, datetime], Awaitable["Decision"]]
Numbers = Annotated[list[int], typer.Argument(metavar="编号…", help="误报的编号，可写几个。", show_default=False)]


def disputes(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[编号]…", help="看这几条的来龙去脉；不填则列出。", show_default=False)
    ] = None,
    status: Annotated[str, typer.Option(help="open 待复核，accepted 已认可，declined 不认可，all 全部。")] = "open",
    since: Annotated[
        str | None, typer.Option(help="只看这段时间的，如 30d、2w 或 2026-03-01。", show_default=False)
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="最多列多少条。")] = 50,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="每条输出一行 JSON，个人信息已遮住。")] = False,
) -> None:
    """列出客服报的误报，或看其中几条：对话、回复、报的是什么。"""
    from rich.console import Console

    from copilot.cli.norm_words import plain
    from copilot.cli.opening import open_documents
    from copilot.norms import read_norms

    if status not in _STATUSES:
        raise CopilotError("--status 只能是 open（待复核）、accepted（已认可）、declined（不认可）或 all（全部）。")
    settings, workspace = open_documents()
    if numbers:
        found = asyncio.run(_some(settings.database, numbers))
    else:
        found = asyncio.run(_all(settings.database, _STATUSES[status], since))
    if jsonl:
        for dispute in found:
            typer.echo(json.dumps(_as_json(dispute)))
        return
    norms = {norm.id: norm for norm in read_norms(workspace)}
    console = Console()
    if numbers:
        for dispute in found:
            _show(console, dispute, norms)
    elif not found:
        plain(console, "没有待复核的误报。" if status == "open" else "没有这样的误报。")
    else:
        _list(console, found, norms, top, status)


def accept(
    numbers: Numbers,
    reason: Annotated[str, typer.Option(help="为什么认可，写进例句的注释。", show_default=False)] = "",
    later: Annotated[bool, typer.Option("--later", help="模型下次启动时再学，不在这里等。")] = False,
) -> None:
    """认可误报：同样的回复在同类情形下不再报，立即生效，并成为“可以说的”例句。"""
    from copilot.desk.deciding import accept as accepted

    engine, database = _engine()

    def told(decision: Decision) -> str:
        return f"已认可第 {decision.dispute.id} 条{_also(decision)}，立即生效。例句写在 {decision.path}"

    done, failed = _decide_all(database, engine, accepted, numbers, reason, told)
    if done and not later:
        _learn(engine)
    raise typer.Exit(1 if failed else 0)


def decline(
    numbers: Numbers,
    reason: Annotated[str, typer.Option(help="原因，客服会看到。", show_default=False)] = "",
) -> None:
    """不认可误报：规范照旧，客服会看到您写的原因。"""
    from copilot.desk.deciding import decline as declined

    engine, database = _engine()

    def told(decision: Decision) -> str:
        return f"第 {decision.dispute.id} 条{_also(decision)}记为不认可，客服下次会看到原因。"

    _, failed = _decide_all(database, engine, declined, numbers, reason, told)
    raise typer.Exit(1 if failed else 0)


def _also(decision: Decision) -> str:
    return f"（同样的另有 {len(decision.others)} 条，一并处理）" if decision.others else ""


def _decide_all(
    database: str, engine: Copilot, how: Decide, numbers: Sequence[int], reason: str, told: Callable[[Decision], str]
) -> tuple[int, int]:
    """Decide one after the other and print each result; how many were decided, and how many could not be."""
    done, failed, settled = 0, 0, set[int]()
    for number in dict.fromkeys(numbers):
        if number in settled:  # the same reply, decided with one before
            continue
        try:
            decision = asyncio.run(_decide(database, engine, how, number, reason))
        except CopilotError as error:
            if len(numbers) == 1:
                raise
            typer.echo(str(error), err=True)
            failed += 1
        else:
            typer.echo(told(decision))
            settled.update(decision.others)
            done += 1
    return done, failed


def _engine() -> tuple[Copilot, str]:
    from copilot.cli.opening import open_documents
    from copilot.engine import Copilot

    settings, workspace = open_documents()
    return Copilot(workspace, settings.home), settings.database


def _learn(engine: Copilot) -> None:
    """Let the classifiers learn from the new examples now, so that the next start need not wait for it."""
    from copilot.desk.voices import Voices

    typer.echo("正在让模型也学会新的例句，约需十秒（用 --later 可以不等）……", err=True)
    _ = engine.reviewer
    Voices(engine.workspace, engine.home / "models")


async def _decide(database: str, engine: Copilot, how: Decide, number: int, reason: str) -> Decision:
    from copilot.store import Store

    store = await Store.open(database)
    try:
        return await how(store, engine, number, reason, datetime.now(UTC))
    finally:
        await store.close()


async def _all(database: str, status: DisputeStatus | None, since: str | None) -> Sequence[KeptDispute]:
    from copilot.cli.periods import beginning
    from copilot.store import Store

    start = beginning(since, datetime.now(UTC)) if since is not None else None
    store = await Store.open(database)
    try:
        async with store.unit_of_work() as work:
            return await work.disputes(status, since=start)
    finally:
        await store.close()


async def _some(database: str, numbers: Sequence[int]) -> Sequence[KeptDispute]:
    """The disputes of these numbers. Raises CopilotError where one is not there."""
    from copilot.store import Store

    store = await Store.open(database)
    try:
        async with store.unit_of_work() as work:
            found = [(number, await work.dispute(number)) for number in numbers]
    finally:
        await store.close()
    missing = [str(number) for number, dispute in found if dispute is None]
    if missing:
        raise CopilotError(
            f"没有第 {'、'.join(missing)} 条误报，也可能客服已经撤回。copilot norms disputes 列出待复核的。"
        )
    return [dispute for _, dispute in found if dispute is not None]


def _as_json(dispute: KeptDispute) -> dict[str, Any]:
    """What leaves the house: no agent, and personal data masked since it was kept."""
    return {
        "id": dispute.id, "at": dispute.at.isoformat(), "status": dispute.status, "norm": dispute.norm,
        "document": dispute.document, "clause": dispute.clause, "severity": dispute.severity,
        "history": [dict(turn) for turn in dispute.turns], "reply": dispute.draft, "start": dispute.start,
        "end": dispute.end, "quote": dispute.quote, "reason": dispute.reason, "answer": dispute.answer,
        "decided_at": dispute.decided_at.isoformat() if dispute.decided_at else None,
    }  # fmt: skip


def _list(console: Console, found: Sequence[KeptDispute], norms: Mapping[str, Norm], top: int, status: str) -> None:
    """One entry for the same reply, norm and situation, however often it was disputed; newest first."""
    from copilot.cli.norm_words import plain, short
    from copilot.desk.deciding import DECISIONS, grouped

    groups = grouped(found)
    title = "待复核的误报" if status == "open" else "误报"
    plain(console, f"{title} {len(found)} 条，新的在前：", "bold")
    for group in groups[:top]:
        first = group[0]
        times = f"，共 {len(group)} 次" if len(group) > 1 else ""
        decided = f"　{DECISIONS[first.status]}" if status != "open" else ""
        plain(console, f"[{first.id}] {_title(first, norms)}（{first.at.astimezone():%m-%d %H:%M}{times}）{decided}")
        if first.customer:
            plain(console, f"     客：{short(first.customer, _LONGEST_LISTED)}", "dim")
        plain(console, f"     答：{short(first.draft, _LONGEST_LISTED)}")
    if len(groups) > top:
        plain(console, f"另有 {len(groups) - top} 条，加 --top {len(groups)} 全部列出。", "dim")
    number = found[0].id
    plain(console, f"看一条：copilot norms disputes {number}", "dim")
    if status == "open":
        plain(
            console,
            f'认可：copilot norms accept {number}　不认可：copilot norms decline {number} --reason "原因"',
            "dim",
        )


def _title(dispute: KeptDispute, norms: Mapping[str, Norm]) -> str:
    norm = norms.get(dispute.norm)
    return f"{dispute.norm} {norm.title if norm else '（规范已删去）'}"


def _show(console: Console, dispute: KeptDispute, norms: Mapping[str, Norm]) -> None:
    """Everything a trainer needs to decide, in the order in which it happened."""
    from rich.text import Text

    from copilot.cli.norm_words import COLOURS, SEVERITIES, plain
    from copilot.desk.deciding import DECISIONS

    plain(console, f"[{dispute.id}] {_title(dispute, norms)}", "bold")
    for turn in dispute.turns:
        plain(console, f"  {'客' if turn['role'] == 'customer' else '我'}：{turn['text']}", "dim")
    style = COLOURS[dispute.severity]
    draft = Text("  答：")
    draft.append(dispute.draft[: dispute.start])
    draft.append(dispute.draft[dispute.start : dispute.end], style=f"{style} underline")
    draft.append(dispute.draft[dispute.end :])
    plain(console, draft)
    what = f"“{dispute.quote}” " if dispute.quote else "缺少内容："
    plain(console, Text.assemble("报的是：", (SEVERITIES[dispute.severity], style), f"　{what}{dispute.reason}"))
    where = "协议 " if dispute.document == "agreement" else f"{dispute.document} "
    plain(console, f"依据：{where}{dispute.clause}　规范全文：copilot norms show {dispute.norm}", "dim")
    if dispute.status == "open":
        plain(
            console,
            f'认可：copilot norms accept {dispute.id}　不认可：copilot norms decline {dispute.id} --reason "原因"',
            "dim",
        )
    else:
        when = f"{dispute.decided_at.astimezone():%Y-%m-%d %H:%M} " if dispute.decided_at else ""
        plain(console, f"{when}{DECISIONS[dispute.status]}{f'：{dispute.answer}' if dispute.answer else ''}")
    plain(console, "")
