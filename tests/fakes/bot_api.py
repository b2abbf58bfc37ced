"""A Bot API server over real HTTP, as strict as Telegram's, and the people who write to the bot.

    with FakeBotApi() as api:
        chat = api.chat(user_id=4711)
        ...start a bot with token `api.token` against `api.url`...
        chat.send("/start")
        message = await chat.next_message()

Updates are kept until a `getUpdates` with a higher offset confirms them; a held poll ends when an update arrives,
when its time is over, or when another poll comes (which the real server answers with 409 too). Bad days are
scripted: `api.script("sendMessage", BadDay(429, retry_after_s=1))`. Nothing here sleeps to wait: the waiting
methods wake on events and fail with what they saw after a deadline.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fakes.serving import serve_in_thread
from fakes.telegram_chat import Chat
from fakes.telegram_methods import ChatMethods
from fakes.telegram_rules import Refused, bad_request, command_entities

T = TypeVar("T")
DEADLINE_S = 10.0


@dataclass(frozen=True)
class BadDay:
    """One scripted answer. It waits for `until`, if given; `carried_out`: the call takes effect although its answer is
    bad (an answer lost on the way).
    """

    status: int = 200
    description: str = ""
    retry_after_s: int | None = None
    until: threading.Event | None = None
    malformed: bool = False
    carried_out: bool = False


@dataclass(frozen=True)
class Call:
    """One request of the bot: method, parameters (files as their bytes)."""

    method: str
    parameters: dict[str, Any]


@dataclass
class _Poll:
    """Where the queue of updates stands."""

    updates: list[dict[str, Any]] = field(default_factory=list)
    next_id: int = 1001
    confirmed: int = 1000
    generation: int = 0


class FakeBotApi:
    """The server. Use as a context manager; `url` is its base address, `token` the only token it accepts."""

    token = "1:TEST-token_of-the-fake-server"

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.updates_pushed: list[dict[str, Any]] = []
        self.commands: list[dict[str, str]] = []
        self.flood: tuple[int, float] | None = None  # (messages, seconds) per chat; more than that is answered 429
        self.changed = threading.Condition(threading.RLock())
        self._poll = _Poll()
        self.chats: dict[int, Chat] = {}
        self._scripts: dict[str, deque[BadDay]] = defaultdict(deque)
        self.open_queries: set[str] = set()
        self.answered_queries: list[dict[str, Any]] = []
        self._next_message_id = 1
        self._closed = False
        self._serving = ExitStack()
        self._methods = ChatMethods(self).table() | {"getUpdates": self._get_updates}

    # --- life -------------------------------------------------------------------------------------------------

    def __enter__(self) -> FakeBotApi:
        app = Starlette(routes=[Route("/{path:path}", self._endpoint, methods=["GET", "POST"])])
        self.url = self._serving.enter_context(serve_in_thread(app))
        return self

    def __exit__(self, *exc: object) -> None:
        with self.changed:
            self._closed = True  # lets a held poll go
            self.changed.notify_all()
        self._serving.close()

    # --- what tests use ---------------------------------------------------------------------------------------

    def chat(self, user_id: int, username: str | None = None, name: str = "小林", kind: str = "private") -> Chat:
        """The chat of one person with the bot; the same object for the same id."""
        with self.changed:
            chat = Chat(self, user_id, username, name, kind)
            return self.chats.setdefault(chat.id, chat)

    def script(self, method: str, *bad_days: BadDay) -> None:
        """The next calls of `method` get these answers, one each, then it works again."""
        with self.changed:
            self._scripts[method].extend(bad_days)

    def push(self, update: dict[str, Any]) -> int:
        """Queue an update for the bot. Returns its update_id."""
        with self.changed:
            update_id = self._poll.next_id
            self._poll.next_id += 1
            if query := update.get("callback_query"):
                self.open_queries.add(query["id"])
            self._poll.updates.append({"update_id": update_id, **update})
            self.updates_pushed.append(self._poll.updates[-1])
            self.changed.notify_all()
            return update_id

    def redeliver(self, update: dict[str, Any]) -> None:
        """Deliver an update again under its old id, as the real server does when the bot died before confirming."""
        with self.changed:
            self._poll.confirmed = min(self._poll.confirmed, update["update_id"] - 1)
            self._poll.updates.insert(0, update)
            self.changed.notify_all()

    def pending(self) -> list[dict[str, Any]]:
        """Updates that no poll has confirmed yet."""
        with self.changed:
            return list(self._poll.updates)

    def new_message_id(self) -> int:
        with self.changed:
            self._next_message_id += 1
            return self._next_message_id

    def calls_of(self, method: str) -> list[Call]:
        with self.changed:
            return [call for call in self.calls if call.method == method]

    async def call(self, method: str, count: int = 1, deadline_s: float = DEADLINE_S) -> Call:
        """The `count`-th call of `method`, waited for."""
        return await self.wait_for(
            lambda: calls[count - 1] if len(calls := self.calls_of(method)) >= count else None,
            f"call number {count} of {method}", deadline_s,
        )  # fmt: skip

    async def confirmed(self, update_id: int, deadline_s: float = DEADLINE_S) -> None:
        """Wait until the bot has confirmed this update: it will never be delivered again."""
        await self.wait_for(
            lambda: self._poll.confirmed >= update_id or None, f"confirmation of {update_id}", deadline_s
        )

    async def ask(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """What the server answers to one call, made over HTTP like the bot's."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.url}/bot{self.token}/{method}", data=parameters)
        return dict(answer.json())

    async def wait_for(self, look: Callable[[], T | None], what: str, deadline_s: float = DEADLINE_S) -> T:
        """The first value of `look()` that is not None. Raises AssertionError after the deadline, with the calls."""
        return await asyncio.to_thread(self._wait, look, what, deadline_s)

    def _wait(self, look: Callable[[], T | None], what: str, deadline_s: float) -> T:
        limit = time.monotonic() + deadline_s
        with self.changed:
            while (value := look()) is None:
                left = limit - time.monotonic()
                if left <= 0 or self._closed:
                    last = [f"{call.method} {call.parameters}"[:300] for call in self.calls[-8:]]
                    raise AssertionError(f"no {what} within {deadline_s} s; the last calls: {last}")
                self.changed.wait(left)
            return value

    # --- HTTP -------------------------------------------------------------------------------------------------

    async def _endpoint(self, request: Request) -> Response:
        parts = request.path_params["path"].split("/")
        if len(parts) != 2 or parts[0] != f"bot{self.token}":
            known_shape = parts[0].startswith("bot") and ":" in parts[0]
            return _failure(Refused(401, "Unauthorized") if known_shape else Refused(404, "Not Found"))
        parameters = dict(request.query_params) | await _body(request)
        return await run_in_threadpool(self._answer, parts[1], parameters)

    def _answer(self, method: str, parameters: dict[str, Any]) -> Response:
        with self.changed:
            self.calls.append(Call(method, parameters))
            self.changed.notify_all()
            bad_day = self._scripts[method].popleft() if self._scripts[method] else None
        if bad_day is not None and bad_day.until is not None:
            bad_day.until.wait(DEADLINE_S)
        if bad_day is None or bad_day.carried_out or (bad_day.status == 200 and not bad_day.malformed):
            answer = self._carried_out(method, parameters)
            if bad_day is None or not (bad_day.malformed or bad_day.status != 200):
                return answer
        if bad_day.malformed:
            return Response('{"ok": tr', media_type="application/json")
        if bad_day.status >= 500:
            return Response("<html><body>Bad Gateway</body></html>", status_code=bad_day.status)
        return _failure(Refused(bad_day.status, bad_day.description or "scripted", bad_day.retry_after_s))

    def _carried_out(self, method: str, parameters: dict[str, Any]) -> Response:
        try:
            with self.changed:
                act = self._methods.get(method)
                if act is None:
                    raise bad_request(f"the fake server has no method {method}")
                result = act(parameters)
                self.changed.notify_all()
        except Refused as refusal:
            return _failure(refusal)
        return JSONResponse({"ok": True, "result": result})

    # --- fetching ---------------------------------------------------------------------------------------------

    def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        poll = self._poll
        poll.generation += 1
        generation = poll.generation
        self.changed.notify_all()
        if (offset := int(parameters.get("offset", 0))) > 0:
            poll.confirmed = max(poll.confirmed, offset - 1)
            poll.updates = [update for update in poll.updates if update["update_id"] >= offset]
        limit = time.monotonic() + min(float(parameters.get("timeout", 0)), 50.0)
        while not (wanted := self._wanted(parameters)) and not self._closed:
            if poll.generation != generation:
                raise Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                                   "instance is running")  # fmt: skip
            if (left := limit - time.monotonic()) <= 0:
                break
            self.changed.wait(left)
        return wanted[: int(parameters.get("limit", 100))]

    def _wanted(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        kinds = json.loads(parameters.get("allowed_updates") or "[]")
        return [update for update in self._poll.updates if not kinds or any(kind in update for kind in kinds)]

    def entities_of(self, text: str) -> list[dict[str, object]]:
        return command_entities(text)


async def _body(request: Request) -> dict[str, Any]:
    """Form fields as text; files as (name, bytes)."""
    if "application/json" in request.headers.get("content-type", ""):
        return dict(await request.json())
    body: dict[str, Any] = {}
    async with request.form() as form:
        for name, value in form.items():
            body[name] = (value.filename, await value.read()) if isinstance(value, UploadFile) else value
    for name, value in list(body.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            body[name] = body.get(value.removeprefix("attach://"), value)
    return body


def _failure(refusal: Refused) -> Response:
    content: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after_s is not None:
        content["parameters"] = {"retry_after": refusal.retry_after_s}
    return JSONResponse(content, status_code=refusal.code)
