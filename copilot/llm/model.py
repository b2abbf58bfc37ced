"""A language model, fenced in: any that LangChain's `init_chat_model` names, asked for structured output only.

Everything that can go wrong on the way (no such package, wrong key, rate limit, timeout, broken or missing output)
becomes a ModelSilentError with one clear line; whoever asks has the offline result already. What a model is asked passes
its gate: a breaker that all agents share, a daily limit, and a ledger.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError

from copilot.errors import ModelError
from copilot.llm.gate import Gate, Limits, Request
from copilot.llm.ledger import Ledger
from copilot.llm.pieces import ListPieces
from copilot.llm.providers import MAX_ANSWER_TOKENS, Connection, connect
from copilot.llm.trouble import ModelSilentError

if TYPE_CHECKING:
    from copilot.settings import Settings

SchemaT = TypeVar("SchemaT", bound=BaseModel)
TakenT = TypeVar("TakenT")
LEDGER_FILE = "model_use.json"
_WHOLE_BY_FIRST = 3.0  # how many times the wait for the first suggestion all of them together may take


class LanguageModel:
    """A chat model by name ("openai:gpt-4o-mini", "ollama:qwen3").

    `timeout_s` is the wait for an answer, or for the first usable piece of one; `total_s` the wait for all its pieces.
    """

    def __init__(
        self, name: str, *, base_url: str | None = None, api_key: str | None = None, timeout_s: float = 3.0,
        total_s: float | None = None, limits: Limits | None = None, ledger: Ledger | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.name, self.timeout_s = name, timeout_s
        self.total_s = timeout_s * _WHOLE_BY_FIRST if total_s is None else max(total_s, timeout_s)
        self._base_url, self._api_key = base_url, api_key
        self.gate = Gate(name, limits or Limits(), ledger, clock)
        self._loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> LanguageModel | None:
        """The model of the settings, or None where none is set."""
        if settings.model is None:
            return None
        key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
        limits = Limits(
            settings.model_daily_tokens, settings.model_daily_cost, settings.model_price_in, settings.model_price_out,
            settings.model_failures, settings.model_rest_s,
        )  # fmt: skip
        return cls(
            settings.model, base_url=settings.model_base_url, api_key=key, timeout_s=settings.model_timeout_s,
            limits=limits, ledger=Ledger(settings.home / LEDGER_FILE),
        )  # fmt: skip

    @property
    def _chat(self) -> Any:
        return self._connection.chat

    @cached_property
    def _connection(self) -> Connection:
        return connect(self.name, self._base_url, self._api_key, self.total_s)

    async def prepare(self) -> None:
        """Load the client, which takes a second the first time and is no part of anybody's wait. Raises ModelSilentError."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # connections live and die with their loop
            vars(self).pop("_connection", None)
            self._loop = loop
        if "_connection" not in vars(self):
            await asyncio.to_thread(lambda: self._connection)

    async def warm(self) -> None:
        """Load the client and open a connection, so that nobody's first suggestion waits for either. Raises ModelSilentError."""
        await self.prepare()
        await self._connection.warm()

    async def aclose(self) -> None:
        """Close the connections. Asked again, the model opens new ones."""
        connection: Connection | None = vars(self).pop("_connection", None)
        if connection is not None and self._loop is asyncio.get_running_loop():
            await connection.aclose()

    async def structured(self, system: str, user: str, schema: type[SchemaT]) -> SchemaT:
        """One answer of the shape `schema`. Raises ModelSilentError for anything else, at the latest after `timeout_s`."""
        async with self.gate.request(tokens_about(system + user), MAX_ANSWER_TOKENS) as request:
            await self.prepare()
            chain = self._chat.with_structured_output(schema, method="function_calling", include_raw=True)
            try:
                async with asyncio.timeout(self.timeout_s):
                    answer = await chain.ainvoke(_messages(system, user))
            except TimeoutError as error:
                raise self._too_slow() from error
            if not _count(request, answer["raw"]):
                request.tokens_out = tokens_about(str(answer["raw"].content) + str(answer["raw"].tool_calls))
            if not isinstance(answer["parsed"], schema):
                raise self._shapeless()
            request.spoke = True
            return answer["parsed"]

    async def streamed(
        self, system: str, user: str, schema: type[BaseModel], take: Callable[[Any], TakenT | None]
    ) -> AsyncGenerator[TakenT]:
        """What `take` makes of each item of the list that `schema` holds, as soon as the model has written the item.

        `take` gets a validated item and gives None for one that is of no use. Raises ModelSilentError where none came
        within `timeout_s`; after the first, the end (of the answer, the line or `total_s`) is only the end.
        """
        items = _Items(schema)
        async with self.gate.request(tokens_about(system + user), MAX_ANSWER_TOKENS) as request:
            await self.prepare()
            chat = self._chat.bind_tools([schema], tool_choice=schema.__name__)
            chunks = chat.astream(_messages(system, user))
            started, useful, counted, said = time.monotonic(), 0, False, ""
            try:
                while (chunk := await self._next(chunks, started, bool(useful))) is not None:
                    text = _text_of(chunk)
                    said += text
                    counted = _count(request, chunk) or counted  # the true figure comes last, if at all
                    if not counted:
                        request.tokens_out = tokens_about(said)
                    for item in items.feed(text):
                        request.spoke = True
                        if (taken := take(item)) is not None:
                            useful += 1
                            yield taken
                    if items.ended and not useful:
                        break
            finally:
                await chunks.aclose()
            if not request.spoke:
                raise self._shapeless()

    async def _next(self, chunks: Any, started: float, has_some: bool) -> Any | None:
        """The next chunk, or None at the end; an end after something useful is no trouble, whatever brought it about."""
        limit_s = self.total_s if has_some else self.timeout_s
        try:
            async with asyncio.timeout(started + limit_s - time.monotonic()):
                return await anext(chunks, None)
        except TimeoutError as error:
            if has_some:
                return None
            raise self._too_slow() from error
        except Exception:
            if has_some:
                return None
            raise

    def _too_slow(self) -> ModelSilentError:
        return ModelSilentError(f"模型 {self.name} 在 {self.timeout_s:g} 秒内没有回答。", "timeout")

    def _shapeless(self) -> ModelSilentError:
        return ModelSilentError(f"模型 {self.name} 没有按要求的格式回答，没有给出可用的回答。", "format")


