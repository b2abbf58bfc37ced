"""The connection to a model over real HTTP: opened ahead, kept between requests, closed at the end."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.model_copilot import model_at, replies, reply, with_model
from fakes.openai_api import Hanging, OpenAIServer
from pydantic import BaseModel

from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.errors import ModelError
from copilot.llm import LanguageModel, ModelSilentError, check_model
from copilot.settings import load_settings
from copilot.wiring import open_services


class Town(BaseModel):
    """A town."""

    name: str


class Towns(BaseModel):
    """Some towns."""

    towns: list[Town]


@pytest.fixture
async def model(lasting_server: tuple[OpenAIServer, str]) -> AsyncIterator[LanguageModel]:
    opened = model_at(lasting_server[1])
    yield opened
    await opened.aclose()


async def streamed(model: LanguageModel) -> list[str]:
    return [each async for each in model.streamed("s", "u", Towns, lambda town: town.name)]


async def test_every_request_goes_over_the_connection_that_was_opened_ahead(
    lasting_server: tuple[OpenAIServer, str], model: LanguageModel
) -> None:
    fake, _ = lasting_server
    fake.script += [{"name": "杭州"}, {"towns": [{"name": "苏州"}]}, {"name": "扬州"}]
    await model.warm()
    await model.structured("s", "u", Town)
    assert await streamed(model) == ["苏州"]
    await model.structured("s", "u", Town)
    assert len(fake.ports) == 3
    assert {*fake.ports, *fake.greeted} == {fake.greeted[0]}
    assert fake.requests[0]["messages"], "only the greeting carries nothing"


async def test_a_stream_that_was_left_early_costs_its_own_connection_only(
    lasting_server: tuple[OpenAIServer, str], model: LanguageModel
) -> None:
    fake, _ = lasting_server
    fake.script += [{"towns": [{"name": "苏州"}, {"name": "无锡"}]}, {"name": "杭州"}, {"name": "扬州"}]
    async for _each in (stream := model.streamed("s", "u", Towns, lambda town: town.name)):
        break
    await stream.aclose()
    await model.structured("s", "u", Town)
    await model.structured("s", "u", Town)
    assert fake.ports[1] == fake.ports[2]


async def test_after_closing_the_model_opens_anew(
    lasting_server: tuple[OpenAIServer, str], model: LanguageModel
) -> None:
    fake, _ = lasting_server
    fake.script += [{"name": "杭州"}, {"name": "扬州"}]
    await model.structured("s", "u", Town)
    await model.aclose()
    await model.aclose()
    assert (await model.structured("s", "u", Town)).name == "扬州"
    assert len(set(fake.ports)) == 2


async def test_closing_ends_what_is_under_way_as_trouble_not_as_a_crash(
    lasting_server: tuple[OpenAIServer, str], model: LanguageModel
) -> None:
    fake, _ = lasting_server
    fake.script.append(Hanging())
    asking = asyncio.create_task(model.structured("s", "u", Town))
    while not fake.requests:  # noqa: ASYNC110 - the server runs in a thread
        await asyncio.sleep(0.01)
    await model.aclose()
    with pytest.raises(ModelSilentError):
        await asking


def test_a_model_may_be_asked_in_one_loop_after_another(lasting_server: tuple[OpenAIServer, str]) -> None:
    fake, url = lasting_server
    model = model_at(url)
    fake.script += [{"name": "杭州"}, {"name": "扬州"}]

    async def ask() -> str:
        try:
            return (await model.structured("s", "u", Town)).name
        finally:
            await model.aclose()

    assert [asyncio.run(ask()), asyncio.run(ask())] == ["杭州", "扬州"]


async def test_a_server_that_nobody_answers_at_is_no_trouble_before_it_is_asked() -> None:
    model = model_at("http://127.0.0.1:9/v1")
    await model.warm()
    with pytest.raises(ModelSilentError):
        await model.structured("s", "u", Town)
    await model.aclose()


async def test_the_doctor_leaves_no_connection_behind(lasting_server: tuple[OpenAIServer, str]) -> None:
    fake, url = lasting_server
    fake.script.append({"ok": True})
    settings = load_settings(model="openai:test-model", model_base_url=url, model_api_key="sk-test")
    assert "可以使用" in await check_model(settings)
    assert len(fake.ports) == 1


async def test_whoever_closes_the_services_closes_the_models_connection(
    lasting_server: tuple[OpenAIServer, str], copilot: Copilot, tmp_path: Path
) -> None:
    fake, url = lasting_server
    fake.script.append(replies())
    engine = with_model(copilot, model_at(url))
    said = Conversation.from_customer("床垫十天了还没发货，真着急")
    async with open_services(load_settings(home=tmp_path, database=f"sqlite:///{tmp_path / 'x.db'}"), engine):
        assert engine.model is not None
        with pytest.raises(ModelError):
            await engine.improve(said, engine.suggest(said))
        http = engine.model._connection.http
        assert http is not None
        assert not http.is_closed
    assert http.is_closed


def test_a_command_asks_over_one_connection_and_leaves_none_open(
    lasting_server: tuple[OpenAIServer, str], copilot: Copilot
) -> None:
    fake, url = lasting_server
    said = "床垫十天了还没发货，真着急"
    ref = copilot.suggest(Conversation.from_customer(said)).suggestions[0].cites[0]
    fake.script += [replies(reply("非常抱歉让您久等了，我这就为您核实发货情况。", ref.document, ref.clause))] * 3
    history = [{"role": "customer", "text": said}]
    rows = "".join(json.dumps({"id": number, "history": history}) + "\n" for number in (1, 2, 3))
    done = subprocess.run(
        [Path(sys.executable).parent / "copilot", "suggest", "--jsonl"], input=rows, capture_output=True, text=True,
        env={
            **os.environ, "COPILOT_HOME": str(copilot.home), "COPILOT_MODEL": "openai:test-model",
            "COPILOT_MODEL_BASE_URL": url, "COPILOT_MODEL_API_KEY": "k", "COPILOT_MODEL_TIMEOUT_S": "10",
            "PYTHONWARNINGS": "always::ResourceWarning",
        },
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 3
    assert "ResourceWarning" not in done.stderr
    assert len(fake.ports) == 3
    assert len(set(fake.ports)) == 1
