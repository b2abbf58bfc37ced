"""`copilot phrases`: the team's and the agents' own phrases, and what is taken and left of all phrases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from copilot.cli.waiting import wait_for
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.store import Work

ResultT = TypeVar("ResultT")
phrases_app = typer.Typer(
    help="自己的话术：从表格导入、列出、删除，看哪些话术常被采用。", no_args_is_help=True, rich_markup_mode=None
)
_TEAM = ("", "团队", "全体", "team")
_MOST_ROWS = 5_000
Agent = Annotated[
    str, typer.Option(metavar="客服", help="存给这位客服（如 tg:4711）；不填则存给团队。", show_default=False)
]


@phrases_app.command("template")
def template(
    out: Annotated[Path, typer.Argument(metavar="文件", help="存成 xlsx 或 csv。")] = Path("话术模板.xlsx"),
) -> None:
    """写一份表格模板：话术、适用情形（客户会怎么说，几种说法用分号隔开）、类型、归属。"""
    from copilot.cli.phrase_sheet import COLUMNS, EXAMPLES
    from copilot.documents.table_files import table_file

    with table_file(out, "话术", COLUMNS) as write:
        for row in EXAMPLES:
            write(row)
    typer.echo(f"已写好模板 {out}。填好后导入：copilot phrases add {out}")


@phrases_app.command("add")
def add(
    file: Annotated[Path, typer.Argument(metavar="文件", help="xlsx 或 csv，第一行是列名。", show_default=False)],
    agent: Agent = "",
) -> None:
    """从表格导入话术。每一条先审核，不合适的列出行号和原因，其余照常存入。退出码：0 全部存入，1 有没存的。"""
    from copilot.cli.opening import open_copilot
    from copilot.cli.phrase_sheet import read_sheet
    from copilot.desk.own_phrases import keep, own_phrases

    rows = read_sheet(file, _MOST_ROWS)
    checks = own_phrases(open_copilot())
    refused: list[str] = []

    async def run(work: Work) -> int:
        kept = 0
        for row in rows:
            owner = "" if row.owner in _TEAM and not agent else agent or row.owner
            try:
                checked = checks.checked(row.text, row.situation, row.style)
            except CopilotError as error:
                refused.append(f"{file.name}:{row.number}：{error}")
                continue
            if await keep(work, owner, "cli", checked, row.situation, datetime.now(UTC)):
                kept += 1
            else:
                refused.append(f"{file.name}:{row.number}：这条话术已经有了，没有重复存。")
        return kept

    kept = _in_store(run, commit=True)
    for line in refused:
        typer.echo(line, err=True)
    typer.echo(f"存入 {kept} 条" + (f"，{len(refused)} 条没有存，原因见上。" if refused else "。"))
    raise typer.Exit(1 if refused else 0)


@phrases_app.command("list")
def list_phrases(
    agent: Annotated[str, typer.Option(metavar="客服", help="只看这位客服的和团队的。", show_default=False)] = "",
) -> None:
    """列出自己存的话术：编号、归属、用在什么情形、依据。"""

    async def run(work: Work) -> tuple[str, ...]:
        found = await (work.phrases(agent, 10_000) if agent else work.all_phrases())
        return tuple(
            f"[{each.id}] {'团队' if not each.owner else each.owner}　{each.text}"
            f"（{'、'.join(each.topics) or '没有对上的情形'}；依据 {'、'.join(map(str, each.cites))}）"
            for each in found
        )

    lines = _in_store(run)
    for line in lines:
        typer.echo(line)
    if not lines:
        typer.echo("还没有存过话术。先写一份模板：copilot phrases template")


@phrases_app.command("remove")
def remove(
    numbers: Annotated[
        list[int], typer.Argument(metavar="编号", help="copilot phrases list 列出的编号。", show_default=False)
    ],
) -> None:
    """删除话术。退出码：0 都删了，1 有没找到的。"""

    async def run(work: Work) -> list[int]:
        return [number for number in dict.fromkeys(numbers) if not await work.remove_phrase(number)]

    missing = _in_store(run, commit=True)
    if removed := len(set(numbers)) - len(missing):
        typer.echo(f"已删除 {removed} 条。")
    if missing:
        typer.echo(f"没有编号为 {'、'.join(map(str, missing))} 的话术。编号见 copilot phrases list", err=True)
    raise typer.Exit(1 if missing else 0)


@phrases_app.command("stats")
def stats(
    days: Annotated[int, typer.Option(min=1, max=3650, help="看最近多少天。")] = 90,
    top: Annotated[int, typer.Option(min=1, max=1000, help="最常采用和最少采用各列多少条。")] = 10,
) -> None:
    """看哪些话术常被采用、哪些常被放过，以及因此在建议里提前或靠后多少。"""
    from copilot.cli.opening import open_settings
    from copilot.cli.phrase_sheet import stat_lines
    from copilot.phrasing import Phrase
    from copilot.workspace import open_workspace

    since = datetime.now(UTC) - timedelta(days=days)
    settings = open_settings()

    async def run(work: Work) -> list[str]:
        workspace = open_workspace(settings.workspace).with_home(settings.home)
        texts = {phrase.id: phrase.text for phrase in workspace.read_records("phrases/bank", Phrase)}
        texts |= {f"own:{each.id}": each.text for each in await work.all_phrases()}
        return stat_lines(await work.phrase_uses(since), texts, top)

    for line in _in_store(run):
        typer.echo(line)


def _in_store(run: Callable[[Work], Awaitable[ResultT]], *, commit: bool = False) -> ResultT:
    """What `run` gives, within one unit of work. Raises StoreError."""
    from copilot.cli.opening import open_settings
    from copilot.store import Store

    async def within() -> ResultT:
        store = await Store.open(open_settings().database)
        try:
            async with store.unit_of_work() as work:
                found = await run(work)
                if commit:
                    await work.commit()
                return found
        finally:
            await store.close()

    return wait_for(within())
