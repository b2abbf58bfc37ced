"""A server that speaks the OpenAI chat protocol and can be slow, broken, rude or manipulated.

It plays a script: each request takes the next entry; when the script ends, it answers 500 and says so, so a test that
asks more often than it planned fails. What it was asked stays in `requests`.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route


@dataclass
class OpenAIServer:
    """`script` entries: a dict is the arguments of the called function; an int is an HTTP error status; a str is plain
    talk instead of a function call; ("slow", seconds, entry) waits first; b"…" is a broken body."""

    script: list[Any] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/chat/completions", self._complete, methods=["POST"])])

    async def _complete(self, request: Request) -> Response:
        body = await request.json()
        self.requests.append(body)
        if not self.script:
            return JSONResponse({"error": {"message": "the script has ended"}}, status_code=500)
        return await self._play(self.script.pop(0), body)

    async def _play(self, entry: Any, body: dict[str, Any]) -> Response:
        if isinstance(entry, tuple):
            _, seconds, entry = entry
            await asyncio.sleep(seconds)
        if isinstance(entry, int):
            return JSONResponse({"error": {"message": "refused", "type": "x", "code": str(entry)}}, status_code=entry)
        if isinstance(entry, bytes):
            return PlainTextResponse(entry, media_type="application/json")
        message: dict[str, Any] = {"role": "assistant", "content": None}
        if isinstance(entry, str):
            message["content"] = entry
        else:
            function = {"name": body["tools"][0]["function"]["name"], "arguments": json.dumps(entry)}
            message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
        return JSONResponse(
            {
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
            }
        )  # fmt: skip
