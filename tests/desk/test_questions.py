"""/ask at the desk: cards, follow-ups, what is kept, closing, and the language model's answer on the same card."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fakes.dialogue import Dialogue
from fakes.plain_copilot import PlainAnswer, PlainCitation, PlainCopilot

from copilot.desk import CommandGiven, Desk, Pressed, TextWritten
from copilot.errors import ModelError
from copilot.store import Store, UnansweredQuestion


@dataclass
class AskingCopilot(PlainCopilot):
    """Remembers with which previous question it was asked; 呢 makes a follow-up; the model adds what `better` says."""

    asked: list[tuple[str, str | None]] = field(default_factory=list)
    better: str | None = None
    wait: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self, question: str, previous: str | None = None) -> PlainAnswer:
        self.asked.append((question, previous))
        answer = super().ask(question, previous)
        if "呢" in question and previous:
            answer = replace(super().ask(previous), question=question, understood=f"{previous} {question}")
        return answer

    async def improve_answer(self, answer: PlainAnswer) -> PlainAnswer:
        await self.wait.wait()
        if self.better is None:
            raise ModelError("模型没有回答。")
        return replace(answer, answer=self.better, source="llm")


@pytest.fixture
def engine() -> AskingCopilot:
    return AskingCopilot()


@pytest.fixture
def asking(store: Store, engine: AskingCopilot) -> Dialogue:
    return Dialogue(store, engine)


async def kept(store: Store) -> list[UnansweredQuestion]:
    async with store.unit_of_work() as work:
        return list(await work.unanswered_questions())


async def test_a_card_holds_the_answer_then_its_clause_and_the_words_of_it(asking: Dialogue) -> None:
    card = await asking.command("ask", "退货有期限吗")
    assert [(line.role, line.text) for line in card.lines] == [
        ("text", "七天内可以退货。"), ("cite", "依据：《退货与退款政策》1.1 七天无理由退货"), ("quote", "“自签收之日起七天内。”"),
    ]  # fmt: skip


async def test_words_that_the_answer_says_already_are_not_quoted_again_and_further_clauses_are_named_only(
    asking: Dialogue, engine: AskingCopilot
) -> None:
    cites = (
        PlainCitation("returns", "1.1", "退货", "七天内可以退货。", 0.9), PlainCitation("agreement", "2.3", "投诉", "妥善处理。", 0.5),
    )  # fmt: skip
    told = PlainAnswer("", True, "可以。七天内可以退货。（《退货与退款政策》1.1）", cites)
    engine.ask = lambda question, previous=None: told  # type: ignore[method-assign]
    card = await asking.command("ask", "退货")
    assert [line.text for line in card.lines] == ["可以。七天内可以退货。", "依据：《退货与退款政策》1.1 退货", "另见：协议 2.3 投诉"]


async def test_a_refusal_shows_the_nearest_as_nearest_only(asking: Dialogue) -> None:
    card = await asking.command("ask", "食堂几点开门")
    texts = [line.text for line in card.lines]
    assert texts[1] == "最接近的条款（未必相关）："
    assert texts[2] == "《退货与退款政策》1.1 七天无理由退货"
    assert not any("依据" in text for text in texts)
    assert texts[-1] == "问题已记下，会转给知识库负责人。"


@pytest.mark.parametrize(("agent", "source"), [("web:local", "web"), ("tg:17", "desk")])
async def test_an_unanswered_question_is_kept_masked_with_where_it_came_from(
    store: Store, engine: AskingCopilot, agent: str, source: str
) -> None:
    chat = Dialogue(store, engine, agent)
    await chat.command("ask", "食堂几点开门，我手机13912345678")
    only = (await kept(store))[0]
    assert (only.question, only.source, only.agent) == ("食堂几点开门，我手机【手机号】", source, agent)
    assert only.nearest[0]["clause"] == "1.1"
    assert only.done_at is None


async def test_a_text_without_words_is_not_kept(asking: Dialogue, store: Store) -> None:
    card = await asking.command("ask", "？？😀")
    assert "已记下" not in card.text()
    assert await kept(store) == []


async def test_a_follow_up_leans_on_the_question_written_out_also_after_a_restart_and_a_refusal(
    asking: Dialogue, engine: AskingCopilot, store: Store
) -> None:
    await asking.command("ask", "食堂几点开门")
    asking.restart()
    card = await asking.command("ask", "周末呢")
    assert card.lines[0].text == "接着上一问，查的是：食堂几点开门 周末呢"
    await asking.command("ask", "节日呢")
    assert engine.asked[1:] == [("周末呢", "食堂几点开门"), ("节日呢", "食堂几点开门 周末呢")]
    assert [each.question for each in await kept(store)][1] == "食堂几点开门 周末呢"


async def test_a_question_delivered_twice_is_kept_once(asking: Dialogue, store: Store) -> None:
    for _ in range(2):
        await asking.desk.handle("web:test", CommandGiven("ask", "食堂几点开门", key="u1"))
    assert len(await kept(store)) == 1


@pytest.mark.parametrize("command", ["ask", "help"])
async def test_answer_and_help_can_be_closed_and_a_second_tap_is_stale(asking: Dialogue, command: str) -> None:
    card = await asking.command(command, "退货有期限吗" if command == "ask" else "")
    assert card.close
    assert (await asking.press(card.close)).title == "已关闭。"
    assert (await asking.desk.view("web:test")).cards == ()
    assert "过时" in (await asking.press(card.close)).title


async def test_after_closing_a_follow_up_still_leans_on_the_question(asking: Dialogue, engine: AskingCopilot) -> None:
    card = await asking.command("ask", "退货有期限吗")
    await asking.press(card.close)
    await asking.command("ask", "换货呢")
    assert engine.asked[-1] == ("换货呢", "退货有期限吗")


async def test_the_models_answer_takes_the_place_of_the_offline_one_on_its_card(asking: Dialogue, engine: AskingCopilot) -> None:
    engine.model, engine.better = object(), "七天内都可以退。（《退货与退款政策》1.1）"
    engine.wait.set()
    offline = await asking.command("ask", "退货有期限吗")
    assert offline.lines[0].text == "七天内可以退货。"
    reply = await asking.desk.improve("web:test")
    assert [line.text for line in reply.cards[0].lines[:2]] == ["七天内都可以退。", "由模型根据下面的条款写成，请以条款为准。"]
    assert not reply.cards[0].fresh
    assert (await asking.desk.view("web:test")).cards[-1].lines == reply.cards[0].lines
    assert (await asking.desk.improve("web:test")).cards == ()


@pytest.mark.parametrize("event", [CommandGiven("ask", "换货有期限吗"), Pressed("close")])
async def test_an_answer_that_comes_after_its_card_is_gone_is_dropped(
    asking: Dialogue, engine: AskingCopilot, event: Any
) -> None:
    engine.model, engine.better = object(), "七天内都可以退。"
    card = await asking.command("ask", "退货有期限吗")
    waiting = asyncio.create_task(asking.desk.improve("web:test"))
    await asyncio.sleep(0.05)
    await asking.desk.handle("web:test", Pressed(card.close) if isinstance(event, Pressed) else event)
    engine.wait.set()
    assert (await waiting).cards == ()


async def test_a_model_that_gives_nothing_usable_leaves_the_offline_card(asking: Dialogue, engine: AskingCopilot) -> None:
    engine.model = object()
    engine.wait.set()
    await asking.command("ask", "退货有期限吗")
    assert (await asking.desk.improve("web:test")).cards == ()
    assert (await asking.desk.view("web:test")).cards[-1].lines[0].text == "七天内可以退货。"


async def test_the_question_as_the_next_text_is_improved_too(store: Store, engine: AskingCopilot) -> None:
    engine.model, engine.better = object(), "七天内都可以退。"
    engine.wait.set()
    desk = Desk(engine, store, customer_voice=lambda _text: 0.5)  # type: ignore[arg-type]
    await desk.handle("tg:1", CommandGiven("ask"))
    await desk.handle("tg:1", TextWritten("退货有期限吗"))
    assert (await desk.improve("tg:1")).cards[0].lines[0].text == "七天内都可以退。"
