"""`copilot records`: find, export, keep for as long as is right, erase, encrypt; and who did what with them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copilot.cli.waiting import wait_for
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from copilot.cli.record_desk import RecordDesk

records_app = typer.Typer(
    help="服务记录：查找、导出、按期清除、按客户删除、加密、查看操作日志。", no_args_is_help=True, rich_markup_mode=None
)
_DAY = "日期写成 2026-11-22 这样"
Customer = Annotated[
    str | None, typer.Option(metavar="客户", help="姓名、手机号、邮箱、微信或订单号，写完整。", show_default=False)
]
Number = Annotated[
    str | None, typer.Option(metavar="编号", help="记录或投诉编号，如 20261122-0017。", show_default=False)
]
From = Annotated[
    str | None, typer.Option("--from", metavar="日期", help="从这一天起（服务时间）。", show_default=False)
]
To = Annotated[str | None, typer.Option("--to", metavar="日期", help="到这一天为止，含当天。", show_default=False)]
Sure = Annotated[bool, typer.Option("--yes", help="不再询问，直接执行。")]


@records_app.command("find")
def find(
    customer: Customer = None, number: Number = None, start: From = None, end: To = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="最多列多少条。")] = 20,
) -> None:  # fmt: skip
    """按客户、编号或日期查找服务记录，列出简要内容。退出码：0 找到，1 没有找到。"""
    from copilot.desk.finding import summary

    first, last = _span(start, end)
    found = wait_for(_desk().find(customer or number or "", first, last, top))
    for each in found:
        typer.echo(summary(each))
    if locked := next((each.locked for each in found if each.locked), ""):
        typer.echo(locked, err=True)
    typer.echo(f"共 {len(found)} 条。看完整内容：copilot records show 编号" if found else "没有找到。", err=True)
    raise typer.Exit(0 if found else 1)


@records_app.command("show")
def show(number: Annotated[str, typer.Argument(metavar="编号", help="记录或投诉编号。", show_default=False)]) -> None:
    """显示一条记录的完整内容，含联系方式；查看会记入操作日志。退出码：0 找到，1 没有找到。"""
    found = wait_for(_desk().show(number))
    for each in found:
        typer.echo("\n".join([each.locked] * bool(each.locked) + list(each.record.lines())))
    if not found:
        typer.echo("没有找到这个编号的记录。", err=True)
    raise typer.Exit(0 if found else 1)


@records_app.command("export")
def export(
    out: Annotated[Path, typer.Argument(metavar="文件", help="存成 xlsx 或 csv。", show_default=False)],
    customer: Customer = None, start: From = None, end: To = None,
    with_personal_data: Annotated[
        bool, typer.Option("--with-personal-data", help="含姓名、联系方式和原文；会记入操作日志。")
    ] = False,
) -> None:  # fmt: skip
    """导出服务记录；默认不含个人信息。"""
    first, last = _span(start, end)
    rows, locked = wait_for(_desk().export(out, customer or "", first, last, with_personal_data))
    typer.echo(f"已写入 {out}，共 {rows} 条{'，含个人信息，请妥善保管' if with_personal_data else '，不含个人信息'}。")
    if locked:
        typer.echo(
            f"其中 {locked} 条用别的密钥加密，个人信息没有导出；请填好 COPILOT_RECORD_OLD_KEY 再导一次。", err=True
        )


@records_app.command("purge")
def purge(dry_run: Annotated[bool, typer.Option("--dry-run", help="只看有多少，不删除。")] = False) -> None:
    """删除超过保留期的记录和对话（COPILOT_RECORD_MONTHS、COPILOT_COMPLAINT_MONTHS）；运行中的服务每天自动做一次。"""
    done = wait_for(_desk().purge(dry_run))
    verb = "将删除" if dry_run else "已删除"
    typer.echo(
        f"{verb}：记录 {done.records} 条，投诉记录 {done.complaints} 条，没有记录的旧对话 {done.conversations} 通。"
    )


@records_app.command("forget")
def forget(
    customer: Annotated[
        str, typer.Option(metavar="客户", help="姓名、手机号、邮箱、微信或订单号，写完整。", show_default=False)
    ],
    yes: Sure = False,
) -> None:
    """应客户要求，删除这位客户的记录和对话，不可恢复；日志里只留“删除过”和时间。退出码：0 已删除，1 没有删除。"""
    from copilot.desk.finding import summary

    desk = _desk()
    found = wait_for(desk.of_customer(customer))
    if not found.records and not found.conversations:
        typer.echo("没有找到这位客户的记录或对话。")
        raise typer.Exit(1)
    for each in found.records:
        typer.echo(summary(each))
    typer.echo(f"将删除记录 {len(found.records)} 条、对话 {len(found.conversations)} 通，不可恢复。")
    if not any(sign.isdigit() or sign == "@" for sign in customer):
        typer.echo("按姓名找到的可能是同名的另一位客户，请先核对。")
    if not yes and not typer.confirm("确定删除吗？"):
        typer.echo("没有删除。")
        raise typer.Exit(1)
    wait_for(desk.forget(found))
    typer.echo("已删除。")


@records_app.command("audit")
def audit(
    days: Annotated[int, typer.Option(min=1, max=3650, help="看最近多少天。")] = 30,
    top: Annotated[int, typer.Option(min=1, max=10000, help="最多列多少条。")] = 50,
) -> None:
    """操作日志：谁在什么时候查看、修改、导出、删除了记录；新的在前。"""
    from copilot.cli.record_desk import audit_line

    entries = wait_for(_desk().audit(top, datetime.now(UTC) - timedelta(days=days)))
    for entry in entries:
        typer.echo(audit_line(entry))
    if not entries:
        typer.echo(f"最近 {days} 天没有操作。")


@records_app.command("key")
def key() -> None:
    """生成一把新密钥，填到 COPILOT_RECORD_KEY 后重新启动。"""
    from copilot.records.sealing import new_key

    typer.echo(new_key())
    typer.echo("请妥善备份这把密钥：丢了它，加密的联系方式就打不开了。", err=True)


@records_app.command("rekey")
def rekey() -> None:
    """把已有记录都改用 COPILOT_RECORD_KEY 加密；换密钥时把旧的填在 COPILOT_RECORD_OLD_KEY。退出码：0 全部完成，1 有打不开的。"""
    done, locked = wait_for(_desk().rekey())
    typer.echo(f"已改用新密钥加密 {done} 条记录。")
    if locked:
        typer.echo(
            f"还有 {locked} 条用别的密钥加密，没有动；请把那把密钥填到 COPILOT_RECORD_OLD_KEY 再运行一次。", err=True
        )
        raise typer.Exit(1)
    typer.echo("现在可以去掉 COPILOT_RECORD_OLD_KEY。", err=True)


def _desk() -> RecordDesk:
    from copilot.cli.record_desk import RecordDesk

    return RecordDesk.opened()


def _span(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """From the first moment of one day to the last of another, on this machine's clock."""
    first = _day(start, "--from") if start else None
    last = _day(end, "--to") + timedelta(days=1) if end else None
    return first, last


def _day(text: str, option: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time()).astimezone()
    except ValueError:
        raise CopilotError(f"{option} {text!r} 看不懂，{_DAY}。") from None
