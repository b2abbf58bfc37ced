"""From a name to a client: address, key, and the exact package where one is missing."""

from __future__ import annotations

import pytest
from fakes.openai_api import OpenAIServer
from pydantic import BaseModel

from copilot.llm import LanguageModel, ModelSilentError
from copilot.llm.providers import connect


class City(BaseModel):
    """A city."""

    city: str


@pytest.mark.parametrize("name", ["openai:gpt-x", "deepseek:deepseek-chat", "ollama:qwen3"])
async def test_each_named_provider_is_asked_over_the_openai_protocol(server: tuple[OpenAIServer, str], name: str) -> None:
    fake, url = server
    fake.script.append({"city": "北京"})
    model = LanguageModel(name, base_url=url, api_key="k")
    assert await model.structured("s", "u", City) == City(city="北京")
    assert fake.requests[0]["model"] == name.partition(":")[2]


async def test_ollamas_address_may_be_given_without_its_path_and_needs_no_key(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append({"city": "北京"})
    model = LanguageModel("ollama:qwen3", base_url=url.removesuffix("/v1"))
    assert (await model.structured("s", "u", City)).city == "北京"


@pytest.mark.parametrize(
    ("name", "address"),
    [("deepseek:deepseek-chat", "https://api.deepseek.com"), ("ollama:qwen3", "http://127.0.0.1:11434/v1")],
)
def test_without_an_address_the_usual_one_is_taken(name: str, address: str) -> None:
    assert connect(name, None, "k", 3).chat.openai_api_base == address


def test_deepseeks_own_variable_holds_its_key_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPSEEK_API_KEY", "from-there")
    assert connect("deepseek:deepseek-chat", None, None, 3).chat.openai_api_key.get_secret_value() == "from-there"


def test_a_missing_package_is_named_with_the_line_to_run() -> None:
    with pytest.raises(ModelSilentError, match="pip install langchain-groq") as caught:
        connect("groq:llama", None, "k", 3)
    assert caught.value.why == "package"


def test_a_missing_key_is_named_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelSilentError, match=r"没有密钥.*COPILOT_MODEL_API_KEY"):
        connect("openai:gpt-x", None, None, 3)
