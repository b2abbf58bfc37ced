"""The commands. Each imports what it needs when it runs, so `copilot --help` stays instant."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.cli.evaluate import eval_app
from copilot.cli.gaps import gaps
from copilot.cli.index import index_app
from copilot.cli.model_use import model_use
from copilot.cli.norms import norms_app
from copilot.cli.opening import Chosen, open_copilot, open_settings
from copilot.cli.phrases import phrases_app
from copilot.cli.procedures import procedures_app
from copilot.cli.records import records_app
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.conversation import Conversation

app = typer.Typer(
    name="copilot",
    help="客服助手：看懂客户、给出话术、审核草稿、带着走完投诉六步。\n\n"
    "先试一句：copilot review \"这不归我管\" --customer \"快递还没到\"",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(index_app, name="index")
app.add_typer(norms_app, name="norms")
app.add_typer(procedures_app, name="procedures")
app.add_typer(eval_app, name="eval")
app.add_typer(records_app, name="records")
app.add_typer(phrases_app, name="phrases")
app.command()(gaps)
app.command(name="model")(model_use)

JsonLines = Annotated[bool, typer.Option("--jsonl", help="从标准输入逐行读 JSON，逐行输出 JSON。")]
TextArgument = Annotated[str | None, typer.Argument(help="要处理的文字；写 - 则从标准输入读取。", show_default=False)]


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
    Chosen.workspace = workspace


def _machine(command: str) -> None:
    from copilot.cli.machine import run_jsonl

    raise typer.Exit(run_jsonl(command, open_copilot(), sys.stdin.buffer, sys.stdout.buffer))


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
    text: Annotated[
        list[str] | None,
        typer.Argument(help="要审核的回复，写 - 则从标准输入读取；加 --conversation 时是会话文件。", show_default=False),
    ] = None,
    customer: Annotated[str | None, typer.Option(help="客户的上一句话。", show_default=False)] = None,
    jsonl: JsonLines = False,
    conversation: Annotated[
        bool, typer.Option("--conversation", help="检查整通会话：一段对话（txt、json），或整批会话（csv、xlsx、jsonl）。")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="会话报告存到这里：xlsx、html 或 jsonl。", show_default=False)
    ] = None,
    with_personal_data: Annotated[
        bool, typer.Option("--with-personal-data", help="会话报告里不遮住个人信息。")
    ] = False,
) -> None:
    """审核一条准备发出的回复，或检查整通会话。退出码：0 可以发送，1 有问题。"""
    if conversation:
        from copilot.cli.quality import review_conversations

        raise typer.Exit(review_conversations(text or [], out, jsonl=jsonl, with_personal_data=with_personal_data))
    if out is not None or with_personal_data:
        raise CopilotError("--out 和 --with-personal-data 要和 --conversation 一起用。")
    if text is not None and len(text) > 1:
        raise CopilotError("一次审核一条回复，请用引号把整句话括起来；检查会话文件请加 --conversation。")
    if jsonl:
        _machine("review")
    from rich.console import Console

    from copilot.cli.human import show_review

    raise typer.Exit(show_review(Console(), open_copilot(), _given(text[0] if text else None, "要审核的回复"), _context(customer)))


@app.command()
def read(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """看懂客户的一句话：情绪、诉求、是否投诉、是否紧急。"""
    if jsonl:
        _machine("read")
    from rich.console import Console

    from copilot.cli.human import show_reading

    show_reading(Console(), open_copilot(), _context(_given(text, "客户的话")))


@app.command()
def suggest(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """为客户的一句话给出最多三条回复建议。"""
    if jsonl:
        _machine("suggest")
    from rich.console import Console

    from copilot.cli.human import show_suggestions

    show_suggestions(Console(), open_copilot(), _context(_given(text, "客户的话")))


@app.command()
def ask(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """问协议和公司制度，回答附条款。退出码：0 有答案，1 没有查到。"""
    from copilot.cli.asking import Questions

    questions = Questions(open_copilot(), open_settings().database)
    try:
        if jsonl:
            from copilot.cli.machine import run_jsonl

            raise typer.Exit(run_jsonl("ask", questions.copilot, sys.stdin.buffer, sys.stdout.buffer, questions.row))
        from rich.console import Console

        from copilot.cli.human import show_answer

        raise typer.Exit(show_answer(Console(), questions.copilot, questions.answer(_given(text, "问题"))))
    finally:
        questions.keep()


@app.command()
def guide(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """看一段对话走到投诉处理的第几步。对话每行以“客：”或“我：”开头。"""
    if jsonl:
        _machine("guide")
    from rich.console import Console

    from copilot.cli.human import parse_dialogue, show_guide

    show_guide(Console(), open_copilot(), parse_dialogue(_given(text, "对话")))


@app.command()
def polish(
    text: TextArgument = None,
    customer: Annotated[str | None, typer.Option(help="客户的上一句话。", show_default=False)] = None,
    jsonl: JsonLines = False,
) -> None:
    """把粗略的草稿改成得体的回复，事实不变。退出码：0 改好了，1 改不了。"""
    if jsonl:
        _machine("polish")
    from rich.console import Console

    from copilot.cli.writing import show_polished

    raise typer.Exit(show_polished(Console(), open_copilot(), _given(text, "草稿"), _context(customer)))


@app.command()
def translate(
    text: TextArgument = None,
    customer: Annotated[str | None, typer.Option(help="客户的上一句话。", show_default=False)] = None,
) -> None:
    """把回复译成英文，中文附在后面（需要语言模型）。"""
    from rich.console import Console

    from copilot.cli.writing import show_english

    show_english(Console(), open_copilot(), _given(text, "回复"), _context(customer))


@app.command()
def summary(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """把一段对话写成三行小结。对话每行以“客：”或“我：”开头。"""
    if jsonl:
        _machine("summary")
    from rich.console import Console

    from copilot.cli.human import parse_dialogue
    from copilot.cli.writing import show_summary
    from copilot.conversation import Conversation

    show_summary(Console(), open_copilot(), Conversation(parse_dialogue(_given(text, "对话"))))


@app.command()
def mask(text: TextArgument = None, jsonl: JsonLines = False) -> None:
    """遮住文字里的个人信息。"""
    if jsonl:
        _machine("mask")
    typer.echo(open_copilot().mask(_given(text, "文字")).masked)


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
        list_scenarios(Console(), open_copilot())
    else:
        run_scenario(Console(), open_copilot(), scenario)


@app.command()
def doctor() -> None:
    """检查设置、工作区、索引、数据库、模型和 Telegram，说明哪里不对、怎么办。"""
    from rich.console import Console

    from copilot.cli.doctor import examine

    raise typer.Exit(examine(Console(), Chosen.workspace))


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="网页控制台的端口。", show_default=False)] = None,
) -> None:
    """启动网页控制台；设置了 TELEGRAM_BOT_TOKEN 时同时启动 Telegram 机器人。"""
    from copilot.cli.serve import serve

    raise typer.Exit(serve(open_settings(web_port=port)))


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
