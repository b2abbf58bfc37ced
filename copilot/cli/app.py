"""The commands. Each imports what it needs when it runs, so `copilot --help` stays instant."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.conversation import Conversation
    from copilot.engine import Copilot
    from copilot.retrieval import Index
    from copilot.settings import Settings

app = typer.Typer(
    name="copilot",
    help="客服助手：看懂客户、给出话术、审核草稿、带着走完投诉六步。\n\n"
    "先试一句：copilot review \"这不归我管\" --customer \"快递还没到\"",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
index_app = typer.Typer(help="检索索引：查看、重建、试搜。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(index_app, name="index")

JsonLines = Annotated[bool, typer.Option("--jsonl", help="从标准输入逐行读 JSON，逐行输出 JSON。")]
TextArgument = Annotated[str | None, typer.Argument(help="要处理的文字；写 - 则从标准输入读取。", show_default=False)]


class _State:
    workspace: Path | None = None


def _version(wanted: bool) -> None:
    if wanted:
        from copilot import __version__

        typer.echo(f"copilot {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", help="使用这个工作区文件夹（默认：内置，或 COPILOT_WORKSPACE）。", show_default=False),
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="显示版本。", callback=_version, is_eager=True)] = False,
) -> None:
    _State.workspace = workspace


def _settings(web_port: int | None = None) -> Settings:
    from copilot.logs import MaskingFilter, mask_plainly
    from copilot.settings import load_settings

    settings = load_settings(workspace=_State.workspace, web_port=web_port)
    logging.basicConfig(stream=sys.stderr, level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(MaskingFilter(mask_plainly, ()))
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log addresses with the bot token in them
    return settings


def _copilot() -> Copilot:
    from copilot.cli.progress import index_progress
    from copilot.wiring import build_copilot

    return build_copilot(_settings(), index_progress())


def _machine(command: str) -> None:
    from copilot.cli.machine import run_jsonl

    raise typer.Exit(run_jsonl(command, _copilot(), sys.stdin.buffer, sys.stdout.buffer))


def _given(text: str | None, what: str) -> str:
    """The text argument, or standard input for "-". Raises CopilotError when there is none."""
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if text is None or not text.strip():
        raise CopilotError(f"请给出{what}，例如放在命令后面的引号里；要逐行处理文件请加 --jsonl。")
    return text


def _context(customer: str | None) -> Conversation:
    from copilot.conversation import Conversation

    return Conversation.from_customer(customer or "")


@app.command()
def review(
    text: TextArgument = None,
    customer: Annotated[str | None, typer.Option(help="客户的上一句话。", show_default=False)] = None,
    jsonl: JsonLines = False,
) -> None:
    """审核一条准备发出的回复。退出码：0 可以发送，1 有问题。"""
    if jsonl:
        _machine("review")
    from rich.console import Console

    from copilot.cli.human import show_review

    raise typer.Exit(show_review(Console(), _copilot(), _given(text, "要审核的回复"), _context(customer)))


@app.command()
def read(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """看懂客户的一句话：情绪、诉求、是否投诉、是否紧急。"""
    if jsonl:
        _machine("read")
    from rich.console import Console

    from copilot.cli.human import show_reading

    show_reading(Console(), _copilot(), _context(_given(text, "客户的话")))


@app.command()
def suggest(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """为客户的一句话给出最多三条回复建议。"""
    if jsonl:
        _machine("suggest")
    from rich.console import Console

    from copilot.cli.human import show_suggestions

    show_suggestions(Console(), _copilot(), _context(_given(text, "客户的话")))


@app.command()
def ask(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """问协议和公司制度，回答附条款。退出码：0 有答案，1 没有查到。"""
    if jsonl:
        _machine("ask")
    from rich.console import Console

    from copilot.cli.human import show_answer

    raise typer.Exit(show_answer(Console(), _copilot(), _given(text, "问题")))


@app.command()
def guide(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """看一段对话走到投诉处理的第几步。对话每行以“客：”或“我：”开头。"""
    if jsonl:
        _machine("guide")
    from rich.console import Console

    from copilot.cli.human import parse_dialogue, show_guide

    show_guide(Console(), _copilot(), parse_dialogue(_given(text, "对话")))


@app.command()
def mask(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """遮住文字里的个人信息。"""
    if jsonl:
        _machine("mask")
    typer.echo(_copilot().mask(_given(text, "文字")).masked)


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="新工作区的文件夹，应不存在或为空。")]) -> None:
    """把内置的知识和提示词复制一份，供团队自己修改。"""
    from copilot.workspace import copy_builtin

    workspace = copy_builtin(folder)
    typer.echo(f"已生成工作区：{workspace.root}\n改好后用 copilot --workspace {folder} doctor 检查。")


@app.command()
def practice(
    scenario: Annotated[str | None, typer.Argument(help="场景编号；不填则列出全部。", show_default=False)] = None,
) -> None:
    """和模拟客户练习，结束后得到评分。"""
    from rich.console import Console

    from copilot.cli.training import list_scenarios, run_scenario

    if scenario is None:
        list_scenarios(Console(), _copilot())
    else:
        run_scenario(Console(), _copilot(), scenario)


@app.command()
def doctor() -> None:
    """检查设置、工作区、索引、数据库、模型和 Telegram，说明哪里不对、怎么办。"""
    from rich.console import Console

    from copilot.cli.doctor import examine

    raise typer.Exit(examine(Console(), _State.workspace))


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="网页控制台的端口。", show_default=False)] = None,
) -> None:
    """启动网页控制台；设置了 TELEGRAM_BOT_TOKEN 时同时启动 Telegram 机器人。"""
    from copilot.cli.serve import serve

    raise typer.Exit(serve(_settings(web_port=port)))


@index_app.command("status")
def index_status() -> None:
    """索引里有什么、什么时候建的。"""
    _show_status(_copilot().index)


def _show_status(index: Index) -> None:
    status = index.status()
    typer.echo(f"文件 {status.documents} 份，条款 {status.clauses} 条，建于 {status.built_at:%Y-%m-%d %H:%M}（UTC）。")


@index_app.command("rebuild")
def index_rebuild() -> None:
    """从头再建索引；建好之前，现有的照常使用。"""
    from copilot.cli.progress import index_progress
    from copilot.retrieval import Index
    from copilot.workspace import open_workspace

    settings = _settings()
    _show_status(Index.open(open_workspace(settings.workspace), settings.home, index_progress(), anew=True))


@index_app.command("search")
def index_search(query: Annotated[str, typer.Argument(help="要搜的话。")], top: Annotated[int, typer.Option(help="条数。")] = 5) -> None:
    """看看一句话会搜到哪些条款、各得多少分。"""
    for hit in _copilot().index.search(query, top):
        typer.echo(f"{hit.score:.2f}  {hit.clause.document} {hit.clause.number}  {hit.clause.title}")


def _guarded(command: Callable[[], object]) -> int:
    """Run the command line; what goes wrong becomes one clear line on standard error and an exit status."""
    try:
        command()
    except CopilotError as error:
        typer.echo(str(error), err=True)
        return 2
    except KeyboardInterrupt:
        typer.echo("已停止。", err=True)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away: nothing more to say, and no traceback at exit
        return 0
    except Exception as error:  # a traceback helps whoever mends it, not whoever uses it
        logging.getLogger("copilot").debug("unexpected", exc_info=True)
        typer.echo(
            f"出了意外（{type(error).__name__}），这一步没有完成。请再试一次；"
            "如仍不行，请加上 COPILOT_LOG_LEVEL=DEBUG 再运行，把显示的内容反馈给维护者。",
            err=True,
        )
        return 3
    return 0


def main() -> None:
    """The entry point of the `copilot` command."""
    raise SystemExit(_guarded(app))
