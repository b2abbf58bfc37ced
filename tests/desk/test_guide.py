"""The procedure card with the real tracker: what it shows, what one tap does, and how two complaints are held apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from fakes.acting import RuleActs
from fakes.dialogue import Dialogue
from fakes.plain_copilot import PlainCopilot

from copilot.conversation import Turn
from copilot.desk import Card
from copilot.procedures import Progress, Tracker
from copilot.store import Store
from copilot.workspace import builtin_workspace

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class FollowingCopilot(PlainCopilot):
    """Follows conversations with the real tracker."""

    tracker: Tracker

    def guide(self, turns: Sequence[Turn], procedure: str = "complaint") -> Progress:  # type: ignore[override]
        return self.tracker.track(turns, procedure)


@pytest.fixture(scope="module")
def tracker() -> Tracker:
    return Tracker(builtin_workspace(), RuleActs())


@pytest.fixture
def chat(store: Store, tracker: Tracker) -> Dialogue:
    copilot = FollowingCopilot()
    copilot.tracker = tracker
    dialogue = Dialogue(store, copilot, agent="tg:4711")
    dialogue.at = NOW
    return dialogue


async def send(chat: Dialogue, text: str) -> Card:
    await chat.draft(text)
    return await chat.tap("复制")


async def test_the_card_shows_marks_the_step_in_hand_what_is_missing_and_what_to_say(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机买来三天就漏水")
    await send(chat, "刚买三天就漏水，换谁都生气，实在抱歉。")
    card = await chat.command("guide")
    assert card.title == "投诉处理 · 第2/6步"
    assert [line.text[:3] for line in card.lines if line.role == "step"] == ["✓ 1", "▶ 2", "○ 3", "○ 4", "○ 5", "○ 6"]
    assert "还缺：订单号或单号、客户想要的结果、联系电话" in card.text()
    assert card.button("复制这句").copy_text == "麻烦您告诉我订单号，我马上为您核实。"


async def test_the_steps_on_the_screen_follow_the_conversation_below_its_card(chat: Dialogue) -> None:
    async def on_screen() -> list[tuple[str, str]]:
        return [(card.slot, card.title) for card in (await chat.desk.view(chat.agent)).cards]

    await chat.customer("我很生气！洗衣机买来三天就漏水")
    await chat.command("guide")
    assert (await on_screen())[-1] == ("guide", "投诉处理 · 第1/6步")
    await send(chat, "刚买三天就漏水，换谁都生气，实在抱歉。")
    assert await on_screen() == [("guide", "投诉处理 · 第2/6步"), ("turn", "✅ 已记为您的回复")]
    await chat.tap("其实没发")
    assert (await on_screen())[0] == ("guide", "投诉处理 · 第1/6步")


async def test_what_the_customer_gave_is_missing_no_more(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机买来三天就漏水，给我换一台")
    await send(chat, "刚买三天就漏水，换谁都生气，实在抱歉。订单号发我一下好吗？")
    await chat.customer("HM20261108，电话13800138000")
    assert "还缺：" not in (await chat.command("guide")).text()


async def test_the_sentence_to_say_is_recorded_with_one_tap(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    await send(chat, "洗衣机漏水换谁都生气，实在抱歉。")
    await chat.command("guide")
    await chat.tap("复制这句")
    assert (await chat.turns())[-1] == ("agent", "麻烦您告诉我订单号，我马上为您核实。")


async def test_the_case_runs_against_its_limits(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    chat.later(minutes=3)
    card = await chat.command("guide")
    assert "投诉单号 20261118-0001 · 已 3 分钟" in card.text()
    assert "建单并告诉客户单号：还剩 7 分钟" in card.text()
    chat.later(minutes=10)
    card = await chat.command("guide")
    assert next(line for line in card.lines if "建单" in line.text).role == "warning"
    assert "已超 3 分钟" in card.text()
    await chat.tap("完成 1")
    card = await chat.tap("完成 2")
    assert "查明原因、提出方案：还剩 23 小时 47 分钟" in card.text()


async def test_a_step_is_unticked_gone_back_from_and_paused_with_one_tap_each(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    await chat.command("guide")
    for number in (1, 2, 3):
        card = await chat.tap(f"完成 {number}")
    assert "第4/6步" in card.title
    assert "第3/6步" in (await chat.tap("退回上一步")).title
    assert "第1/6步" in (await chat.tap("取消 1")).title
    assert "已暂停" in (await chat.tap("暂停")).title
    assert "/6步" not in (await chat.customer("人呢")).title
    await chat.command("guide")
    assert "/6步" in (await chat.customer("人呢？？")).title


async def test_going_back_from_the_first_step_says_so(chat: Dialogue) -> None:
    await chat.command("guide")
    assert "第一步" in (await chat.tap("退回上一步")).text()


async def test_a_rejection_after_a_tick_counts_more_than_the_tick(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    await send(chat, "洗衣机漏水换谁都生气，实在抱歉。订单号发我一下好吗？")
    await chat.customer("HM20261108")
    await send(chat, "我记下了。是密封圈坏了，可以免费上门维修，您看可以吗？")
    await chat.command("guide")
    card = await chat.tap("完成 4")
    assert "第5/6步" in card.title
    assert "第3/6步" in (await chat.customer("不行，我不同意维修，换个方案")).title


async def test_a_skipped_step_is_named_at_the_reply_that_skips_it_until_it_is_made_good(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    card = await send(chat, "您的订单号是多少？")
    assert "漏了" not in card.text()
    await chat.customer("HM20261108")
    card = await send(chat, "是哪一天买的，有没有发票？")
    assert "！漏了第1步“倾听、理解与致歉”" in card.text()
    assert "漏了第1步" in (await chat.customer("三号，有发票")).text()
    assert "漏了" not in (await send(chat, "真抱歉，换谁都着急，我记下了。")).text()


async def test_the_complaint_offers_its_steps_with_one_tap(chat: Dialogue) -> None:
    card = await chat.customer("快递到哪了")
    with pytest.raises(KeyError):
        card.button("各步指引")
    await chat.customer("我很生气！一个月了还没到")
    card = await chat.tap("各步指引")
    assert card.slot == "guide"
    with pytest.raises(KeyError):
        (await chat.customer("我还是生气")).button("各步指引")


async def test_a_second_complaint_is_led_by_itself_and_the_first_is_not_forgotten(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    await chat.command("guide")
    for number in range(1, 6):
        await chat.tap(f"完成 {number}")
    for text in ("洗衣机漏水换谁都生气，实在抱歉。订单号发我好吗？", "我记下了。可以换一台新的，您看可以吗？"):
        await send(chat, text)
        await chat.customer("可以")
    await send(chat, "换货已经提交好了，单号8812，后天送到，我会跟进。")
    await chat.customer("好。还有件事，你们安装师傅态度太差，我要投诉他")
    card = await chat.command("guide")
    assert card.title.startswith("投诉处理 · 第2件 · 第1/6步")
    assert "投诉单号 20261118-0001-2" in card.text()
    assert "前面第 1 件还没确认满意" in card.text()


@pytest.mark.parametrize("name", ["emergency", "紧急情况处理", "紧急"])
async def test_another_procedure_is_started_by_name(chat: Dialogue, name: str) -> None:
    await chat.customer("孩子手被夹了")
    card = await chat.command("guide", name)
    assert card.title.startswith("紧急情况处理 · 第1/5步")
    assert (await chat.customer("在流血")).title.endswith("应急 第1/5步 先保安全")


async def test_an_unknown_procedure_is_answered_with_the_known_ones(chat: Dialogue) -> None:
    text = (await chat.command("guide", "退货")).text()
    assert "没有“退货”这个流程" in text
    assert "投诉处理六步（complaint）" in text


async def test_ticks_and_pause_survive_a_restart(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    await chat.command("guide")
    await chat.tap("完成 1")
    await chat.tap("暂停")
    chat.restart()
    card = next(card for card in (await chat.desk.view(chat.agent)).cards if card.slot == "guide")
    assert card.title == "投诉处理 · 第2/6步 · 已暂停"
    await chat.press(card.button("继续").action)
    assert chat.card.title == "投诉处理 · 第2/6步"


async def test_a_solution_is_looked_for_with_the_clauses_that_allow_it_and_whose_word_it_takes(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机才用三天就漏水")
    await send(chat, "刚买三天就漏水，换谁都生气，实在抱歉。订单号发我一下好吗？")
    await chat.customer("HM20261108")
    await send(chat, "我记下了：HM20261108，三天漏水。")
    card = await chat.customer("那怎么办，我很生气")
    assert "可给 · 退款：签收次日起 15 天内可退货" in card.text()
    assert "补偿您可做主 50 元以内；再高报组长（2 小时内答复）" in card.text()
    guide = await chat.command("guide")
    assert guide.text().count("可给 · ") == 4


async def test_an_offer_beyond_authority_is_flagged_on_the_draft_with_who_decides(chat: Dialogue) -> None:
    await chat.customer("我很生气！洗衣机漏水")
    card = await chat.draft("实在抱歉，我给您补偿二百元。")
    assert card.lines[0].role == "danger"
    assert card.title == "⛔ 先别发送：超出权限"
    assert "补偿 200 元超出您的权限（50 元）：先报组长，2 小时内答复" in card.lines[0].text
    assert "超出" not in (await chat.draft("实在抱歉，我给您补偿三十元。")).text()
