"""The language model's suggestions join the card on the screen: late, optional, and never in the agent's way."""

from __future__ import annotations

import asyncio

import pytest
from fakes.joining_copilot import BEST, BETTER, ModelCopilot
from fakes.plain_copilot import PlainCopilot

from copilot.desk import Desk, Pressed, TextWritten
from copilot.store import Store


@pytest.fixture
def engine() -> ModelCopilot:
    return ModelCopilot()


@pytest.fixture
def desk(engine: ModelCopilot, store: Store) -> Desk:
    return Desk(engine, store)  # type: ignore[arg-type]


async def test_the_offline_card_is_there_before_the_model_answers(desk: Desk, engine: ModelCopilot) -> None:
    first = await desk.handle("a", TextWritten("快递呢", role="customer"))
    assert first.cards[0].button("复制 1").copy_text != BETTER
    engine.answer.set()
    (card,) = (await desk.improve("a")).cards
    assert card.slot == "turn"
    assert not card.fresh, "it takes the place of the card on the screen"
    assert card.button("复制 1").copy_text == BETTER
    assert next(line.text for line in card.lines if line.role == "cite").startswith("模型所写")
    assert (await desk.view("a")).cards == (card,)


async def test_each_suggestion_joins_the_card_as_it_comes(desk: Desk, engine: ModelCopilot) -> None:
    await desk.handle("a", TextWritten("快递呢", role="customer"))
    engine.answer.set()
    shown = [reply.cards[0] async for reply in desk.improvements("a")]
    assert [card.button("复制 2").copy_text == BEST for card in shown] == [False, True]
    assert all(card.button("复制 1").copy_text == BETTER for card in shown)


async def test_an_agent_who_uses_the_first_ends_the_stream(desk: Desk, engine: ModelCopilot) -> None:
    await desk.handle("a", TextWritten("快递呢", role="customer"))
    engine.answer.set()
    shown = []
    async for reply in desk.improvements("a"):
        shown.append(reply.cards[0])
        await desk.handle("a", Pressed(reply.cards[0].button("复制 1").action))
    assert len(shown) == 1
    assert (await desk.conversation("a")).agent_texts == (BETTER,)


async def test_a_model_suggestion_is_used_like_any_other(desk: Desk, engine: ModelCopilot) -> None:
    await desk.handle("a", TextWritten("快递呢", role="customer"))
    engine.answer.set()
    (card,) = (await desk.improve("a")).cards
    await desk.handle("a", Pressed(card.button("复制 1").action))
    assert (await desk.conversation("a")).agent_texts == (BETTER,)


@pytest.mark.parametrize("edition", [0, 1, 2])
@pytest.mark.parametrize("label", ["复制 1", "复制 2", "复制 3"])
async def test_a_tap_does_what_its_button_showed_however_many_joined_meanwhile(
    desk: Desk, engine: ModelCopilot, store: Store, edition: int, label: str
) -> None:
    cards = [(await desk.handle("a", TextWritten("快递呢", role="customer"))).cards[0]]
    engine.answer.set()
    cards += [reply.cards[0] async for reply in desk.improvements("a")]
    assert len(cards) == 3
    seen = cards[edition].button(label)
    answer = await desk.handle("a", Pressed(seen.action))
    assert answer.cards[0].title.startswith("✅")
    assert (await desk.conversation("a")).agent_texts == (seen.copy_text,)
    async with store.unit_of_work() as work:
        choice, chosen, shown = (await work.offers(1))[-1]
    assert choice == "accepted"
    assert chosen is not None
    assert shown[chosen - 1].text == seen.copy_text, "what the team takes is counted for that wording"


async def test_other_buttons_of_the_card_count_while_suggestions_join(desk: Desk, engine: ModelCopilot) -> None:
    first = (await desk.handle("a", TextWritten("快递呢", role="customer"))).cards[0]
    engine.answer.set()
    await desk.improve("a")
    answer = await desk.handle("a", Pressed(first.button("这是我说的").action))
    assert (await desk.conversation("a")).turns == ()
    assert answer.cards[0].slot == "turn"


async def test_a_number_that_was_never_shown_is_refused(desk: Desk, engine: ModelCopilot) -> None:
    first = (await desk.handle("a", TextWritten("快递呢", role="customer"))).cards[0]
    action = first.button("复制 1").action.replace("use:1:", "use:7:")
    assert "过时" in (await desk.handle("a", Pressed(action))).cards[0].title
    assert (await desk.conversation("a")).agent_texts == ()


async def test_suggestions_that_come_late_leave_the_card_of_a_dropped_draft_alone(
    desk: Desk, engine: ModelCopilot
) -> None:
    await desk.handle("a", TextWritten("快递呢", role="customer"))
    waiting = asyncio.create_task(desk.improve("a"))
    await asyncio.sleep(0.05)
    draft = await desk.handle("a", TextWritten("您好，我来核实。", role="agent"))
    dropped = await desk.handle("a", Pressed(draft.cards[0].button("不发").action))
    engine.answer.set()
    assert (await waiting).cards == ()
    assert (await desk.view("a")).cards == dropped.cards


async def test_an_agent_who_has_gone_on_is_not_disturbed(desk: Desk, engine: ModelCopilot) -> None:
    await desk.handle("a", TextWritten("快递呢", role="customer"))
    waiting = asyncio.create_task(desk.improve("a"))
    await asyncio.sleep(0)
    draft = await desk.handle("a", TextWritten("您好，我来核实。", role="agent"))
    engine.answer.set()
    assert (await waiting).cards == ()
    assert (await desk.view("a")).cards == draft.cards


@pytest.mark.parametrize("fails", [True, False])
async def test_without_a_usable_answer_the_offline_card_stands(store: Store, fails: bool) -> None:
    engine = ModelCopilot(fails=True) if fails else PlainCopilot()
    if isinstance(engine, ModelCopilot):
        engine.answer.set()
    desk = Desk(engine, store)  # type: ignore[arg-type]
    first = await desk.handle("a", TextWritten("快递呢", role="customer"))
    assert (await desk.improve("a")).cards == ()
    assert [card.title for card in (await desk.view("a")).cards] == [card.title for card in first.cards]


async def test_a_new_agent_has_nothing_to_improve(desk: Desk) -> None:
    assert (await desk.improve("nobody")).cards == ()
