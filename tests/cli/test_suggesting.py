"""`copilot suggest` with a language model, over real HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from fakes.openai_api import OpenAIServer
from fakes.serving import serve_in_thread

from copilot.cli.machine import run_jsonl
from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.llm import LanguageModel

SAID = "床垫十天了还没发货，真着急"


@pytest.fixture
def server() -> Iterator[tuple[OpenAIServer, str]]:
    fake = OpenAIServer()
    with serve_in_thread(fake.app()) as url:
        yield fake, f"{url}/v1"


def suggested(copilot: Copilot, url: str) -> dict[str, object]:
    engine = Copilot(copilot.workspace, copilot.home, model=LanguageModel("openai:m", base_url=url, api_key="k"))
    row = json.dumps({"id": 1, "history": [{"role": "customer", "text": SAID}]})
    sink = io.BytesIO()
    assert run_jsonl("suggest", engine, io.BytesIO(row.encode()), sink) == 0
    answer: dict[str, object] = json.loads(sink.getvalue())
    return answer


def test_the_models_suggestion_is_marked_as_its_own(copilot: Copilot, server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    ref = copilot.suggest(Conversation.from_customer(SAID)).suggestions[0].cites[0]
    text = "非常抱歉让您久等了，我理解您的着急，这就为您核实发货情况。"
    cites = [{"document": ref.document, "clause": ref.clause}]
    fake.script.append({"replies": [{"text": text, "style": "soothe", "cites": cites}]})
    suggestions = suggested(copilot, url)["suggestions"]
    assert isinstance(suggestions, list)
    assert (suggestions[0]["text"], suggestions[0]["source"]) == (text, "llm")
    assert {item["source"] for item in suggestions[1:]} == {"offline"}


def test_a_model_in_trouble_leaves_the_offline_suggestions(copilot: Copilot, server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(429)
    suggestions = suggested(copilot, url)["suggestions"]
    assert isinstance(suggestions, list)
    assert suggestions
    assert {item["source"] for item in suggestions} == {"offline"}
