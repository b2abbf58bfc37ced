"""Emergencies: the card is taken over at once, somebody must take over, and nothing personal leaves the case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Duty, Notice
from copilot.store import Store

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def chat(store: Store) -> Dialogue:
    dialogue = Dialogue(store, agent="tg:4711", duty=Duty(("tg:900", "tg:-100901"), 5))
    dialogue.at = NOW
    return dialogue


async def tell(chat: Dialogue) -> list[tuple[str, Notice]]:
    found = []
    for claim in await chat.desk.claim_due("tg:"):
        notice = await chat.desk.notice(claim)
        await chat.desk.told(claim)
        if notice is not None and notice.card.slot.startswith("alert"):
            found.append((claim.recipient, notice))
    return found


async def test_an_emergency_takes_the_card_over_with_what_to_say_first(chat: Dialogue) -> None:
    card = await chat.customer("厨房里一股燃气味！")
    assert [line.role for line in card.lines[:2]] == ["danger", "suggestion"]
    assert "燃气泄漏" in card.lines[0].text
    text = card.text()
    for word in ("阀门", "119", "⛔", "📝 记下", "已自动上报值班主管"):
        assert word in text
    assert sum(line.role == "suggestion" for line in card.lines) == 2


async def test_the_words_to_say_first_are_used_with_one_tap(chat: Dialogue) -> None:
    await chat.customer("厨房里一股燃气味！")
    await chat.tap("复制 1")
    assert "阀门" in (await chat.turns())[-1][1]


async def test_the_first_in_line_is_alerted_at_once_without_personal_data(chat: Dialogue) -> None:
    await chat.customer("燃气味很大，我电话13800138000")
    ((recipient, notice),) = await tell(chat)
    assert recipient == "tg:900"
    assert "13800138000" not in notice.card.text()
    assert "燃气味很大" in notice.card.text()


async def test_a_conversation_raises_one_alert_however_often_the_customer_cries_out(chat: Dialogue) -> None:
    await chat.customer("燃气味很大")
    await chat.customer("燃气还在漏！")
    assert len(await tell(chat)) == 1


async def test_each_in_line_is_asked_and_in_the_end_the_agent_must_telephone(chat: Dialogue) -> None:
    await chat.customer("燃气味很大")
    asked = []
    for _ in range(8):
        asked += [(recipient, notice.card.title) for recipient, notice in await tell(chat)]
        chat.later(minutes=5)
        chat.restart()
    assert [recipient for recipient, _ in asked] == ["tg:900", "tg:-100901", "tg:4711"]
    assert "没人接手" in asked[-1][1]


async def test_who_takes_over_ends_the_line_and_the_agent_is_told_once(chat: Dialogue, store: Store) -> None:
    await chat.customer("燃气味很大")
    ((_, notice),) = await tell(chat)
    supervisor = Dialogue(store, agent="tg:900")
    supervisor.at = chat.at
    assert "您已接手" in (await supervisor.press(notice.card.button("我来接手").action)).text()
    ((recipient, told),) = await tell(chat)
    assert recipient == "tg:4711"
    assert "主管已接手" in told.card.text()
    chat.later(hours=1)
    assert [each for each in await tell(chat) if each[0] != "tg:4711"] == []
    assert "已接手" in (await chat.customer("燃气还在漏")).text()


async def test_a_second_supervisor_is_told_that_it_is_taken(chat: Dialogue, store: Store) -> None:
    await chat.customer("燃气味很大")
    ((_, notice),) = await tell(chat)
    action = notice.card.button("我来接手").action
    await Dialogue(store, agent="tg:-100901").press(action)
    assert "已有同事接手" in (await Dialogue(store, agent="tg:900").press(action)).text()


async def test_the_agent_of_the_case_and_strangers_cannot_take_it_over(chat: Dialogue, store: Store) -> None:
    await chat.customer("燃气味很大")
    ((_, notice),) = await tell(chat)
    action = notice.card.button("我来接手").action
    for agent in ("tg:4711", "tg:5"):
        assert "过时" in (await Dialogue(store, agent=agent).press(action)).text()
    assert len((await chat.desk.view("web:local")).alerts) == 1


async def test_the_console_shows_open_alerts_of_all_desks_and_may_take_over(chat: Dialogue, store: Store) -> None:
    await chat.customer("燃气味很大")
    console = Dialogue(store, agent="web:local")
    (card,) = (await console.desk.view("web:local")).alerts
    assert "燃气泄漏" in card.title
    await console.press(card.button("我来接手").action)
    assert (await console.desk.view("web:local")).alerts == ()


async def test_without_supervisors_the_agent_is_told_to_telephone(store: Store) -> None:
    chat = Dialogue(store, agent="tg:4711")
    chat.at = NOW
    assert "打电话上报" in (await chat.customer("燃气味很大")).text()
    chat.later(minutes=5)
    ((recipient, notice),) = await tell(chat)
    assert recipient == "tg:4711"
    assert "马上打电话上报" in notice.card.text()


async def test_what_was_no_customers_message_is_withdrawn(chat: Dialogue) -> None:
    await chat.customer("您家有燃气味吗？")
    await chat.tap("这是我说的")
    assert await tell(chat) == []


async def test_what_comes_first_is_not_shown_again_once_it_was_said(chat: Dialogue) -> None:
    card = await chat.customer("家里一股燃气味")
    first = card.button("复制 1").copy_text
    assert "先说下面这句" in card.text()
    await chat.tap("复制 1")
    later = await chat.customer("出来了，楼道里也有燃气味")
    assert "盯到主管接手" in later.text()
    assert first not in later.text()
