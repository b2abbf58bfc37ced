"""`copilot index`: what is in the index, and how a company's own documents come into it and leave it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from copilot.errors import CopilotError

index_app = typer.Typer(
    help="文件与索引：加入自己的文件，查看、比较、试搜。", no_args_is_help=True, rich_markup_mode=None
)  # fmt: skip
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="逐条列出。")]


@index_app.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹：docx、pdf、html、xlsx、csv、md、txt。", show_default=False)],
    identity: Annotated[str | None, typer.Option("--id", help="文件编号（小写字母、数字、-）；不填则由文件名得出。", show_default=False)] = None,
    title: Annotated[str | None, typer.Option(help="标题；不填则用文件里的。", show_default=False)] = None,
    starts: Annotated[str | None, typer.Option("--from", help="从哪天起生效，如 2026-01-01。", show_default=False)] = None,
    ends: Annotated[str | None, typer.Option("--until", help="到哪天为止，这天起不再有效。", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入。")] = False,
    verbose: Verbose = False,
) -> None:
    """把文件加入检索；同一份文件改了再加一次，就是新版本。退出码：0 都加入了，1 有文件读不了。"""
    from copilot.clauses import Given
    from copilot.cli.adding import add_files

    given = Given(identity, title, _day(starts, "--from"), _day(ends, "--until"))
    raise typer.Exit(add_files(paths, given, dry_run=dry_run, verbose=verbose))


@index_app.command("remove")
def remove(
    name: Annotated[str, typer.Argument(metavar="ID", help="文件编号；只去掉一个版本写 编号@版本。")],
) -> None:
    """去掉一份导入的文件。手写的制度请直接删去它的文件。"""
    from copilot.clauses import DocumentStore
    from copilot.cli.adding import update_index
    from copilot.cli.comparing import today
    from copilot.cli.opening import open_documents

    settings, workspace = open_documents()
    for document in DocumentStore(workspace, today()).remove(name):
        version = f"@{document.version}" if document.version else ""
        typer.echo(f"已去掉 {document.id}{version}《{document.title}》，共 {len(document.clauses)} 条。")
    update_index(settings)


@index_app.command("status")
def status(verbose: Verbose = False) -> None:
    """有哪些文件和版本、何时建的索引、此后改过什么、哪些条款重复或数字不一致。"""
    from rich.console import Console

    from copilot.cli.comparing import today
    from copilot.cli.index_view import show_status
    from copilot.cli.opening import open_documents
    from copilot.retrieval.standing import standing

    settings, workspace = open_documents()
    show_status(Console(), workspace, standing(workspace, settings.home), today(), verbose=verbose)


@index_app.command("diff")
def diff(
    file: Annotated[Path | None, typer.Argument(help="要比较的文件；不填则比较工作区与现有的索引。", show_default=False)] = None,
    identity: Annotated[str | None, typer.Option("--id", help="与哪份文件比较；不填则由文件名得出。", show_default=False)] = None,
) -> None:
    """逐条看改了什么。退出码：0 没有变化，1 有变化。"""
    from rich.console import Console

    from copilot.cli.adding import differences_of_file, differences_since_index
    from copilot.cli.index_view import show_differences

    found = differences_since_index() if file is None else differences_of_file(file, identity)
    raise typer.Exit(show_differences(Console(), found))


@index_app.command("rebuild")
def rebuild() -> None:
    """从头再建索引；建好之前，现有的照常使用。"""
    from copilot.cli.adding import update_index
    from copilot.cli.opening import open_settings

    update_index(open_settings(), anew=True)


@index_app.command("search")
def search(
    query: Annotated[str, typer.Argument(help="要搜的话。")],
    top: Annotated[int, typer.Option(min=1, help="条数。")] = 5,
    on: Annotated[str | None, typer.Option(help="按哪天有效的版本，如 2026-01-01；不填则按今天。", show_default=False)] = None,
) -> None:
    """看看一句话会搜到哪些条款、各得多少分。"""
    from rich.console import Console

    from copilot.cli.index_view import show_hits
    from copilot.cli.opening import open_copilot

    day = _day(on, "--on")
    show_hits(Console(), query, open_copilot().index.search(query, top, on=day))


def _day(text: str | None, option: str) -> date | None:
    """The day that an option names. Raises CopilotError."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CopilotError(f"{option} {text!r} 不是日期，请写成 2026-01-01 的样子。") from error
