"""`copilot norms stats`: per norm, how often it was reported, heeded, overridden and disputed; the least believed first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copilot.errors import CopilotError, reason_of

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod

    from copilot.norms import Norm
    from copilot.norms.counting import NormCount

_HEADINGS = (
    "规范", "标题", "程度", "报出", "改了", "仍发", "误报", "待复核", "认可", "不认可", "改了%", "仍发%", "误报%",
)  # fmt: skip
_SHOWN = ("规范", "标题", "报出", "改了", "仍发", "误报", "待/认/否")
_LEGEND = (
    "报出：报出过的草稿。改了：一键改写或自己改好。仍发：点了“仍要发送”。误报：报了误报而没有被否定的；后一列是待复核、认可、不认可的次数。"
    "百分数都占报出的比例；排在前面的最不被相信，宜先复核。"
)


def stats(
    since: Annotated[str, typer.Option(help="从什么时候起：30d、2w、24h，或日期如 2026-03-01。")] = "30d",
    top: Annotated[int, typer.Option(min=1, max=1000, help="最多列多少条规范。")] = 30,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="每条规范输出一行 JSON。")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="另存为表格文件（xlsx）。", show_default=False)] = None,
) -> None:
    """看哪条规范常被误报、常被仍要发送：每条规范的次数和比例，最不被相信的在前。"""
    from rich.console import Console

    from copilot.cli.norm_words import plain
    from copilot.cli.opening import open_documents
    from copilot.cli.periods import beginning
    from copilot.norms import read_norms

    if xlsx is not None and xlsx.suffix.lower() != ".xlsx":
        raise CopilotError("--xlsx 后面请写 .xlsx 文件名，例如 --xlsx 规范.xlsx。")
    settings, workspace = open_documents()
    counts = asyncio.run(_counts(settings.database, beginning(since, datetime.now(UTC))))
    norms = {norm.id: norm for norm in read_norms(workspace)}
    if jsonl:
        for count in counts:
            typer.echo(json.dumps(_as_json(count, norms.get(count.norm))))
    if xlsx is not None:
        _write(xlsx, [_row(count, norms.get(count.norm)) for count in counts])
        typer.echo(f"已写入 {xlsx}，共 {len(counts)} 条规范。", err=jsonl)
    if jsonl or xlsx is not None:
        return
    if counts:
        _show(Console(), counts, norms, top)
    else:
        plain(Console(), "这段时间没有报出过任何规范。")


async def _counts(database: str, since: datetime) -> Sequence[NormCount]:
    from copilot.norms.counting import count_norms
    from copilot.store import Store

    store = await Store.open(database)
    try:
        async with store.unit_of_work() as work:
            drafts, disputes = await work.judged_drafts(since), await work.count_disputes(since)
    finally:
        await store.close()
    return count_norms(drafts, {(norm, str(status)): number for (norm, status), number in disputes.items()})


def _as_json(count: NormCount, norm: Norm | None) -> dict[str, Any]:
    return {
        "norm": count.norm, "title": norm.title if norm else None, "severity": norm.severity if norm else None,
        "document": norm.document if norm else None, "clause": norm.clause if norm else None,
        "reported": count.reported, "rewritten": count.rewritten, "changed": count.changed,
        "overridden": count.overridden, "disputes": {"open": count.open, "accepted": count.accepted, "declined": count.declined},
        "heeded_rate": round(count.heeded_rate, 4), "overridden_rate": round(count.overridden_rate, 4),
        "disputed_rate": round(count.disputed_rate, 4),
    }  # fmt: skip


def _row(count: NormCount, norm: Norm | None) -> tuple[str | int | float, ...]:
    from copilot.cli.norm_words import SEVERITIES

    return (
        count.norm, norm.title if norm else "（已删去）", SEVERITIES[norm.severity] if norm else "", count.reported,
        count.rewritten + count.changed, count.overridden, count.disputed, count.open, count.accepted, count.declined,
        count.heeded_rate, count.overridden_rate, count.disputed_rate,
    )  # fmt: skip


def _show(console: Console, counts: Sequence[NormCount], norms: Mapping[str, Norm], top: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from copilot.cli.norm_words import plain

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(_SHOWN):
        width = (16, 8, 4, 8, 8, 8, 8)[number]
        side: JustifyMethod = "left" if number < 2 else "right"
        table.add_column(heading, justify=side, no_wrap=True, overflow="ellipsis", min_width=width)
    for count in counts[:top]:
        norm = norms.get(count.norm)
        cells = (
            count.norm, norm.title if norm else "（已删去）", str(count.reported),
            _with_rate(count.rewritten + count.changed, count.heeded_rate),
            _with_rate(count.overridden, count.overridden_rate),
            _with_rate(count.open + count.accepted, count.disputed_rate),
            f"{count.open}/{count.accepted}/{count.declined}" if count.disputed else "",
        )  # fmt: skip
        table.add_row(*map(Text, cells))
    console.print(table)
    rest = f"另有 {len(counts) - top} 条，加 --top {len(counts)} 全部列出。" if len(counts) > top else ""
    plain(console, f"{rest}{_LEGEND}", "dim")
    waiting = sum(count.open for count in counts)
    if waiting:
        plain(console, f"有 {waiting} 条误报待复核：copilot norms disputes", "yellow")


def _with_rate(count: int, rate: float) -> str:
    """ "3  12%"; empty for none, so that the eye finds what there is."""
    return f"{count} {rate:>4.0%}" if count else ""


def _write(path: Path, rows: Sequence[Sequence[str | int | float]]) -> None:
    """The rows as a workbook. Raises CopilotError when the file cannot be written."""
    import openpyxl  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "规范"
    sheet.append(list(_HEADINGS))
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in sheet.iter_rows(min_row=2, min_col=len(_HEADINGS) - 2):
        for cell in row:
            cell.number_format = "0%"
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 24
    try:
        book.save(path)
    except OSError as error:
        raise CopilotError(f"无法写入 {path}（{reason_of(error)}）。请检查路径和权限，或换一个文件名。") from error
