"""A server that speaks the OpenAI chat protocol and can be slow, broken, rude or manipulated.

It plays a script: each request takes the next entry; when the script ends, it answers 500 and says so, so a test that
asks more often than it planned fails. What it was asked stays in `requests`. Where a stream is asked for, an answer comes
as server-sent events, a few characters each, as the real ones do.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from copilot.llm import tokens_about
from fakes.serving import serve_in_thread

_PIECE = 24  # characters of one event


@dataclass(frozen=True)
class Limited:
    """429 with `Retry-After`, in seconds or as a date."""

    retry_after: str


@dataclass(frozen=True)
class Hanging:
    """Takes the request and never says a word."""


@dataclass(frozen=True)
class Refusing:
    """The model's own refusal: plain talk in the place that the protocol has for it."""

    text: str = "抱歉，我不能帮忙。"


@dataclass(frozen=True)
class Cut:
    """Streams the first `characters` of the arguments, then the line goes dead."""

    arguments: dict[str, Any]
    characters: int


@dataclass(frozen=True)
class Paced:
    """Streams with a pause between the items of the arguments' first list: `pause_s` before each but the first."""

    arguments: dict[str, Any]
    pause_s: float


@dataclass(frozen=True)
class Typed:
    """Streams as a hosted model does: `first_s` of silence, then a token after the other at `tokens_s` a second.

    `written_s` is how long after the request the first item of the list stood there whole, in seconds.
    """

    arguments: dict[str, Any]
    first_s: float = 0.3
    tokens_s: float = 60.0

    @property
    def written_s(self) -> float:
        ((key, items),) = self.arguments.items()
        first = json.dumps({key: items[:1]}, ensure_ascii=False)
        return self.first_s + tokens_about(first) / self.tokens_s


@dataclass(frozen=True)
class Raw:
    """Streams this text as the arguments, whatever it is."""

    arguments: str


@dataclass
class OpenAIServer:
    """`script` entries: a dict is the arguments of the called function; an int is an HTTP error status; a str is plain
    talk instead of a function call; ("slow", seconds, entry) waits first; b"…" is a broken body; or one of the above."""

    script: list[Any] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)  # of whoever asked: one for each connection
    greeted: list[int] = field(default_factory=list)  # ports of those who only opened a connection

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"]), Route("/v1/", self._greet)])

    async def _greet(self, request: Request) -> Response:
        self.greeted.append(request.client.port if request.client is not None else 0)
        return PlainTextResponse("")

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        self.ports.append(request.client.port if request.client is not None else 0)
        if not self.script:
            return JSONResponse({"error": {"message": "the script has ended"}}, status_code=500)
        entry = self.script.pop(0)
        if isinstance(entry, tuple):
            _, seconds, entry = entry
            await asyncio.sleep(seconds)
        if isinstance(entry, Hanging):
            while not await request.is_disconnected():  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.02)
            return PlainTextResponse("")
        return self._play(entry, body)

    def _play(self, entry: Any, body: dict[str, Any]) -> Response:
        if isinstance(entry, Limited):
            return _error(429, {"Retry-After": entry.retry_after})
        if isinstance(entry, int):
            return _error(entry)
        if isinstance(entry, bytes):
            return PlainTextResponse(entry, media_type="text/event-stream" if body.get("stream") else "application/json")
        if body.get("stream"):
            return StreamingResponse(_events(entry, body), media_type="text/event-stream")
        return JSONResponse({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "message": _message(entry, body), "finish_reason": "stop"}], "usage": _USAGE,
        })  # fmt: skip


_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


@contextmanager
def openai_server(*, keep_alive: bool = False) -> Iterator[tuple[OpenAIServer, str]]:
    """The server and the base address of its protocol. `keep_alive`: the test closes its model then."""
    fake = OpenAIServer()
    with serve_in_thread(fake.app(), keep_alive=keep_alive) as url:
        yield fake, f"{url}/v1"


def _error(status: int, headers: dict[str, str] | None = None) -> Response:
    content = {"error": {"message": "refused", "type": "x", "code": str(status)}}
    return JSONResponse(content, status_code=status, headers=headers)


def _message(entry: Any, body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(entry, Refusing):
        return {**message, "refusal": entry.text}
    if isinstance(entry, str):
        return {**message, "content": entry}
    function = {"name": body["tools"][0]["function"]["name"], "arguments": json.dumps(entry)}
    return {**message, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}


async def _events(entry: Any, body: dict[str, Any]) -> AsyncIterator[bytes]:
    def event(delta: dict[str, Any], **more: Any) -> bytes:
        chunk = {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
            "choices": [{"index": 0, "delta": delta, "finish_reason": None}], **more,
        }  # fmt: skip
        return f"data: {json.dumps(chunk)}\n\n".encode()

    yield event({"role": "assistant", "content": ""})
    if isinstance(entry, Refusing):
        yield event({"refusal": entry.text})
    elif isinstance(entry, str):
        for start in range(0, len(entry), _PIECE):
            yield event({"content": entry[start : start + _PIECE]})
    else:
        name = body["tools"][0]["function"]["name"]
        opening = {"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": ""}}
        yield event({"tool_calls": [opening]})
        async for text in _argument_text(entry):
            yield event({"tool_calls": [{"index": 0, "function": {"arguments": text}}]})
    if isinstance(entry, Cut):
        raise ConnectionResetError("the line goes dead")
    done = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    yield f"data: {json.dumps({**done, 'choices': [], 'usage': _USAGE})}\n\n".encode()
    yield b"data: [DONE]\n\n"


async def _argument_text(entry: Any) -> AsyncIterator[str]:
    if isinstance(entry, Typed):
        loop = asyncio.get_running_loop()
        started, text, told = loop.time(), json.dumps(entry.arguments, ensure_ascii=False), 0
        for place in range(1, len(text) + 1):
            tokens = tokens_about(text[:place])
            if place < len(text) and tokens_about(text[: place + 1]) == tokens:
                continue  # within a token
            await asyncio.sleep(max(0.0, started + entry.first_s + tokens / entry.tokens_s - loop.time()))
            yield text[told:place]
            told = place
        return
    if isinstance(entry, Paced):
        ((key, items),) = entry.arguments.items()
        yield f'{{"{key}": ['
        for number, item in enumerate(items):
            if number:
                await asyncio.sleep(entry.pause_s)
                yield ", "
            yield json.dumps(item, ensure_ascii=False)
        yield "]}"
        return
    text = entry.arguments if isinstance(entry, Raw) else json.dumps(entry.arguments if isinstance(entry, Cut) else entry)
    if isinstance(entry, Cut):
        text = text[: entry.characters]
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]


@pytest.fixture
def lasting_server() -> Iterator[tuple[OpenAIServer, str]]:
    """A server that keeps connections open, as the real ones do; the test closes its model."""
    with openai_server(keep_alive=True) as running:
        yield running


@pytest.fixture
def server() -> Iterator[tuple[OpenAIServer, str]]:
    """The server and the base address of its protocol, for one test."""
    with openai_server() as running:
        yield running
