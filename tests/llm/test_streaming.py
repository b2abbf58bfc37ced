"""A streamed answer over real HTTP: the first usable piece in time, the rest as it comes, and trouble told in one line."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any

import pytest
from fakes.model_copilot import model_at
from fakes.openai_api import Cut, Hanging, Limited, OpenAIServer, Paced, Raw, Refusing
from pydantic import BaseModel

from copilot.llm import LanguageModel, Limits, ModelSilentError


class Line(BaseModel):
    text: str


class Lines(BaseModel):
    """Some lines."""

    lines: list[Line]


THREE = {"lines": [{"text": "一"}, {"text": "二"}, {"text": "三"}]}


async def written(model: LanguageModel, take: Any = lambda line: line.text) -> list[str]:
    return [each async for each in model.streamed("s", "u", Lines, take)]


async def test_pieces_come_one_by_one_long_before_the_end(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(Paced(THREE, 0.2))
    model = model_at(url)
    await model.prepare()
    started, came = time.monotonic(), []
    async for each in model.streamed("s", "u", Lines, lambda line: line.text):
        came.append((each, time.monotonic() - started))
    assert [each for each, _ in came] == ["一", "二", "三"]
    assert came[0][1] < 0.2
    assert came[2][1] > 0.35


async def test_a_piece_of_no_use_is_passed_over_and_one_of_another_shape_too(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append({"lines": [{"text": "一"}, {"wrong": 1}, "x", {"text": "三"}]})
    assert await written(model_at(url), lambda line: None if line.text == "一" else line.text) == ["三"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (401, "key"), (403, "key"), (404, "address"), (429, "rate_limit"), (500, "server"), (503, "server"),
        (Limited("5"), "rate_limit"), (Hanging(), "timeout"), (Cut(THREE, 6), "unreachable"), ("我只想聊天", "format"),
        (Refusing(), "format"), (Raw('{"lines": "no list"}'), "format"), (Raw('{"lines": [{"text": '), "format"),
        (b"{broken", "format"), (b"", "format"), (b"data: {\n\n", "format"), ({"lines": []}, "format"),
        ({"town": "x"}, "format"), (("slow", 1.0, THREE), "timeout"),
    ],
)  # fmt: skip
async def test_every_kind_of_trouble_has_its_name_and_one_clear_line(
    server: tuple[OpenAIServer, str], entry: object, why: str
) -> None:
    fake, url = server
    fake.script.append(entry)
    model = model_at(url, timeout_s=0.5)
    await model.prepare()
    started = time.monotonic()
    with pytest.raises(ModelSilentError) as caught:
        await written(model)
    assert caught.value.why == why
    assert time.monotonic() - started < 0.9
    assert "\n" not in str(caught.value)
    assert "sk-test" not in str(caught.value)
    assert url not in str(caught.value)
    assert model.gate.ledger.today().silent == {why: 1}


async def test_a_line_that_goes_dead_leaves_what_had_come(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(Cut(THREE, 45))
    model = model_at(url)
    assert (await written(model))[0] == "一"
    assert model.gate.ledger.today().silent == {}


async def test_after_the_first_piece_the_rest_has_longer_but_not_for_ever(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(Paced(THREE, 0.45))
    model = model_at(url, timeout_s=0.3, total_s=0.7)
    await model.prepare()
    assert await written(model) == ["一", "二"]


async def test_pieces_of_no_use_do_not_buy_more_time(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(Paced(THREE, 0.3))
    model = model_at(url, timeout_s=0.4, total_s=5)
    await model.prepare()
    with pytest.raises(ModelSilentError, match=r"0\.4 秒"):
        await written(model, lambda line: line.text if line.text == "三" else None)


async def test_ten_thousand_characters_come_through_as_one_piece_for_the_guard_to_judge(
    server: tuple[OpenAIServer, str]
) -> None:
    fake, url = server
    fake.script.append(Raw(json.dumps({"lines": [{"text": "长" * 10_000}]}, ensure_ascii=False)))
    assert await written(model_at(url), lambda line: line.text) == ["长" * 10_000]


async def test_a_model_that_writes_the_json_as_talk_is_understood(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append("好的：```json\n" + json.dumps(THREE, ensure_ascii=False) + "\n```")
    assert await written(model_at(url)) == ["一", "二", "三"]


async def test_after_failures_in_a_row_nobody_asks_until_one_trial(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    now = [0.0]
    model = model_at(url, limits=Limits(failures=2, rest_s=30), clock=lambda: now[0])
    fake.script += [500, 500]
    for _ in range(2):
        with pytest.raises(ModelSilentError):
            await written(model)
    for _ in range(5):
        with pytest.raises(ModelSilentError) as caught:
            await written(model)
        assert caught.value.why == "resting"
    assert len(fake.requests) == 2
    now[0] = 31
    fake.script.append(THREE)
    assert await written(model) == ["一", "二", "三"]
    assert model.gate.ledger.today().silent == {"resting": 5, "server": 2}


@pytest.mark.parametrize("asked", ["7", "7.0"])
async def test_retry_after_is_kept(server: tuple[OpenAIServer, str], asked: str) -> None:
    fake, url = server
    now = [0.0]
    model = model_at(url, clock=lambda: now[0])
    fake.script.append(Limited(asked))
    with pytest.raises(ModelSilentError):
        await written(model)
    now[0] = 6.9
    with pytest.raises(ModelSilentError) as caught:
        await written(model)
    assert caught.value.why == "resting"
    now[0] = 7.1
    fake.script.append(THREE)
    assert len(await written(model)) == 3


async def test_a_daily_limit_is_kept_before_it_is_passed(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    model = model_at(url, limits=Limits(daily_tokens=930))
    fake.script += [THREE, THREE, THREE]
    assert await written(model)
    assert await written(model)
    with pytest.raises(ModelSilentError) as caught:
        await written(model)
    assert caught.value.why == "daily_limit"
    assert len(fake.requests) == 2
    assert model.gate.ledger.today().tokens == 30


async def test_cost_is_counted_by_the_prices_and_limits_the_day(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    model = model_at(url, limits=Limits(daily_cost=0.01, price_in=100.0, price_out=1.0))
    fake.script += [THREE] * 12
    while (silence := model.gate.ledger.silence) is None and len(fake.requests) < 12:
        with suppress(ModelSilentError):
            await written(model)
    assert silence is not None
    assert silence.why == "daily_limit"
    assert 0.008 < model.gate.ledger.today().cost <= 0.01


async def test_what_the_provider_does_not_count_is_estimated_and_not_free(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(Cut(THREE, 45))
    model = model_at(url)
    await written(model)
    assert 0 < model.gate.ledger.today().tokens_out < 30  # by the measure of whole answers, not a token a character


async def test_who_gives_up_waiting_frees_the_trial_and_hurts_nobody(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    now = [0.0]
    model = model_at(url, limits=Limits(failures=1, rest_s=10), clock=lambda: now[0])
    await model.prepare()
    fake.script += [500, Hanging(), THREE]
    with pytest.raises(ModelSilentError):
        await written(model)
    now[0] = 11
    waiting = asyncio.create_task(written(model))
    await asyncio.sleep(0.15)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert len(await written(model)) == 3


async def test_tokens_that_the_provider_counts_are_written_down(server: tuple[OpenAIServer, str]) -> None:
    fake, url = server
    fake.script.append(THREE)
    model = model_at(url)
    await written(model)
    assert fake.requests[0]["stream_options"] == {"include_usage": True}
    use = model.gate.ledger.today()
    assert (use.requests, use.tokens_in, use.tokens_out) == (1, 10, 5)
