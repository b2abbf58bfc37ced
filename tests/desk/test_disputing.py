"""误报 at the desk: one tap, kept for a trainer, and the agent goes on."""

from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Card, Pressed
from copilot.store import KeptDispute, Store


async def kept(store: Store) -> tuple[KeptDispute, ...]:
    async with store.unit_of_work() as work:
        return await work.disputes()


async def outcomes(chat: Dialogue) -> list[str]:
    async with chat.store.unit_of_work() as work:
        number = (await work.conversations(chat.agent))[0]
        return [review.outcome for review in await work.reviews(number)]


async def decide(chat: Dialogue, number: int, status: str, answer: str) -> None:
    async with chat.store.unit_of_work() as work:
        await work.decide_disputes([number], status, answer, (await work.disputes())[0].at)  # type: ignore[arg-type]
        await work.commit()


def labels(card: Card) -> list[str]:
    return [button.label for row in card.buttons for button in row]


async def test_a_disputed_warning_can_be_sent_at_once_and_is_kept_with_its_context(chat: Dialogue) -> None:
    await chat.customer("我的电话是13800138000，快递呢")
    await chat.draft("我不知道啊")
    card = await chat.tap("误报")
    assert card.title == "☑️ 已记为误报，可以发送"
    assert "ok" not in {line.role for line in card.lines}  # it did not pass, the agent says so
    assert card.button("复制").copy_text == "我不知道啊"
    await chat.press(card.button("复制").action)
    assert await chat.turns() == [("customer", "我的电话是13800138000，快递呢"), ("agent", "我不知道啊")]
    assert await outcomes(chat) == ["sent"]
    (dispute,) = await kept(chat.store)
    assert (dispute.norm, dispute.clause, dispute.severity, dispute.status) == ("no-warn", "1.3.4", "warn", "open")
    assert (dispute.draft, dispute.quote, dispute.reason) == ("我不知道啊", "不知道", "不要说“不知道”。")
    assert dispute.draft[dispute.start : dispute.end] == "不知道"
    assert dispute.turns == ({"role": "customer", "text": "我的电话是【手机号】，快递呢"},)
    assert dispute.customer == "我的电话是【手机号】，快递呢"


