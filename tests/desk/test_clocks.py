"""Response clocks at a desk: they run while a customer waits, stop with the answer, and survive a restart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Claim, Notice
from copilot.store import Store

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def chat(store: Store) -> Dialogue:
    dialogue = Dialogue(store, agent="tg:4711")
    dialogue.at = NOW
    return dialogue


async def due(chat: Dialogue) -> list[tuple[Claim, Notice | None]]:
    """What is due now, claimed and not marked as told."""
    return [(claim, await chat.desk.notice(claim)) for claim in await chat.desk.claim_due("tg:")]


async def tell(chat: Dialogue) -> list[str]:
    """Tell everything that is due; what was told."""
    told = []
    for claim, notice in await due(chat):
        await chat.desk.told(claim)
        if notice is not None:
            told.append(notice.card.text())
    return told


async def test_a_waiting_customer_is_counted_from_the_first_unanswered_message(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=12)
    await chat.customer("在吗")
    waiting = (await chat.desk.view(chat.agent)).waiting
    assert waiting is not None
    assert waiting.since == NOW
    assert (waiting.limit_at - waiting.since).total_seconds() == 30


async def test_the_nudge_comes_before_the_limit_on_the_customers_own_card(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=19)
    assert await due(chat) == []
    chat.later(seconds=1)
    ((_claim, notice),) = await due(chat)
    assert notice is not None
    assert notice.card.slot == "turn"
    assert "客户已等 20 秒" in notice.card.text()
    assert "协议 2.1" in notice.card.text()
    assert notice.card.button("复制 1")
    assert notice.opening == ""


async def test_the_alert_comes_after_the_limit_and_then_nothing_more(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=20)
    assert len(await tell(chat)) == 1
    chat.later(seconds=9)
    assert await tell(chat) == []
    chat.later(seconds=1)
    assert "客户已等 30 秒，还没有回复" in (await tell(chat))[0]
    chat.later(hours=3)
    assert await tell(chat) == []


@pytest.mark.parametrize("answer", ["suggestion", "fine draft", "sent draft", "new customer"])
async def test_nothing_is_told_once_the_agent_has_answered(chat: Dialogue, answer: str) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=10)
    if answer == "suggestion":
        await chat.tap("复制 1")
    elif answer == "new customer":
        await chat.command("new")
    else:
        await chat.draft("马上为您查，请稍等。")
        if answer == "sent draft":
            await chat.tap("复制")
    chat.later(minutes=5)
    assert await due(chat) == []
    assert (await chat.desk.view(chat.agent)).waiting is None


async def test_a_flagged_draft_does_not_stop_the_clock_and_is_not_covered_by_a_nudge(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.draft("你真笨")
    chat.later(seconds=20)
    assert await tell(chat) == []
    chat.later(seconds=10)
    assert "还没有回复" in (await tell(chat))[0]


async def test_an_answer_given_elsewhere_is_told_with_one_tap(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=31)
    ((claim, notice),) = await due(chat)
    await chat.desk.told(claim)
    assert notice is not None
    await chat.press(notice.card.button("已经回复了").action)
    assert (await chat.desk.view(chat.agent)).waiting is None


async def test_another_agent_cannot_stop_the_clock(chat: Dialogue, store: Store) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=31)
    ((_claim, notice),) = await due(chat)
    assert notice is not None
    other = Dialogue(store, agent="tg:5")
    card = await other.press(notice.card.button("已经回复了").action)
    assert "过时" in card.text()
    assert (await chat.desk.view(chat.agent)).waiting is not None


async def test_the_clock_goes_on_after_a_restart_and_tells_what_became_due_meanwhile(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(minutes=4)
    chat.restart()
    assert "客户已等 4 分钟" in (await tell(chat))[0]
    assert await tell(chat) == []


async def test_killed_between_telling_and_marking_it_is_told_in_the_same_place_again(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=31)
    ((_, first),) = await due(chat)
    chat.restart()
    assert await due(chat) == []  # the claim of the dead process still holds
    chat.later(seconds=20)
    ((_, again),) = await due(chat)
    assert first is not None
    assert again is not None
    assert again.card.slot == first.card.slot


async def test_a_reply_taken_back_lets_the_customer_wait_again_since_the_message(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=10)
    await chat.tap("复制 1")
    await chat.tap("其实没发")
    waiting = (await chat.desk.view(chat.agent)).waiting
    assert waiting is not None
    assert waiting.since == NOW


@pytest.mark.parametrize("instead", ["不发", "这是客户说的", "a flagged one"])
async def test_a_fine_draft_that_is_not_sent_lets_the_customer_wait_on_since_the_message(chat: Dialogue, instead: str) -> None:
    await chat.customer("快递到哪了")
    chat.later(seconds=10)
    await chat.draft("您好，我马上为您核实。")
    assert (await chat.desk.view(chat.agent)).waiting is None
    chat.later(seconds=5)
    await (chat.draft("我不知道") if instead == "a flagged one" else chat.tap(instead))
    waiting = (await chat.desk.view(chat.agent)).waiting
    assert waiting is not None
    assert waiting.since == NOW
    chat.later(seconds=16)
    assert "还没有回复" in (await tell(chat))[0]


async def test_a_dispute_withdrawn_lets_the_customer_wait_on(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.draft("这个我不知道")
    await chat.tap("误报")
    assert (await chat.desk.view(chat.agent)).waiting is None
    await chat.tap("撤回误报")
    assert (await chat.desk.view(chat.agent)).waiting is not None


async def test_what_was_the_agents_own_text_starts_no_clock(chat: Dialogue) -> None:
    await chat.customer("您好，马上为您核实。")
    await chat.tap("这是我说的")
    assert (await chat.desk.view(chat.agent)).waiting is None


@pytest.mark.parametrize(("channel", "seconds"), [("邮件", 86_400), ("phone", 15), ("留言与社交媒体", 7_200)])
async def test_each_channel_has_its_own_limit(chat: Dialogue, channel: str, seconds: int) -> None:
    await chat.command("channel", channel)
    await chat.customer("发票抬头错了")
    waiting = (await chat.desk.view(chat.agent)).waiting
    assert waiting is not None
    assert (waiting.limit_at - waiting.since).total_seconds() == seconds


async def test_the_channel_is_chosen_with_a_tap_and_stays_for_the_next_customer(chat: Dialogue) -> None:
    await chat.customer("发票抬头错了")
    await chat.command("channel")
    assert "24 小时内" in (await chat.tap("邮件")).text()
    waiting = (await chat.desk.view(chat.agent)).waiting
    assert waiting is not None
    assert (waiting.since, waiting.channel) == (NOW, "邮件")
    await chat.command("new")
    await chat.customer("您好")
    waiting = (await chat.desk.view(chat.agent)).waiting
    assert waiting is not None
    assert waiting.channel == "邮件"


async def test_without_a_channel_nothing_is_counted(chat: Dialogue) -> None:
    await chat.command("channel")
    await chat.tap("不计时")
    await chat.customer("快递到哪了")
    chat.later(minutes=5)
    assert await due(chat) == []


def test_the_limits_are_those_of_the_agreement() -> None:
    from copilot.clauses import read_clauses
    from copilot.procedures.clocks import read_clocks
    from copilot.workspace import builtin_workspace

    workspace = builtin_workspace()
    clocks = read_clocks(workspace)
    words = {(each.document, each.number): each.text for each in read_clauses(workspace)}
    for channel, said in {"chat": "30 秒", "phone": "3 声", "mail": "24 小时", "post": "2 小时"}.items():
        record = clocks.channel(channel)
        assert record is not None
        assert said in words[record.clause.document, record.clause.clause]
    assert [clocks.channel(name).limit_s for name in ("chat", "mail", "post")] == [30, 86_400, 7_200]  # type: ignore[union-attr]
