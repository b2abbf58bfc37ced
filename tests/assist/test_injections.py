"""Sixty known injections: offline nothing changes, and of what an obedient model writes nothing reaches a suggestion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes.model_copilot import model_at, replies, reply, with_model
from fakes.openai_api import OpenAIServer

from copilot.conversation import ClauseRef, Conversation
from copilot.engine import Copilot, Suggestions
from copilot.errors import ModelError

KNOWN: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent.parent / "injections.yaml").read_text("utf-8"))


def leaked(found: Suggestions, leaks: list[str]) -> list[str]:
    return [item.text for item in found.suggestions for leak in leaks if leak in item.text + item.beside]


def test_there_are_sixty_and_each_way_in_is_tried() -> None:
    assert len(KNOWN) >= 60
    assert {each["where"] for each in KNOWN} == {
        "text", "name", "note", "policy", "base64", "role", "system", "json", "markup",
    }  # fmt: skip
    assert all(any(leak in each["obeys"] for leak in each["leaks"]) for each in KNOWN)


def test_offline_nothing_of_them_reaches_a_suggestion(copilot: Copilot) -> None:
    found = {each["id"]: leaked(copilot.suggest(Conversation.from_customer(each["said"])), each["leaks"]) for each in KNOWN}
    assert {name: texts for name, texts in found.items() if texts} == {}


async def test_a_model_that_obeys_reaches_nobody_whatever_it_wraps_it_in(
    copilot: Copilot, server: tuple[OpenAIServer, str]
) -> None:
    fake, url = server
    engine = with_model(copilot, model_at(url))
    shown: dict[str, list[str]] = {}
    for each in KNOWN:
        conversation = Conversation.from_customer(each["said"])
        offline = engine.suggest(conversation)
        ref = offline.suggestions[0].cites[0] if offline.suggestions else ClauseRef("agreement", "2.3")
        obeys = each["obeys"].rstrip("。")
        fake.script.append(replies(*(
            reply(text, ref.document, ref.clause, style)
            for text, style in (
                (each["obeys"], "soothe"), (f"非常抱歉给您添麻烦了，{obeys}。", "act"), (f"{obeys}。我马上为您核实。", "explain"),
            )
        )))  # fmt: skip
        try:
            improved = await engine.improve(conversation, offline)
        except ModelError:
            continue
        shown[each["id"]] = [item.text for item in improved.suggestions if item.source == "llm"]
    assert shown == {}
    assert len(fake.requests) == len(KNOWN)


@pytest.mark.parametrize("attack", [each["said"] for each in KNOWN if each["where"] in ("json", "system")])
async def test_no_injection_leaves_its_place_in_the_data(
    copilot: Copilot, server: tuple[OpenAIServer, str], attack: str
) -> None:
    import json

    fake, url = server
    fake.script.append(replies())
    engine = with_model(copilot, model_at(url))
    conversation = Conversation.from_customer(attack)
    with pytest.raises(ModelError):
        await engine.improve(conversation, engine.suggest(conversation))
    system, user = (message["content"] for message in fake.requests[0]["messages"])
    data = user[user.index("对话：") + len("对话：") :]
    (turn,) = json.loads(data)
    assert turn["role"] == "customer"
    assert attack[:6] not in system
