"""From a model's name to LangChain's chat model: which provider, which address, which key, which package is missing."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from copilot.llm.trouble import USELESS_FOR_S, ModelSilentError

MAX_ANSWER_TOKENS = 900
_KEPT_OPEN_S = 300.0  # an idle connection: a customer seldom takes longer to answer, and a reconnection costs a handshake


@dataclass(frozen=True, slots=True)
class _Compatible:
    """A provider that speaks the OpenAI protocol: no package of its own is needed."""

    base_url: str
    key_variable: str = ""
    keyless: str = ""  # the key of a server that asks for none
    path: str = ""  # what its protocol lies under, where an address names only the host


_COMPATIBLE: dict[str, _Compatible] = {
    "deepseek": _Compatible("https://api.deepseek.com", key_variable="DEEPSEEK_API_KEY"),
    "ollama": _Compatible("http://127.0.0.1:11434/v1", keyless="ollama", path="/v1"),
}
_PACKAGE = re.compile(r"langchain-[a-z0-9-]{2,40}|langchain_[a-z0-9_]{2,40}")


@dataclass(frozen=True, slots=True)
class Connection:
    """LangChain's chat model, and the HTTP client beneath it where it is ours: whoever opened it closes it."""

    chat: Any
    http: Any | None = None

    async def warm(self) -> None:
        """Shake hands with the server, so that the first request finds a connection. Trouble shows in the request."""
        if self.http is not None:
            with suppress(Exception):
                await self.http.head(str(self.chat.root_async_client.base_url), follow_redirects=False)

    async def aclose(self) -> None:
        """Close what is open; nothing can be asked through it any more."""
        if self.http is not None:
            await self.http.aclose()


def connect(name: str, base_url: str | None, api_key: str | None, timeout_s: float) -> Connection:
    """The connection to `name` ("openai:gpt-4o-mini", "deepseek:deepseek-chat", "ollama:qwen3", …); nothing is sent yet.

    Raises ModelSilentError that names the package to install or the setting to look at. Imports LangChain: a second or so.
    """
    from langchain.chat_models import init_chat_model

    provider, _, model = name.partition(":")
    options: dict[str, Any] = {
        "timeout": timeout_s, "max_retries": 0, "temperature": 0, "max_tokens": MAX_ANSWER_TOKENS,
    }  # fmt: skip
    known = _COMPATIBLE.get(provider) if model else None
    if known is not None:
        name, provider = model, "openai"
        base_url = _address(base_url, known)
        api_key = api_key or os.environ.get(known.key_variable) or known.keyless or None
        options["model_provider"] = "openai"
    http = None
    if provider == "openai":
        http = _http_client(timeout_s)
        options |= {"stream_usage": True, "use_responses_api": False, "http_async_client": http}
    if base_url:
        options["base_url"] = base_url
    if api_key:
        options["api_key"] = api_key
    try:
        return Connection(init_chat_model(name, **options), http)
    except ImportError as error:
        found = _PACKAGE.search(str(error))
        package = found.group().replace("_", "-") if found else "对应的 langchain 软件包"
        raise ModelSilentError(
            f"模型 {name} 还缺软件包 {package}。请运行：pip install {package}", "package", USELESS_FOR_S
        ) from error
    except Exception as error:
        raise ModelSilentError(
            f"模型 {name} 无法使用（{_cause(error)}）。请检查 COPILOT_MODEL 和 COPILOT_MODEL_API_KEY。", "settings", USELESS_FOR_S
        ) from error


def _http_client(timeout_s: float) -> Any:
    """The client of the OpenAI protocol, with connections that outlive the pause between two messages."""
    from httpx import Limits  # whichever library the client rests on, it reads these three fields
    from openai import DefaultAsyncHttpxClient

    limits: Any = Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=_KEPT_OPEN_S)
    return DefaultAsyncHttpxClient(timeout=timeout_s, limits=limits)


def _address(given: str | None, known: _Compatible) -> str:
    if not given:
        return known.base_url
    return given.rstrip("/") + known.path if known.path and urlsplit(given).path in ("", "/") else given


def _cause(error: Exception) -> str:
    """The first line of an error, without what is after an address or a key."""
    if "api_key" in str(error) or "credentials" in str(error).lower():
        return "没有密钥"
    return str(error).partition("\n")[0].rstrip(".")[:120] or type(error).__name__
