"""A new desk on the same database, at every point of a conversation; and deliveries that come twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakes.dialogue import Dialogue
from fakes.whole_case import AGENT, NOW, WHOLE_CASE, event_of

from copilot.desk import CommandGiven, Desk, Pressed, TextWritten
from copilot.store import Store


async def _walk(database: Path, restart_before: int | None) -> list[str]:
    """What the cards of each step say, the case's number and times included, on a database of its own."""
    store = await Store.open(f"sqlite:///{database}")
    chat, seen = Dialogue(store, agent=AGENT), []
    chat.at = NOW
    for number, step in enumerate(WHOLE_CASE):
        chat.later(seconds=20)
        if number == restart_before:
            chat.restart()
        chat.reply = await chat.desk.handle(AGENT, await event_of(step, chat))
        seen.append("\n".join(card.text() for card in chat.reply.cards))
    await store.close()
    return seen


async def test_a_restart_before_any_step_changes_nothing(tmp_path: Path) -> None:
    await (await Store.open(f"sqlite:///{tmp_path / 'empty.db'}")).close()

    def database(name: str) -> Path:
        return Path(shutil.copy(tmp_path / "empty.db", tmp_path / f"{name}.db"))

    expected = await _walk(database("whole"), None)
    assert "20261118-0001" in "\n".join(expected)
    for number in range(len(WHOLE_CASE)):
        assert await _walk(database(str(number)), number) == expected, number


async def test_after_a_restart_the_screen_is_the_same(store: Store) -> None:
    chat = Dialogue(store, agent=AGENT)
    shown: dict[str, str] = {}
    for step in WHOLE_CASE:
        chat.reply = await chat.desk.handle(AGENT, await event_of(step, chat))
        for card in chat.reply.cards:
            shown[card.slot] = card.text()
        chat.restart()
        for card in (await chat.desk.view(chat.agent)).cards:
            assert card.text() == shown[card.slot]


async def test_somebody_new_has_an_empty_screen(chat: Dialogue) -> None:
    assert (await chat.desk.view("tg:new")).cards == ()


@pytest.mark.parametrize(
    "event", [TextWritten("在吗", role="customer", key="tg:1"), TextWritten("稍等", role="agent", key="tg:1")]
)
async def test_the_same_delivery_counts_once_even_after_a_restart(chat: Dialogue, event: TextWritten) -> None:
    first = await chat.desk.handle(chat.agent, event)
    turns = await chat.turns()
    chat.restart()
    second = await chat.desk.handle(chat.agent, event)
    assert not first.duplicate
    assert second.duplicate
    assert [card.text() for card in second.cards] == [card.text() for card in first.cards]
    assert await chat.turns() == turns


async def test_a_tap_delivered_twice_counts_once(chat: Dialogue) -> None:
    card = await chat.customer("快递到哪了")
    tap = Pressed(card.button("复制 1").action, key="tg:2")
    await chat.desk.handle(chat.agent, tap)
    assert (await chat.desk.handle(chat.agent, tap)).duplicate
    assert len(await chat.turns()) == 2


async def test_an_old_delivery_that_comes_again_shows_nothing_old(chat: Dialogue) -> None:
    await chat.desk.handle(chat.agent, TextWritten("在吗", role="customer", key="tg:1"))
    await chat.desk.handle(chat.agent, TextWritten("快递呢", role="customer", key="tg:2"))
    reply = await chat.desk.handle(chat.agent, TextWritten("在吗", role="customer", key="tg:1"))
    assert reply.duplicate
    assert reply.cards == ()


async def test_an_event_that_failed_is_not_marked_as_handled(chat: Dialogue) -> None:
    broken = chat.copilot.ask
    chat.copilot.ask = lambda question, previous=None: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    with pytest.raises(ZeroDivisionError):
        await chat.desk.handle(chat.agent, CommandGiven("ask", "退货有期限吗", key="tg:9"))
    chat.copilot.ask = broken  # type: ignore[method-assign]
    reply = await chat.desk.handle(chat.agent, CommandGiven("ask", "退货有期限吗", key="tg:9"))
    assert not reply.duplicate
    assert "七天内可以退货。" in reply.cards[0].text()


async def test_a_state_that_cannot_be_read_starts_the_desk_afresh(store: Store) -> None:
    chat = Dialogue(store)
    await chat.customer("在吗")
    async with store.unit_of_work() as work:
        state = await work.desk_state(chat.agent)
        assert state is not None
        from datetime import UTC, datetime

        await work.save_desk_state(chat.agent, {**state, "awaits": "something else"}, datetime.now(UTC))
        await work.commit()
    card = await Dialogue(store).customer("快递呢")
    assert card.button("复制 1")


async def test_two_desks_on_one_database_see_each_others_work(store: Store) -> None:
    chat = Dialogue(store)
    other = Desk(chat.copilot, store)  # type: ignore[arg-type]
    await chat.customer("快递到哪了")
    await other.handle(chat.agent, TextWritten("稍等，马上查", role="agent"))
    await chat.customer("好")
    assert [role for role, _text in await chat.turns()] == ["customer", "agent", "customer"]
