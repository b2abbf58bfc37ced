"""Promised times: noticed when a reply is sent, confirmed with one tap, told again with the case, done with one tap."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Notice
from copilot.store import Reminder, Store

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def chat(store: Store) -> Dialogue:
    dialogue = Dialogue(store, agent="tg:4711")
    dialogue.at = NOW
    return dialogue


async def send(chat: Dialogue, text: str) -> None:
    await chat.customer("退款到哪一步了")
    await chat.draft(text)
    await chat.tap("已发送" if any("已发送" in b.label for row in chat.card.buttons for b in row) else "复制")


async def kept(store: Store, *status: str) -> tuple[Reminder, ...]:
    async with store.unit_of_work() as work:
        return await work.reminders("promise", status=status or ("open",))  # type: ignore[arg-type]


async def tell(chat: Dialogue) -> list[Notice]:
    found = []
    for claim in await chat.desk.claim_due("tg:"):
        notice = await chat.desk.notice(claim)
        await chat.desk.told(claim)
        if notice is not None:
            found.append(notice)
    return found


async def test_a_promised_time_is_offered_and_becomes_a_reminder_with_one_tap(chat: Dialogue, store: Store) -> None:
    await send(chat, "您好，我两小时内给您回电。")
    assert "“您好，我两小时内给您回电。”" in chat.card.text()
    assert await kept(store) == ()
    await chat.tap("前提醒我")
    (reminder,) = await kept(store)
    assert (reminder.limit_at - NOW).total_seconds() == 7_200
    assert reminder.due_at is not None
    assert (reminder.limit_at - reminder.due_at).total_seconds() == 900


async def test_a_reply_without_a_time_offers_nothing(chat: Dialogue) -> None:
    await send(chat, "您好，我马上为您核实。")
    assert "答应了" not in chat.card.text()


async def test_a_reminder_nobody_confirmed_is_never_told(chat: Dialogue) -> None:
    await send(chat, "我两小时内给您回电。")
    chat.later(hours=3)
    assert await tell(chat) == []


async def test_a_declined_reminder_is_neither_told_nor_listed(chat: Dialogue) -> None:
    await send(chat, "我两小时内给您回电。")
    await chat.tap("不用提醒")
    chat.later(hours=3)
    assert await tell(chat) == []
    assert "没有未办的承诺" in (await chat.command("promises")).text()


async def test_the_reminder_comes_before_the_time_at_the_time_and_once_after(chat: Dialogue) -> None:
    await send(chat, "我两小时内给您回电。")
    await chat.tap("前提醒我")
    told = []
    for _ in range(20):
        chat.later(minutes=9)
        told += [notice.card.title.split("：")[0] for notice in await tell(chat)]
    assert told == ["⏰ 快到时间了", "⏰ 到点了", "⏰ 到点了"]


async def test_the_reminder_brings_the_case_with_it_and_opens_it(chat: Dialogue) -> None:
    await send(chat, "我两小时内给您回电。")
    await chat.tap("前提醒我")
    await chat.command("new")
    await chat.customer("另一位客户：发票没收到")
    chat.restart()
    chat.later(hours=2)
    told = [notice for notice in await tell(chat) if notice.card.slot.startswith("promise")]
    assert "客户：退款到哪一步了" in told[0].card.text()
    await chat.press(told[0].card.button("打开这位客户的对话").action)
    assert [text for _role, text in await chat.turns()] == ["退款到哪一步了", "我两小时内给您回电。"]
    assert "已过答应的时间" in (await chat.customer("怎么还没打来")).text()


async def test_done_with_one_tap_is_told_no_more(chat: Dialogue, store: Store) -> None:
    await send(chat, "我两小时内给您回电。")
    await chat.tap("前提醒我")
    chat.later(hours=2)
    (notice,) = await tell(chat)
    card = await chat.press(notice.card.button("已经办到").action)
    assert card.title == "✅ 已办到：我两小时内给您回电。"
    assert card.slot == notice.card.slot
    chat.later(hours=1)
    assert await tell(chat) == []
    assert len(await kept(store, "done")) == 1


async def test_a_second_tap_changes_nothing(chat: Dialogue) -> None:
    await send(chat, "我两小时内给您回电。")
    confirm = chat.card.button("前提醒我").action
    await chat.press(confirm)
    done = f"kept:{confirm.partition(':')[2]}"
    await chat.press(done)
    assert "已经处理过" in (await chat.press(done)).text()


async def test_a_reply_taken_back_takes_its_promise_with_it(chat: Dialogue, store: Store) -> None:
    await send(chat, "我两小时内给您回电。")
    await chat.tap("前提醒我")
    await chat.press((await chat.desk.view(chat.agent)).cards[-1].button("其实没发").action)
    assert await kept(store, "open", "offered") == ()


async def test_the_list_shows_what_is_late_first_and_is_done_with_one_tap(chat: Dialogue) -> None:
    await send(chat, "明天上午前答复您。")
    await chat.tap("前提醒我")
    await send(chat, "十分钟内给您回电。")
    await chat.tap("前提醒我")
    chat.later(minutes=11)
    card = await chat.command("promises")
    assert card.title == "答应客户的事（2）"
    assert card.lines[0].text.startswith("1. ‼️ 已过")
    await chat.tap("办到 1")
    assert "（1）" in (await chat.command("promises")).title


async def test_a_fine_draft_that_the_customers_answer_shows_as_sent_is_asked_about_too(chat: Dialogue) -> None:
    await chat.customer("退款到哪一步了")
    await chat.draft("我两小时内给您回电。")
    assert "答应了" in (await chat.customer("好的，等你电话")).text()


async def test_another_agents_promise_cannot_be_touched(chat: Dialogue, store: Store) -> None:
    await send(chat, "我两小时内给您回电。")
    action = chat.card.button("前提醒我").action
    assert "过时" in (await Dialogue(store, agent="tg:5").press(action)).text()
    assert await kept(store) == ()


@pytest.mark.parametrize("action", ["remind:", "remind:x", "remind:99999999999", "kept:-1", "ack:１", "resume:0"])
async def test_a_forged_tap_gets_one_polite_line(chat: Dialogue, action: str) -> None:
    assert "过时" in (await chat.press(action)).text()


async def test_on_a_screen_of_its_own_it_is_put_there_once(store: Store) -> None:
    chat = Dialogue(store, agent="web:local")
    chat.at = NOW
    await send(chat, "我两小时内给您回电。")
    await chat.tap("前提醒我")
    chat.later(hours=2)
    (card,) = await chat.desk.tell_here(chat.agent)
    assert await chat.desk.tell_here(chat.agent) == ()
    assert card.slot in {each.slot for each in (await chat.desk.view(chat.agent)).cards}
    chat.restart()
    assert card.slot in {each.slot for each in (await chat.desk.view(chat.agent)).cards}
    await chat.press(card.button("已经办到").action)
    assert card.slot not in {each.slot for each in (await chat.desk.view(chat.agent)).cards}


@pytest.mark.parametrize("answer", ["前提醒我", "不用提醒"])
async def test_a_promise_that_was_answered_is_not_asked_about_again(chat: Dialogue, answer: str) -> None:
    await send(chat, "您好，我两小时内给您回电。")
    await chat.tap(answer)
    (card,) = (await chat.desk.view(chat.agent)).cards
    assert "答应了" not in card.text()
    assert [button.label for row in card.buttons for button in row] == ["其实没发"]


async def test_a_promise_nobody_answered_is_asked_about_until_the_next_reply(chat: Dialogue) -> None:
    await send(chat, "您好，我两小时内给您回电。")
    assert "答应了" in (await chat.customer("好的")).text()
    await chat.draft("您好，马上为您核实。")
    assert "答应了" not in (await chat.tap("复制")).text()
    assert "未设提醒" in (await chat.command("promises")).text()