async def test_a_disputed_warning_counts_as_sent_when_the_customer_writes_again(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    await chat.tap("误报")
    await chat.customer("好吧")
    assert [role for role, _ in await chat.turns()] == ["customer", "agent", "customer"]


async def test_a_disputed_block_stays_a_block_unless_it_is_overridden(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("你真笨")
    card = await chat.tap("误报")
    assert card.title == "⛔ 先别发送"
    assert "等待复核" in card.text()
    assert "误报" not in labels(card)
    await chat.customer("好吧")
    assert await chat.turns() == [("customer", "快递呢"), ("customer", "好吧")]
    await chat.draft("你真笨")
    await chat.tap("误报")
    await chat.tap("仍要发送")
    assert (await chat.turns())[-1] == ("agent", "你真笨")
    assert len(await kept(chat.store)) == 2


async def test_of_two_findings_the_one_that_is_left_is_shown_next(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    first = await chat.draft("我不知道，你真笨")
    assert "笨" in first.lines[0].text
    second = await chat.tap("误报")
    assert "不知道" in second.lines[0].text
    assert second.title == "⚠️ 建议修改"
    last = await chat.tap("误报")
    assert last.title == "⛔ 先别发送"  # what blocks still does
    assert "笨" in last.lines[0].text
    assert {each.norm for each in await kept(chat.store)} == {"no-block", "no-warn"}


async def test_what_is_disputed_is_not_shown_again_among_the_rest(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道，你真笨，嗯")
    assert "还有 2 处" in labels(chat.card)
    card = await chat.tap("误报")
    assert "还有 1 处" in labels(card)
    card = await chat.tap("还有 1 处")
    assert "更正式" in card.lines[0].text
    card = await chat.tap("还有 1 处")
    assert "不知道" in card.lines[0].text


async def test_a_tip_can_be_disputed_where_it_stands(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    card = await chat.draft("嗯嗯，马上查")
    assert card.title == "✅ 可以发送"
    assert "小建议" in card.text()
    card = await chat.tap("误报")
    assert card.title == "✅ 可以发送"
    assert "小建议" not in card.text()
    assert [each.severity for each in await kept(chat.store)] == ["tip"]


async def test_a_mis_tap_is_taken_back_and_may_be_made_again(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    first = await chat.draft("我不知道啊")
    await chat.tap("误报")
    card = await chat.tap("撤回误报")
    assert card.text() == first.text()
    assert await kept(chat.store) == ()
    await chat.tap("误报")
    assert len(await kept(chat.store)) == 1


async def test_what_a_trainer_has_decided_cannot_be_taken_back(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    await chat.tap("误报")
    await decide(chat, 1, "declined", "没有下一步。")
    card = await chat.tap("撤回误报")
    assert "已经复核" in card.title
    assert (await kept(chat.store))[0].status == "declined"


async def test_a_double_tap_is_one_dispute(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    action = (await chat.draft("我不知道啊")).button("误报").action
    await chat.press(action)
    again = await chat.press(action)
    assert again.slot == "notice"
    assert len(await kept(chat.store)) == 1


@pytest.mark.parametrize("action", ["dispute:0:{}", "dispute:9:{}", "dispute::{}", "undispute:1:{}"])
async def test_a_finding_that_is_not_there_gets_one_polite_line(chat: Dialogue, action: str) -> None:
    await chat.customer("快递呢")
    token = (await chat.draft("我不知道啊")).button("误报").action.rpartition(":")[2]
    reply = await chat.desk.handle(chat.agent, Pressed(action.format(token)))
    assert [card.slot for card in reply.cards] == ["notice"]
    assert await kept(chat.store) == ()


async def test_a_dispute_of_a_draft_that_was_replaced_does_nothing(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    old = (await chat.draft("我不知道啊")).button("误报").action
    await chat.draft("我还是不知道")
    assert (await chat.press(old)).slot == "notice"
    assert await kept(chat.store) == ()


async def test_a_dispute_outlives_a_restart_and_the_card_is_the_same(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    chat.restart()
    shown = await chat.tap("误报")
    chat.restart()
    view = await chat.desk.view(chat.agent)
    assert view.cards[-1] == shown
    assert view.draft_fine
    await chat.tap("复制")
    assert (await chat.turns())[-1] == ("agent", "我不知道啊")


async def test_the_agent_hears_of_a_decision_once_with_the_reason(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    await chat.tap("误报")
    await chat.tap("复制")
    await decide(chat, 1, "declined", "请说明下一步怎么查。")
    await chat.customer("那怎么办")
    told = await chat.draft("我马上为您查")
    assert told.lines[-1].text == "已复核：您报的误报“不知道”仍按规范提醒。请说明下一步怎么查。"
    assert "已复核" not in (await chat.tap("复制")).text()
    assert "已复核" not in (await chat.draft("请稍等一分钟")).text()


async def test_thanks_for_an_accepted_dispute_come_with_the_next_reply_sent(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    await chat.tap("误报")
    await decide(chat, 1, "accepted", "")
    card = await chat.tap("复制")
    assert "已复核：您报的误报“不知道”成立" in card.lines[-1].text


async def test_another_agent_is_not_told(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    await chat.tap("误报")
    await decide(chat, 1, "declined", "不行。")
    other = Dialogue(chat.store, agent="web:other")
    await other.customer("快递呢")
    assert "已复核" not in (await other.draft("我马上为您查")).text()


async def test_a_reply_disputed_in_vain_shows_the_answer_in_place_of_the_button(chat: Dialogue) -> None:
    await chat.customer("快递呢")
    await chat.draft("我不知道啊")
    await chat.tap("误报")
    await decide(chat, 1, "declined", "请说明下一步怎么查。")
    other = Dialogue(chat.store, agent="web:other")
    await other.customer("快递呢？")
    card = await other.draft("我 不知道啊。")
    assert "已复核：请说明下一步怎么查。" in card.text()
    assert "误报" not in labels(card)
    await other.customer("我很生气，快递呢")
    assert "误报" in labels(await other.draft("我不知道啊"))  # another situation is another question


@pytest.mark.parametrize("text", ["我不知道“啊”\n'是'：- # 吗\t😀🇨🇳", "不知道" + "很长" * 3990])
async def test_any_text_can_be_disputed(chat: Dialogue, text: str) -> None:
    await chat.customer("快递呢")
    await chat.draft(text)
    assert "可以发送" in (await chat.tap("误报")).title
    (dispute,) = await kept(chat.store)
    assert dispute.draft == text
    assert dispute.draft[dispute.start : dispute.end] == dispute.quote == "不知道"
