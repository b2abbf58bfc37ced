"""A case goes from desk to desk: offered, taken or not, told, and continued where it stopped."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Card, Desk, Duty, Pressed, Reply
from copilot.desk.handing_over import ANSWER_WITHIN
from copilot.store import Store

CHEN, ZHAO, BOSS = "tg:1", "tg:2", "tg:3"


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


class Team:
    """Three agents on one store; each call to `hears` is what Telegram would tell an agent now."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Clock()
        self.chen, self.zhao, self.boss = (Dialogue(store, agent=agent) for agent in (CHEN, ZHAO, BOSS))
        self.restart()

    def restart(self) -> None:
        for chat in (self.chen, self.zhao, self.boss):
            chat.desk = Desk(
                chat.copilot, self.store, self.clock, lambda _text: 0.5, Duty((BOSS,), 5),  # type: ignore[arg-type]
            )  # fmt: skip

    async def starts(self) -> None:
        for chat in (self.boss, self.zhao, self.chen):
            await chat.command("start")
            self.clock.passes(timedelta(seconds=1))

    async def hears(self, chat: Dialogue) -> list[Card]:
        cards = []
        for claim in await chat.desk.claim_due(chat.agent):
            notice = await chat.desk.notice(claim)
            if notice is not None and "handover" in notice.card.slot:
                cards.append(notice.card)
                chat.reply = Reply((notice.card,))
            await chat.desk.told(claim)
        return cards


@pytest.fixture
async def team(store: Store) -> Team:
    team = Team(store)
    await team.starts()
    await team.chen.customer("快递三天没动，我很生气，电话13812345678")
    await team.chen.draft("非常抱歉")
    await team.chen.tap("复制")
    await team.chen.customer("那现在怎么办")
    return team


async def offered(team: Team) -> Card:
    await team.chen.command("handover", "客户只接受退款")
    await team.chen.tap("Telegram 用户 2")
    (card,) = await team.hears(team.zhao)
    return card


async def test_colleagues_are_listed_supervisors_first_and_never_oneself(team: Team) -> None:
    card = await team.chen.command("handover")
    labels = [button.label for row in card.buttons for button in row]
    assert labels == ["主管 Telegram 用户 3", "Telegram 用户 2", "不转了"]


async def test_the_handle_of_a_known_user_is_shown(team: Team) -> None:
    await team.store.allow_telegram_user(2, "xiaozhao")
    card = await team.chen.command("handover")
    assert card.button("@xiaozhao")


async def test_the_offer_tells_the_case_and_names_nobody(team: Team) -> None:
    card = await offered(team)
    assert "Telegram 用户 1 想请您接手" in card.title
    assert "客户诉求：快递三天没动" in card.text()
    assert "进行到：投诉 第2/6步" in card.text()
    assert "客户从" in card.text()
    assert "同事留言：客户只接受退款" in card.text()
    assert "13812345678" not in card.text()


async def test_taken_the_conversation_goes_on_at_the_other_desk_and_leaves_the_first(team: Team) -> None:
    await offered(team)
    card = await team.zhao.tap("接手")
    assert "您已接手" in card.title
    assert await team.zhao.turns() == [
        ("customer", "快递三天没动，我很生气，电话13812345678"), ("agent", "非常抱歉"), ("customer", "那现在怎么办"),
    ]  # fmt: skip
    assert await team.chen.turns() == []
    (told,) = await team.hears(team.chen)
    assert "Telegram 用户 2 已接手" in told.title


async def test_the_customers_clock_goes_on_for_the_new_agent(team: Team) -> None:
    async with team.store.unit_of_work() as work:
        (before,) = await work.reminders("wait")
    await offered(team)
    await team.zhao.tap("接手")
    async with team.store.unit_of_work() as work:
        (waiting,) = await work.reminders("wait")
    assert (before.agent, waiting.agent, waiting.recipient) == (CHEN, ZHAO, ZHAO)
    assert waiting.opened_at == before.opened_at


async def test_the_agents_own_ticks_go_along(team: Team) -> None:
    await team.chen.command("guide")
    await team.chen.tap("完成 3")
    await offered(team)
    await team.zhao.tap("接手")
    card = await team.zhao.command("guide")
    assert "✓ 3 提出方案" in card.text()


async def test_a_half_filled_record_goes_along(team: Team) -> None:
    await team.chen.command("record")
    await team.chen.say("陈丽")
    await offered(team)
    await team.zhao.tap("接手")
    assert "客户姓名：陈丽" in (await team.zhao.command("record")).text()


async def test_promises_come_back_to_whoever_has_the_case(team: Team) -> None:
    async with team.store.unit_of_work() as work:
        number = (await work.all_conversations())[0]
        due = team.clock.now + timedelta(hours=2)
        await work.add_reminder("promise", CHEN, "两小时内回电", team.clock.now, due, due_at=due, conversation=number)
        await work.commit()
    card = await offered(team)
    assert "答应过：“两小时内回电”" in card.text()
    await team.zhao.tap("接手")
    async with team.store.unit_of_work() as work:
        (promise,) = await work.reminders("promise")
    assert (promise.agent, promise.recipient) == (ZHAO, ZHAO)


async def test_nothing_moves_before_the_offer_is_taken(team: Team) -> None:
    await offered(team)
    await team.chen.customer("在吗")
    assert len(await team.chen.turns()) == 4
    assert await team.zhao.turns() == []
    await team.zhao.tap("接手")
    assert len(await team.zhao.turns()) == 4


