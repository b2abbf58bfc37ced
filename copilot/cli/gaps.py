"""`copilot gaps`: what people ask and the documents do not answer, for whoever looks after the documents."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.errors import CopilotError

if TYPE_CHECKING:
    from rich.console import Console

    from copilot.answering.gaps import Gap
    from copilot.engine import Copilot

_MOST_READ = 20_000  # questions, newest first
_SOURCES = {"cli": "命令行", "desk": "对话机器人", "web": "网页", "api": "接口"}
_COLUMNS = ("编号", "次数", "问题", "其他问法", "最接近的条款", "首次", "最近", "来源", "现在的答案")


def gaps(
    days: Annotated[int, typer.Option(min=1, max=3650, help="看最近多少天。")] = 90,
    top: Annotated[int, typer.Option(min=1, max=1000, help="最多列多少个。")] = 20,
    csv: Annotated[Path | None, typer.Option(help="另存为表格文件（CSV，可用 Excel 打开）。", show_default=False)] = None,
    done: Annotated[
        list[str] | None,
        typer.Option(metavar="编号", help="标为已处理，几个用逗号隔开；再有人问时会重新出现。", show_default=False),
    ] = None,
) -> None:
    """列出问了却没有查到规定的问题，问得多的在前，供维护知识的人补写。"""
    from copilot.cli.opening import open_copilot, open_settings

    settings = open_settings()
    if done:
        marked = asyncio.run(_mark(settings.database, _numbers(done)))
        typer.echo(f"已标记 {marked} 个问题为已处理。" if marked else "没有找到这些编号，未作改动。")
        raise typer.Exit(0 if marked else 1)
    found = asyncio.run(_read(settings.database, datetime.now(UTC) - timedelta(days=days)))
    copilot = open_copilot()
    rows = [_row(gap, copilot) for gap in found[:top]]
    if csv is not None:
        _write(csv, rows)
        typer.echo(f"已写入 {csv}，共 {len(rows)} 个问题。")
        return
    from rich.console import Console

    _show(Console(), rows, len(found), days)


def _numbers(given: Sequence[str]) -> set[int]:
    """The numbers in "3,5" and "7". Raises CopilotError for anything else."""
    parts = [part.strip() for each in given for part in each.replace("，", ",").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise CopilotError("--done 后面请写编号，例如 --done 3,5；编号在 copilot gaps 列出的方括号里。")
    return set(map(int, parts))


async def _read(database: str, since: datetime) -> list[Gap]:
    """The open gaps of this time. Raises StoreError."""
    from copilot.answering.gaps import gaps
    from copilot.store import Store

    store = await Store.open(database)
    try:
        async with store.unit_of_work() as work:
            return gaps(await work.unanswered_questions(_MOST_READ, since))
    finally:
        await store.close()


async def _mark(database: str, numbers: Collection[int]) -> int:
    """Mark the gaps that these questions belong to as dealt with; how many there were. Raises StoreError."""
    from copilot.answering.gaps import gaps
    from copilot.store import Store

    store = await Store.open(database)
    try:
        async with store.unit_of_work() as work:
            meant = [gap for gap in gaps(await work.unanswered_questions(_MOST_READ)) if not set(numbers).isdisjoint(gap.ids)]
            await work.close_questions({number for gap in meant for number in gap.ids}, datetime.now(UTC))
            await work.commit()
            return len(meant)
    finally:
        await store.close()


def _row(gap: Gap, copilot: Copilot) -> dict[str, str]:
    """A gap as words, asked again: a document may answer it by now."""
    answer = copilot.ask(gap.question)
    near = copilot.index.clause(gap.nearest) if gap.nearest else None
    now = ""
    if answer.answered:
        first = answer.cites[0]
        now = f"《{_title(copilot, first.document)}》{first.clause} {first.title}".strip()
    return dict(
        zip(
            _COLUMNS,
            (
                str(gap.id), str(gap.count), copilot.mask(gap.question).masked,
                " / ".join(copilot.mask(each).masked for each in gap.wordings),
                f"{near.citation} {near.title}" if near else "", f"{gap.first_at:%Y-%m-%d}", f"{gap.last_at:%Y-%m-%d}",
                "、".join(_SOURCES.get(each, each) for each in gap.sources) + ("（标过已处理，又有人问）" if gap.again else ""),
                now,
            ),
            strict=True,
        )
    )  # fmt: skip


def _title(copilot: Copilot, document: str) -> str:
    return next((clause.document_title for clause in copilot.index.clauses if clause.document == document), document)


def _show(console: Console, rows: Sequence[dict[str, str]], total: int, days: int) -> None:
    from rich.text import Text

    def line(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    if not rows:
        line(f"最近 {days} 天没有查不到的问题。")
        return
    line(f"最近 {days} 天有 {total} 个问题没有查到规定，问得多的在前：", "bold")
    for row in rows:
        line(f"[{row['编号']}] {row['问题']}（{row['次数']} 次，最近 {row['最近']}，来自{row['来源']}）")
        if row["其他问法"]:
            line(f"    也这样问：{row['其他问法']}", "dim")
        if row["现在的答案"]:
            line(f"    现在有答案了：{row['现在的答案']}", "green")
        elif row["最接近的条款"]:
            line(f"    最接近的条款（未必相关）：{row['最接近的条款']}", "dim")
    line("处理好一个，请用 copilot gaps --done 编号 标记；再有人问时会重新出现。", "dim")


def _write(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """The rows as CSV that Excel reads as UTF-8. Raises DocumentError when the file cannot be written."""
    from copilot.documents.table_files import csv_file

    with csv_file(path, _COLUMNS) as write:
        for row in rows:
            write(row.values())