class _Items:
    """The valid items of the one list that a schema holds, as they come."""

    def __init__(self, schema: type[BaseModel]) -> None:
        ((field, info),) = schema.model_fields.items()
        (self._kind,) = get_args(info.annotation)
        self._pieces = ListPieces(field)

    @property
    def ended(self) -> bool:
        return self._pieces.ended

    def feed(self, text: str) -> list[BaseModel]:
        valid: list[BaseModel] = []
        for piece in self._pieces.feed(text):
            try:
                valid.append(self._kind.model_validate(piece))
            except ValidationError:
                continue
        return valid


def tokens_about(text: str) -> int:
    """About how many tokens a text is, where nobody counted: one a Chinese character, one for four others."""
    wide = sum(character > "\u2e80" for character in text)
    return wide + (len(text) - wide) // 4 + 1


def _messages(system: str, user: str) -> list[Any]:
    from langchain_core.messages import HumanMessage, SystemMessage

    return [SystemMessage(system), HumanMessage(user)]


def _text_of(chunk: Any) -> str:
    """What a chunk adds to the called function's arguments; a model that calls none may write the JSON as talk."""
    arguments = "".join(str(call.get("args") or "") for call in chunk.tool_call_chunks)
    return arguments or (chunk.content if isinstance(chunk.content, str) else "")


def _count(request: Request, message: Any) -> bool:
    """Take over the tokens that the provider counted; False where it does not say."""
    usage = getattr(message, "usage_metadata", None)
    if not usage:
        return False
    request.tokens_in, request.tokens_out = int(usage["input_tokens"]), int(usage["output_tokens"])
    return True


class _Pong(BaseModel):
    """The answer to a test question."""

    ok: bool = Field(description="true")


async def check_model(settings: Settings) -> str:
    """One line that says that the model of the settings answers. Raises ModelError when it does not."""
    model = LanguageModel.from_settings(settings)
    if model is None:
        raise ModelError("没有设置 COPILOT_MODEL。")
    try:
        await model.structured("Answer by calling the function with ok=true.", "ping", _Pong)
    finally:
        await model.aclose()
    return f"{model.name} 可以使用。"
