"""How long an agent waits for a model's first suggestion: over real HTTP, through the desk, at a hosted model's pace."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from copilot.conversation import Conversation
from copilot.desk import Desk, TextWritten
from copilot.engine import Copilot
from copilot.store import Store
from copilot.workspace import Workspace
from fakes.model_copilot import model_at, replies, reply
from fakes.openai_api import OpenAIServer, Typed, openai_server

SAYS = "非常抱歉给您添麻烦了，我马上为您核实，请您把订单号告诉我，有结果第一时间回复您。"


@asynccontextmanager
async def desk_with_model(workspace: Workspace, home: Path, url: str) -> AsyncIterator[tuple[Copilot, Desk]]:
    """A desk as the server has it, warm in every part, with a database of its own; all of it is closed at the end."""
    copilot = Copilot(workspace, home, model=model_at(url))
    copilot.warm()
    assert copilot.assistant is not None
    await copilot.assistant.warm()
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(f"sqlite:///{folder}/desk.db")
        desk = Desk(copilot, store)
        await desk.warm()
        yield copilot, desk
        await store.close()
    assert copilot.model is not None
    await copilot.model.aclose()


async def first_suggestion_ms(fake: OpenAIServer, copilot: Copilot, desk: Desk, agent: str, text: str) -> tuple[float, float, float]:
    """Milliseconds from a customer's message to the offline card, to the model's first on it, and our share of that."""
    offline = copilot.suggest(Conversation.from_customer(text))
    ref = offline.suggestions[0].cites[0]
    writes = Typed(replies(reply(SAYS, ref.document, ref.clause, "act")))
    fake.script.append(writes)
    started = time.perf_counter()
    card = (await desk.handle(agent, TextWritten(text, role="customer"))).cards[0]
    shown = time.perf_counter() - started
    assert SAYS not in card.text()
    came = [(reply.cards[0].text(), time.perf_counter() - started) async for reply in desk.improvements(agent)]
    assert SAYS in came[0][0]
    joined = came[0][1]
    return shown * 1000, joined * 1000, (joined - writes.written_s) * 1000


async def model_at_desk_ms(
    workspace: Workspace, home: Path, texts: Sequence[str]
) -> tuple[list[float], list[float], list[float]]:
    """For each text as a new customer's first: the three times of `first_suggestion_ms`, sorted each."""
    with openai_server(keep_alive=True) as (fake, url):
        async with desk_with_model(workspace, home, url) as (copilot, desk):
            found = [
                await first_suggestion_ms(fake, copilot, desk, f"agent{number}", text)
                for number, text in enumerate(texts)
                if copilot.read(Conversation.from_customer(text)).urgency != "emergency"
            ]
    assert len({*fake.ports, *fake.greeted}) == 1, "one connection, opened ahead"
    offline, on_card, own = zip(*found, strict=True)
    return sorted(offline), sorted(on_card), sorted(own)


async def cold_model_ms(workspace: Workspace, home: Path) -> float:
    """Our share of the wait for the very first suggestion after a start, in milliseconds."""
    with openai_server(keep_alive=True) as (fake, url):
        async with desk_with_model(workspace, home, url) as (copilot, desk):
            return (await first_suggestion_ms(fake, copilot, desk, "a", "行李箱轮子掉了，刚买三天"))[2]