async def test_an_offer_does_not_disturb_the_customer_in_hand_and_the_way_back_is_one_tap(team: Team) -> None:
    await team.zhao.customer("我要退货")
    await offered(team)
    assert await team.zhao.turns() == [("customer", "我要退货")]
    await team.zhao.tap("接手")
    assert len(await team.zhao.turns()) == 3
    await team.zhao.tap("回到刚才的对话")
    assert await team.zhao.turns() == [("customer", "我要退货")]
    await team.zhao.tap("回到另一位客户")
    assert len(await team.zhao.turns()) == 3


async def test_refused_the_giver_is_told_and_goes_on(team: Team) -> None:
    await offered(team)
    await team.zhao.tap("暂时接不了")
    (told,) = await team.hears(team.chen)
    assert "Telegram 用户 2 暂时接不了" in told.text()
    assert len(await team.chen.turns()) == 3
    assert "转给谁" in (await team.chen.command("handover")).title


async def test_without_an_answer_the_offer_ends_and_the_giver_is_told_once(team: Team) -> None:
    card = await offered(team)
    team.clock.passes(ANSWER_WITHIN)
    (told,) = await team.hears(team.chen)
    assert "没有接手，转交已取消" in told.title
    assert await team.hears(team.chen) == []
    (edited,) = await team.hears(team.zhao)
    assert edited.slot == card.slot
    assert edited.buttons == ()
    assert "已经取消" in (await team.zhao.press(card.button("接手").action)).text()
    assert len(await team.chen.turns()) == 3


async def test_taken_back_the_offer_says_so(team: Team) -> None:
    card = await offered(team)
    await team.chen.command("handover")
    await team.chen.tap("收回")
    (edited,) = await team.hears(team.zhao)
    assert "已收回" in edited.text()
    assert "取消" in (await team.zhao.press(card.button("接手").action)).text()


async def test_of_two_taps_at_once_one_takes_the_case(team: Team) -> None:
    action = (await offered(team)).button("接手").action
    second = Desk(team.zhao.copilot, team.store, team.clock, lambda _text: 0.5)  # type: ignore[arg-type]
    first, other = await asyncio.gather(
        team.zhao.desk.handle(ZHAO, Pressed(action)), second.handle(ZHAO, Pressed(action))
    )
    texts = "\n".join(card.text() for card in (*first.cards, *other.cards))
    assert texts.count("您已接手这位客户") == 1
    assert texts.count("您已经接手了。") == 1


async def test_taking_and_taking_back_at_once_leave_the_case_at_one_desk(team: Team) -> None:
    take = (await offered(team)).button("接手").action
    back = (await team.chen.command("handover")).button("收回").action
    await asyncio.gather(team.zhao.press(take), team.chen.press(back))
    held = [bool(await team.chen.turns()), bool(await team.zhao.turns())]
    assert sorted(held) == [False, True]


async def test_nobody_else_can_take_refuse_or_withdraw_an_offer(team: Team) -> None:
    card = await offered(team)
    take, refuse = (card.button(label).action for label in ("接手", "暂时接不了"))
    for chat, action in ((team.boss, take), (team.boss, refuse), (team.chen, take), (team.zhao, take.replace("take", "takeback"))):
        assert (await chat.press(action)).slot == "notice"
    assert len(await team.chen.turns()) == 3
    await team.zhao.press(take)
    assert len(await team.zhao.turns()) == 3


async def test_a_restart_at_any_point_loses_nothing(team: Team) -> None:
    await team.chen.command("handover")
    team.restart()
    await team.chen.tap("Telegram 用户 2")
    team.restart()
    claims = await team.zhao.desk.claim_due(ZHAO)  # told, and the process dies before that is marked
    assert [(await team.zhao.desk.notice(claim)) is not None for claim in claims] == [True]
    team.restart()
    team.clock.passes(timedelta(seconds=30))
    (card,) = await team.hears(team.zhao)
    team.restart()
    await team.zhao.press(card.button("接手").action)
    team.restart()
    assert len(await team.zhao.turns()) == 3
    assert len(await team.hears(team.chen)) == 1


async def test_a_second_handover_of_the_same_case_shows_the_first(team: Team) -> None:
    await offered(team)
    card = await team.chen.command("handover")
    assert "已请 Telegram 用户 2 接手" in card.title


async def test_on_a_page_the_offer_appears_by_itself_and_the_first_desk_is_cleared(store: Store) -> None:
    chen, page = Dialogue(store, agent="tg:1"), Dialogue(store, agent="web:local")
    await page.command("start")
    await chen.customer("快递到哪了")
    await chen.command("handover")
    await chen.tap("网页控制台")
    await page.desk.tell_here("web:local")
    (offer,) = [card for card in (await page.desk.view("web:local")).cards if card.slot.startswith("handover")]
    await page.press(offer.button("接手").action)
    assert await page.turns() == [("customer", "快递到哪了")]
    view = await chen.desk.view("tg:1")
    assert view.turns == ()
    assert [card.slot for card in view.cards if card.slot in ("turn", "handover")] == []


async def test_without_a_conversation_or_a_colleague_there_is_nothing_to_hand_over(store: Store) -> None:
    alone = Dialogue(store, agent="tg:1")
    assert "没有正在进行的对话" in (await alone.command("handover")).text()
    await alone.customer("快递到哪了")
    assert "还没有别的同事" in (await alone.command("handover")).text()


async def test_a_handover_is_written_down(team: Team) -> None:
    await offered(team)
    await team.zhao.tap("接手")
    async with team.store.unit_of_work() as work:
        entry = (await work.audit(1))[0]
    assert (entry.action, entry.who) == ("handed_over", ZHAO)
