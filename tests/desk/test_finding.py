"""Earlier records at the desk: found by what the customer says, listed shortly, read in full, corrected."""

from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Desk
from copilot.records.sealing import Safe, new_key
from copilot.store import Store


async def recorded(chat: Dialogue, matter: str, name: str, contact: str) -> None:
    await chat.customer(matter)
    await chat.command("record")
    await chat.say(f"{name} {contact}")
    await chat.tap("确认保存")
    await chat.command("new")


@pytest.fixture
async def chat(store: Store) -> Dialogue:
    chat = Dialogue(store)
    await recorded(chat, "快递到哪了", "陈丽", "13812345678")
    await recorded(chat, "热水器漏水，生气", "赵海洋", "13900001111")
    return chat


@pytest.mark.parametrize("words", ["13812345678", "138-1234-5678", "+86 138 1234 5678", "陈丽", "陈丽女士", "陳麗"])
async def test_a_customer_is_found_however_name_or_number_is_typed(chat: Dialogue, words: str) -> None:
    card = await chat.command("find", words)
    assert card.title == "找到 1 条服务记录"
    assert "快递到哪了" in card.text()


async def test_a_record_is_found_by_its_number_with_record_too(chat: Dialogue) -> None:
    async with chat.store.unit_of_work() as work:
        newest, _older = await work.records(chat.agent)
    card = await chat.command("record", newest.number)
    assert "热水器漏水" in card.text()
    assert "投诉" in card.text()


async def test_the_list_shows_no_contact_and_the_record_in_full_does(chat: Dialogue) -> None:
    card = await chat.command("find", "陈丽")
    assert "13812345678" not in card.text()
    card = await chat.tap("看 1")
    assert "联系方式：13812345678" in card.text()


async def test_reading_one_in_full_is_written_down_and_listing_is_not(chat: Dialogue) -> None:
    await chat.command("find", "陈丽")
    async with chat.store.unit_of_work() as work:
        assert "viewed" not in [entry.action for entry in await work.audit(10)]
    await chat.tap("看 1")
    async with chat.store.unit_of_work() as work:
        entry = (await work.audit(1))[0]
    assert (entry.action, entry.who) == ("viewed", chat.agent)


async def test_without_words_the_next_text_is_looked_for(chat: Dialogue) -> None:
    card = await chat.command("find")
    assert card.asks
    card = await chat.say("13900001111")
    assert "热水器漏水" in card.text()
    assert await chat.turns() == []


async def test_nothing_found_is_one_polite_line(chat: Dialogue) -> None:
    card = await chat.command("find", "13700000000")
    assert card.slot == "notice"
    assert "没有找到" in card.text()


async def test_a_found_record_is_corrected_and_becomes_its_next_version(chat: Dialogue) -> None:
    await chat.command("find", "陈丽")
    await chat.tap("看 1")
    await chat.tap("修改")
    await chat.tap("改联系方式")
    await chat.say("13666666666")
    await chat.tap("确认保存")
    assert (await chat.command("find", "13666666666")).title == "找到 1 条服务记录"
    assert (await chat.command("find", "13812345678")).slot == "notice"
    async with chat.store.unit_of_work() as work:
        assert len(await work.records(chat.agent)) == 2


async def test_another_agent_finds_it_too(chat: Dialogue) -> None:
    colleague = Dialogue(chat.store, agent="tg:2")
    assert "快递到哪了" in (await colleague.command("find", "13812345678")).text()


async def test_what_was_sealed_with_another_key_is_listed_and_says_why_it_is_closed(store: Store) -> None:
    chat = Dialogue(store)
    chat.desk = Desk(chat.copilot, store, customer_voice=lambda _text: 0.5, safe=Safe(new_key()))  # type: ignore[arg-type]
    await recorded(chat, "快递到哪了", "陈丽", "13812345678")
    async with store.unit_of_work() as work:
        (record,) = await work.records(chat.agent)
    chat.desk = Desk(chat.copilot, store, customer_voice=lambda _text: 0.5, safe=Safe(new_key()))  # type: ignore[arg-type]
    card = await chat.command("find", record.number)
    assert "快递到哪了" in card.text()
    card = await chat.tap("看 1")
    assert "COPILOT_RECORD_OLD_KEY" in card.text()
    assert "修改" not in [button.label for row in card.buttons for button in row]
    async with store.unit_of_work() as work:
        assert (await work.records(chat.agent))[0].private == record.private


async def test_a_made_up_number_on_the_list_shows_nothing(chat: Dialogue) -> None:
    card = await chat.command("find", "陈丽")
    action = card.button("看 1").action.replace("read:1:", "read:2:")
    assert (await chat.press(action)).slot == "notice"
