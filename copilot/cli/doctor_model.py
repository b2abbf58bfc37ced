"""The doctor's look at the language model: whether it answers, what it used today, and why it was silent."""

from __future__ import annotations

import asyncio
from typing import Literal

from copilot.llm import LEDGER_FILE, REMEDIES, WHYS, Ledger, ModelSilentError, Silence, Use, check_model
from copilot.settings import Settings

Remark = tuple[Literal["ok", "note", "bad"], str]


def look_at_model(settings: Settings) -> Remark:
    """Whether the model answers; asks it once. Raises ModelError when it does not."""
    if settings.model is None:
        return "note", "没有设置 COPILOT_MODEL，所有功能离线运行（这是正常的）。"
    try:
        return "ok", asyncio.run(check_model(settings))
    except ModelSilentError as error:
        if error.why == "daily_limit":
            return "note", str(error)
        raise


def look_at_use(settings: Settings) -> Remark:
    """Requests, tokens and cost of today, and the causes of silence, the most frequent first."""
    ledger = Ledger(settings.home / LEDGER_FILE)
    use = ledger.today()
    if settings.model is None and not use.requests:
        return "note", "没有用过。"
    if use == Use():
        return "ok", "今天还没有用过。"
    told = f"今天问了 {use.requests} 次，用量 {use.tokens} token{_of(settings.model_daily_tokens)}"
    if settings.model_price_in or settings.model_price_out:
        told += f"，花费约 {use.cost:.2f}{_of(settings.model_daily_cost)}"
    elif settings.model_daily_cost is not None:
        return "note", f"{told}。设了每日花费上限，但没有填单价 COPILOT_MODEL_PRICE_IN 和 _OUT，上限不起作用。"
    if not use.silent:
        return "ok", f"{told}。"
    first = max(use.silent, key=lambda why: use.silent[why])
    remedy = REMEDIES.get(first, "")
    return "note", (
        f"{told}；没有用上的有：{causes_of(use)}，这几次坐席看到的是离线结果。{_lately(ledger.silence, ledger)}"
        f"{f'最多的是{named(first)}：{remedy}。' if remedy else ''}"
    )


def causes_of(use: Use) -> str:
    """"超时 2 次、连不上 1 次", the most frequent first; empty for none."""
    return "、".join(f"{named(why)} {count} 次" for why, count in sorted(use.silent.items(), key=lambda item: -item[1]))


def _lately(last: Silence | None, ledger: Ledger) -> str:
    """Whether it works again, or since when not and until when nobody asks it."""
    if last is None:
        return "现在已经恢复。"
    rests = last.until is not None and last.until > ledger.now()
    until = f"，{last.until.astimezone():%H:%M:%S} 之后自动再试" if rests and last.until is not None else ""
    return f"最近一次是 {last.at.astimezone():%H:%M} {named(last.why)}{until}。"


def _of(limit: float | None) -> str:
    return f"（上限 {limit:g}）" if limit is not None and limit < 1e6 else f"（上限 {limit:.0f}）" if limit is not None else ""


def named(why: str) -> str:
    """A cause in plain words."""
    return WHYS.get(why, why)
