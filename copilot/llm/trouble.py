"""Why a model was silent: each provider's errors in a few words of our own, without addresses, keys or anybody's text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from copilot.errors import ModelError

Why = Literal[
    "timeout", "rate_limit", "key", "address", "server", "unreachable", "format", "held_back", "resting",
    "daily_limit", "package", "settings",
]  # fmt: skip
WHYS: Mapping[str, str] = {
    "timeout": "超时", "rate_limit": "请求太频繁或额度用完", "key": "密钥无效或没有权限", "address": "没有这个模型或地址",
    "server": "对方服务出错", "unreachable": "连不上", "format": "没有按格式回答", "held_back": "回答没有通过审核",
    "resting": "多次失败后暂停", "daily_limit": "到了每日上限", "package": "缺少软件包", "settings": "设置有误",
}  # fmt: skip
REMEDIES: Mapping[str, str] = {
    "timeout": "模型太慢，可以换快一点的模型，或调大 COPILOT_MODEL_TIMEOUT_S",
    "rate_limit": "请到服务商那里看额度和限速",
    "key": "请检查 COPILOT_MODEL_API_KEY",
    "address": "请检查 COPILOT_MODEL 和 COPILOT_MODEL_BASE_URL",
    "server": "服务商那边的问题，稍后会自动再试",
    "unreachable": "请检查网络和 COPILOT_MODEL_BASE_URL",
    "format": "这个模型不会按格式回答，可以换一个模型",
    "held_back": "不合规范或没有依据的回答不给坐席看；经常这样，可以换一个模型",
    "resting": "暂停之后会自动再试",
    "daily_limit": "要多用，请调大 COPILOT_MODEL_DAILY_TOKENS 或 COPILOT_MODEL_DAILY_COST",
    "package": "请按 copilot doctor 的提示安装软件包",
    "settings": "请检查 COPILOT_MODEL 开头的各项设置",
}
USELESS_FOR_S = 300.0  # a wrong key or address stays wrong until somebody changes it
_STATUS: dict[int, Why] = {401: "key", 403: "key", 404: "address", 429: "rate_limit", 402: "rate_limit"}


class ModelSilentError(ModelError):
    """A language model gave nothing usable; `why` names the cause for the trainer, `rest_s` how long to leave it alone."""

    def __init__(self, line: str, why: Why, rest_s: float | None = None) -> None:
        super().__init__(line)
        self.why, self.rest_s = why, rest_s


def silent(name: str, error: Exception, now: datetime | None = None) -> ModelSilentError:
    """What a provider's error means, as one line."""
    if isinstance(error, ModelSilentError):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        why = _STATUS.get(status, "server")
        rest_s = _retry_after_s(error, now or datetime.now(UTC)) if status in (429, 503) else None
        if why in ("key", "address"):
            rest_s = USELESS_FOR_S
        told = WHYS[why] if why != "server" else f"{WHYS[why]} {status}"
        return ModelSilentError(f"模型 {name} 没有给出可用的回答（{told}）。", why, rest_s)
    kind = type(error).__name__
    why = "timeout" if "Timeout" in kind else "unreachable" if "Connect" in kind or isinstance(error, OSError) else "format"
    if "Protocol" in kind or "Read" in kind:  # the connection broke off
        why = "unreachable"
    return ModelSilentError(f"模型 {name} 没有给出可用的回答（{WHYS[why]}，{kind}）。", why)


def _retry_after_s(error: Any, now: datetime) -> float | None:
    """What the server asks for in Retry-After, in seconds, given as seconds or as a date; None where it does not say."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after", "")).strip()
    if value.replace(".", "", 1).isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (TypeError, ValueError):
        return None
