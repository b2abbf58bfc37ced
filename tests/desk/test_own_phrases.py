"""/phrase: kept with one tap, checked first, offered to the right customer, used and deleted."""

from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue

from copilot.engine import Copilot
from copilot.store import Store

GOOD = "您好，物流的事我来盯着，马上联系快递核实，24 小时内给您答复。"


@pytest.fixture
def chat(store: Store, copilot: Copilot) -> Dialogue:
    return Dialogue(store, copilot)  # type: ignore[arg-type]


async def kept(chat: Dialogue, text: str, button: str = "存为我的") -> None:
    await chat.command("phrase", text)
    card = next(card for card in chat.reply.cards if card.slot == "phrases")
    await chat.press(card.button(button).action)


def told(chat: Dialogue) -> str:
    return "\n".join(card.text() for card in chat.reply.cards)


async def test_a_given_text_is_kept_and_offered_with_its_mark_and_a_clause(chat: Dialogue) -> None:
    await kept(chat, GOOD)
    assert "已存为您的话术" in told(chat)
    card = await chat.customer("我的快递五天没动了，到底到哪了")
    assert GOOD in card.text()
    assert "我的话术 · 依据：" in card.text()
    assert len([line for line in card.lines if line.role == "suggestion"]) <= 3


async def test_a_team_phrase_is_offered_to_a_colleague_and_a_private_one_is_not(
    chat: Dialogue, store: Store, copilot: Copilot
) -> None:
    await kept(chat, GOOD, "存给团队")
    await kept(chat, "您好，包裹停住了我马上去催快递，查到就告诉您。")
    card = await Dialogue(store, copilot, agent="web:other").customer("我的快递五天没动了，到底到哪了")  # type: ignore[arg-type]
    assert "团队话术 · 依据：" in card.text()
    assert "我马上去催快递" not in card.text()


async def test_a_phrase_about_something_else_is_not_offered(chat: Dialogue) -> None:
    await kept(chat, GOOD)
    assert GOOD not in (await chat.customer("发票抬头写错了怎么改")).text()


async def test_without_a_text_the_last_reply_is_taken_without_this_customers_name(chat: Dialogue) -> None:
    await chat.customer("我是王女士，快递五天没动了")
    await chat.draft("王女士，物流的事我来盯着，马上联系快递核实，24 小时内给您答复。")
    await chat.tap("复制")
    card = await chat.command("phrase")
    assert "要存的话术：物流的事我来盯着" in card.text()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("这不归我管，您自己去找快递。", "审核没有通过"),
        ("请加我微信 wx_kefu8899，或打 13812345678 联系我。", "个人信息"),
        ("您好，这类问题我们 37 天内处理完。", "找不到依据"),
        ("好", "字之间"),
        ("您好，{地址}我收到了，马上为您核实。", "占位符"),
    ],
)
async def test_what_must_not_be_said_is_not_kept_and_the_reason_is_told(chat: Dialogue, text: str, why: str) -> None:
    await kept(chat, text)
    assert why in told(chat)
    async with chat.store.unit_of_work() as work:
        assert await work.all_phrases() == ()


async def test_a_phrase_copied_from_the_list_is_the_reply_that_was_sent(chat: Dialogue) -> None:
    await kept(chat, GOOD)
    await chat.customer("发票抬头写错了怎么改")
    await chat.command("phrase")
    await chat.press(chat.card.button("复制 1").action)
    assert (await chat.desk.conversation(chat.agent)).agent_texts == (GOOD,)


async def test_a_deleted_phrase_is_offered_no_more_and_one_tap_brings_it_back(chat: Dialogue) -> None:
    await kept(chat, GOOD)
    await chat.command("phrase")
    await chat.press(chat.card.button("删 1").action)
    async with chat.store.unit_of_work() as work:
        assert await work.phrases(chat.agent) == ()
    card = next(card for card in chat.reply.cards if card.slot == "phrases")
    await chat.press(card.button("存为我的").action)
    async with chat.store.unit_of_work() as work:
        assert [each.text for each in await work.phrases(chat.agent)] == [GOOD]


async def test_a_colleagues_team_phrase_cannot_be_deleted(chat: Dialogue, store: Store, copilot: Copilot) -> None:
    await kept(chat, GOOD, "存给团队")
    other = Dialogue(store, copilot, agent="web:other")  # type: ignore[arg-type]
    await other.command("phrase")
    await other.press(other.card.button("删 1").action)
    assert "请他本人或主管来删" in told(other)
    async with store.unit_of_work() as work:
        assert len(await work.all_phrases()) == 1


async def test_an_emergency_shows_no_phrase_of_ones_own(chat: Dialogue) -> None:
    await kept(chat, "您好，电饭锅有问题请您放心，我马上为您登记报修。", "存给团队")
    card = await chat.customer("电饭锅突然着火了怎么办")
    assert "话术" not in card.text()


async def test_using_an_own_phrase_is_remembered_under_its_number(chat: Dialogue) -> None:
    await kept(chat, GOOD)
    await chat.customer("我的快递五天没动了，到底到哪了")
    await chat.tap("复制 1")
    async with chat.store.unit_of_work() as work:
        uses = {use.phrase: use for use in await work.phrase_uses(chat.desk._clock().replace(year=2000))}
        (phrase,) = await work.phrases(chat.agent)
    assert uses[f"own:{phrase.id}"].accepted == 1
