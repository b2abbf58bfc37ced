"""The language model behind its fence, against a real HTTP server that speaks the OpenAI protocol."""

from __future__ import annotations

import time

import pytest
from fakes.model_copilot import model_at
from fakes.openai_api import OpenAIServer
from pydantic import BaseModel

from copilot.errors import ModelError
from copilot.llm import LanguageModel, check_model
from copilot.settings import load_settings


class Capital(BaseModel):
    """A capital."""

    city: str


async def test_a_structured_answer_comes_back_as_the_value_asked_for(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append({"city": "北京"})
    assert await model_at(url).structured("s", "u", Capital) == Capital(city="北京")
    assert fake.requests[0]["messages"][1]["content"] == "u"


@pytest.mark.parametrize(
    ("entry", "cause"),
    [
        (401, "密钥无效"),
        (429, "请求太频繁"),
        (500, "500"),
        ("我只想聊天", "格式"),
        ({"town": "北京"}, "没有给出可用的回答"),
        (b"{broken", "没有给出可用的回答"),
    ],
)
async def test_every_kind_of_trouble_becomes_one_clear_line(
    server: tuple[OpenAIServer, str], entry: object, cause: str
) -> None:
    fake, url = server
    fake.script.append(entry)
    with pytest.raises(ModelError) as caught:
        await model_at(url).structured("s", "u", Capital)
    assert cause in str(caught.value)
    assert "sk-test" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_slow_model_is_given_up_at_the_time_limit(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(("slow", 3.0, {"city": "北京"}))
    model = model_at(url, timeout_s=0.4)
    _ = model._chat  # the import of the client is no part of the wait
    started = time.monotonic()
    with pytest.raises(ModelError):
        await model.structured("s", "u", Capital)
    assert time.monotonic() - started < 1.5


async def test_the_doctor_check_says_that_a_working_model_works(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append({"ok": True})
    settings = load_settings(model="openai:test-model", model_base_url=url, model_api_key="sk-test")
    assert await check_model(settings) == "openai:test-model 可以使用。"


async def test_an_unknown_provider_is_named_with_the_setting_to_look_at() -> None:
    with pytest.raises(ModelError, match="COPILOT_MODEL"):
        await LanguageModel("nosuch:model").structured("s", "u", Capital)
