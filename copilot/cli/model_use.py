"""`copilot model`: what the language model was asked and cost, day by day, and why its answers could not be used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from copilot.llm import Use
    from copilot.settings import Settings


def model_use(
    days: Annotated[int, typer.Option(min=1, max=62, help="看最近多少天。")] = 7,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="逐天输出 JSON。")] = False,
) -> None:
    """列出语言模型每天的用量，以及哪些回答没有用上、为什么。"""
    from copilot.cli.opening import open_settings
    from copilot.llm import LEDGER_FILE, Ledger

    settings = open_settings()
    found = Ledger(settings.home / LEDGER_FILE).days(days)
    if jsonl:
        for day, use in found.items():
            typer.echo(json.dumps({"day": day, **_fields(use)}))
        return
    if not found:
        typer.echo("语言模型还没有用过。" if settings.model else "没有设置 COPILOT_MODEL，全部离线运行。")
    for day, use in found.items():
        typer.echo(_line(day, use, settings))


def _fields(use: Use) -> dict[str, object]:
    return {
        "requests": use.requests, "tokens_in": use.tokens_in, "tokens_out": use.tokens_out, "cost": round(use.cost, 6),
        "silent": use.silent,
    }  # fmt: skip


def _line(day: str, use: Use, settings: Settings) -> str:
    from copilot.cli.doctor_model import causes_of

    priced = settings.model_price_in or settings.model_price_out
    cost = f"，花费约 {use.cost:.2f}" if priced else ""
    unused = f"；没有用上的有：{causes_of(use)}" if use.silent else "；全部用上了"
    return f"{day}　问了 {use.requests} 次，用量 {use.tokens} token{cost}{unused}"
