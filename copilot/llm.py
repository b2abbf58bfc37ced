"""A language model, fenced in: any that LangChain's `init_chat_model` names, asked for structured output only.

Everything that can go wrong on the way (no such package, wrong key, rate limit, timeout, broken or missing output)
becomes a ModelError with one clear line; whoever asks has the offline result already.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, Field

from copilot.errors import ModelError

if TYPE_CHECKING:
    from copilot.settings import Settings

SchemaT = TypeVar("SchemaT", bound=BaseModel)


class LanguageModel:
    """A chat model by name ("openai:gpt-4o-mini", "ollama:qwen3"), with one time limit for each request, in seconds."""

    def __init__(
        self, name: str, *, base_url: str | None = None, api_key: str | None = None, timeout_s: float = 3.0
    ) -> None:
        self.name, self.timeout_s = name, timeout_s
        self._base_url, self._api_key = base_url, api_key

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageModel | None:
        """The model of the settings, or None where none is set."""
        if settings.model is None:
            return None
        key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
        return cls(settings.model, base_url=settings.model_base_url, api_key=key, timeout_s=settings.model_timeout_s)

    @cached_property
    def _chat(self) -> Any:
        from langchain.chat_models import init_chat_model

        options: dict[str, Any] = {"timeout": self.timeout_s, "max_retries": 0, "temperature": 0}
        if self._base_url:
            options["base_url"] = self._base_url
        if self._api_key:
            options["api_key"] = self._api_key
        try:
            return init_chat_model(self.name, **options)
        except ImportError as error:
            raise ModelError(f"模型 {self.name} 需要另装的软件包（{error}）。请按提示用 pip 安装。") from error
        except Exception as error:
            cause = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
            raise ModelError(
                f"模型 {self.name} 无法使用（{cause}）。请检查 COPILOT_MODEL 和 COPILOT_MODEL_API_KEY。"
            ) from error

    async def structured(self, system: str, user: str, schema: type[SchemaT]) -> SchemaT:
        """One answer of the shape `schema`. Raises ModelError for anything else, at the latest after `timeout_s`."""
        from langchain_core.messages import HumanMessage, SystemMessage

        chain = self._chat.with_structured_output(schema, method="function_calling")
        try:
            async with asyncio.timeout(self.timeout_s):
                answer = await chain.ainvoke([SystemMessage(system), HumanMessage(user)])
        except TimeoutError as error:
            raise ModelError(f"模型 {self.name} 在 {self.timeout_s:g} 秒内没有回答。") from error
        except Exception as error:  # each provider has errors of its own; all mean: no usable answer
            raise ModelError(f"模型 {self.name} 没有给出可用的回答（{_cause(error)}）。") from error
        if not isinstance(answer, schema):
            raise ModelError(f"模型 {self.name} 没有按要求的格式回答。")
        return answer


def _cause(error: Exception) -> str:
    """A short cause without addresses, keys or text of the conversation."""
    status = getattr(error, "status_code", None)
    meanings = {401: "密钥无效", 403: "没有权限", 404: "没有这个模型或地址", 429: "请求太频繁或额度用完"}
    if status in meanings:
        return meanings[status]
    return f"{type(error).__name__}{f' {status}' if status else ''}"


class _Pong(BaseModel):
    """The answer to a test question."""

    ok: bool = Field(description="true")


async def check_model(settings: Settings) -> str:
    """One line that says that the model of the settings answers. Raises ModelError when it does not."""
    model = LanguageModel.from_settings(settings)
    if model is None:
        raise ModelError("没有设置 COPILOT_MODEL。")
    await model.structured("Answer by calling the function with ok=true.", "ping", _Pong)
    return f"{model.name} 可以使用。"
