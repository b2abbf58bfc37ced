from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue
from fakes.plain_copilot import PlainCopilot

from copilot.desk import TextWritten
from copilot.store import Store

ANGRY = "我很生气，快递三天没动了！"


async def _choices(chat: Dialogue) -> list[tuple[str, int | None]]:
    async with chat.store.unit_of_work() as work:
        number = (await work.conversations(chat.agent))[0]
        return [(choice, chosen) for choice, chosen, _shown in await work.offers(number)]


async def _outcomes(chat: Dialogue) -> list[str]:
    async with chat.store.unit_of_work() as work:
        number = (await work.conversations(chat.agent))[0]
        return [review.outcome for review in await work.reviews(number)]


async def test_an_angry_customer_gives_one_card_with_mood_step_and_three_cited_suggestions(chat: Dialogue) -> None:
    card = await chat.customer(ANGRY)
    assert len(chat.reply.cards) == 1
    assert card.slot == "turn"
    assert card.fresh
    assert card.title == "😠 生气 · 投诉 第1/6步 倾听与致歉"
    texts = [line.text for line in card.lines if line.role == "suggestion"]
    assert len(texts) == 3
    assert [line.text for line in card.lines if line.role == "cite"] == [
        "依据：协议 2.3", "依据：协议 2.3", "依据：协议 2.1", "依据：《退货与退款政策》1.1",
    ]  # fmt: skip
    assert card.button("复制 1").kind == "copy"
    assert card.button("复制 1").copy_text == "非常抱歉让您久等，这是第1次为您核实。"
    marks = next(line.text for line in card.lines if line.role == "step")
    assert marks == "▶1　○2　○3　○4　○5　○6"


async def test_a_calm_question_shows_no_steps_and_no_warning(chat: Dialogue) -> None:
    card = await chat.customer("请问快递到哪了")
    assert card.title == "🙂 平静 · 物流"
    assert {line.role for line in card.lines} == {"suggestion", "cite"}


@pytest.mark.parametrize(
    ("text", "role", "word"), [("家里闻到燃气味", "danger", "安全"), ("我是VIP，请快一点", "warning", "VIP")]
)
async def test_a_warning_stands_first_only_when_it_matters(chat: Dialogue, text: str, role: str, word: str) -> None:
    card = await chat.customer(text)
    assert card.lines[0].role == role
    assert word in card.lines[0].text
    assert "协议 2.5" in card.lines[0].text


async def test_using_a_suggestion_records_the_reply_and_the_choice(chat: Dialogue) -> None:
    await chat.customer(ANGRY)
    card = await chat.tap("复制 2")
    assert card.slot == "turn"
    assert not card.fresh
    assert "已记为您的回复" in card.title
    assert await chat.turns() == [("customer", ANGRY), ("agent", "请您告诉我订单号，我马上为您查询。")]
    assert await _choices(chat) == [("accepted", 2)]


async def test_a_reply_that_was_not_sent_can_be_taken_back(chat: Dialogue) -> None:
    first = await chat.customer(ANGRY)
    await chat.tap("复制 2")
    card = await chat.tap("其实没发")
    assert card.text() == first.text()
    assert await chat.turns() == [("customer", ANGRY)]
    assert await _choices(chat) == [("open", None)]
    await chat.tap("复制 1")
    assert await _choices(chat) == [("accepted", 1)]


async def test_the_text_after_a_customer_message_is_reviewed_as_a_draft(chat: Dialogue) -> None:
    await chat.say("请问快递到哪了")
    card = await chat.say("稍等，马上查")
    assert card.title == "✅ 可以发送"
    assert card.button("复制").copy_text == "稍等，马上查"
    await chat.tap("复制")
    assert (await chat.turns())[-1] == ("agent", "稍等，马上查")
    assert await _outcomes(chat) == ["sent"]


async def test_the_next_customer_message_shows_that_a_fine_draft_was_sent(chat: Dialogue) -> None:
    await chat.say("请问快递到哪了")
    await chat.say("稍等，马上查")
    card = await chat.say("好，等你消息")
    assert card.fresh
    assert await chat.turns() == [
        ("customer", "请问快递到哪了"), ("agent", "稍等，马上查"), ("customer", "好，等你消息"),
    ]  # fmt: skip
    assert await _outcomes(chat) == ["sent"]


async def test_a_dropped_draft_is_not_recorded(chat: Dialogue) -> None:
    await chat.say("请问快递到哪了")
    await chat.say("稍等，马上查")
    card = await chat.tap("不发")
    assert card.button("复制 1")
    await chat.customer("在吗")
    assert await chat.turns() == [("customer", "请问快递到哪了"), ("customer", "在吗")]
    assert await _outcomes(chat) == ["discarded"]


async def test_problems_come_one_at_a_time_with_reason_quote_clause_and_rewrite(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    card = await chat.draft("这个我不知道")
    assert card.title == "⚠️ 建议修改"
    assert [(line.role, line.text) for line in card.lines] == [
        ("warning", "不要说“不知道”。"), ("quote", "“不知道”"), ("cite", "依据：协议 1.3.4"),
        ("rewrite", "这个我我为您核实"),
    ]  # fmt: skip
    button = card.button("一键改写")
    assert (button.kind, button.copy_text) == ("copy", "这个我我为您核实")
    await chat.tap("一键改写")
    assert (await chat.turns())[-1] == ("agent", "这个我我为您核实")
    assert await _outcomes(chat) == ["rewritten"]


async def test_the_most_serious_finding_comes_first_and_the_button_shows_the_next(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    card = await chat.draft("不知道，你真笨")
    assert card.title == "⛔ 先别发送"
    assert "笨" in card.lines[0].text
    card = await chat.tap("还有 1 处")
    assert "不知道" in card.lines[0].text
    card = await chat.tap("还有 1 处")
    assert "笨" in card.lines[0].text


async def test_without_a_rewrite_the_suggestions_are_offered(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    card = await chat.draft("你真笨")
    with pytest.raises(KeyError):
        card.button("一键改写")
    await chat.tap("复制 1")
    assert (await chat.turns())[-1] == ("agent", "非常抱歉让您久等，这是第1次为您核实。")
    assert await _outcomes(chat) == ["superseded"]


async def test_sending_against_the_advice_is_recorded_as_such(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    await chat.draft("这个我不知道")
    await chat.tap("仍要发送")
    assert (await chat.turns())[-1] == ("agent", "这个我不知道")
    assert await _outcomes(chat) == ["overridden"]


async def test_a_tip_alone_does_not_stop_a_draft(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    card = await chat.draft("嗯，马上查")
    assert card.title == "✅ 可以发送"
    assert "可以更正式一些" in card.text()


async def test_a_second_draft_replaces_a_flagged_one(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    await chat.say("这个我不知道")
    card = await chat.say("稍等，马上查")
    assert card.title == "✅ 可以发送"
    assert await _outcomes(chat) == ["superseded", "open"]


async def test_a_flagged_draft_is_not_taken_for_sent_when_the_customer_writes(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    await chat.draft("这个我不知道")
    await chat.customer("人呢")
    assert await chat.turns() == [("customer", "请问快递到哪了"), ("customer", "人呢")]


async def test_a_suggestion_that_was_changed_counts_as_edited(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    await chat.draft("请您告诉我订单号，我马上帮您查。")
    await chat.tap("复制")
    assert await _choices(chat) == [("edited", 2)]


async def test_suggestions_that_nobody_used_count_as_ignored(chat: Dialogue) -> None:
    await chat.customer("在吗")
    await chat.customer("请问快递到哪了")
    assert await _choices(chat) == [("ignored", None), ("open", None)]


async def test_a_forwarded_message_is_the_customers_whatever_it_says(chat: Dialogue) -> None:
    await chat.customer("在吗")
    await chat.say("请您稍等，马上为您查询", forwarded=True)
    assert [role for role, _text in await chat.turns()] == ["customer", "customer"]


@pytest.mark.parametrize(
    ("text", "role"),
    [("客：你好", "customer"), ("客户: 你好", "customer"), ("我：你好", "agent"), ("客服:你好", "agent")],
)
async def test_a_prefix_says_whose_text_it_is(chat: Dialogue, text: str, role: str) -> None:
    await chat.customer("在吗")
    card = await chat.say(text)
    if role == "customer":
        assert (await chat.turns())[-1] == ("customer", "你好")
    else:
        assert card.button("复制").copy_text == "你好"


async def test_a_pasted_dialogue_is_kept_turn_by_turn(chat: Dialogue) -> None:
    card = await chat.say("客：在吗\n我：您好，在的\n客：快递还没到\n都三天了")
    assert await chat.turns() == [
        ("customer", "在吗"), ("agent", "您好，在的"), ("customer", "快递还没到\n都三天了"),
    ]  # fmt: skip
    assert card.button("复制 1")


async def test_one_tap_turns_a_customer_message_into_a_draft(chat: Dialogue) -> None:
    await chat.customer("请问快递到哪了")
    await chat.customer("稍等，马上查")
    card = await chat.tap("这是我说的")
    assert card.title == "✅ 可以发送"
    assert await chat.turns() == [("customer", "请问快递到哪了")]


async def test_the_correction_also_undoes_the_draft_that_was_taken_for_sent(chat: Dialogue) -> None:
    await chat.say("请问快递到哪了")
    await chat.say("稍等，马上查")
    await chat.say("稍等，查好告诉你")  # the rhythm takes this second version for the customer's words
    assert len(await chat.turns()) == 3
    await chat.tap("这是我说的")
    assert await chat.turns() == [("customer", "请问快递到哪了")]
    assert await _outcomes(chat) == ["superseded", "open"]
    await chat.tap("复制")
    assert (await chat.turns())[-1] == ("agent", "稍等，查好告诉你")


async def test_one_tap_turns_a_draft_into_a_customer_message(chat: Dialogue) -> None:
    await chat.say("在吗")
    await chat.say("快递三天没动")
    card = await chat.tap("这是客户说的")
    assert card.button("复制 1")
    assert await chat.turns() == [("customer", "在吗"), ("customer", "快递三天没动")]
    assert await _outcomes(chat) == ["discarded"]


async def test_empty_text_gets_a_polite_line_and_changes_nothing(chat: Dialogue) -> None:
    card = await chat.say("  \n ")
    assert card.slot == "notice"
    assert await chat.turns() == []


async def test_a_prefix_without_words_behind_it_is_answered_politely(chat: Dialogue) -> None:
    card = await chat.say("客：")
    assert "还没有内容" in card.title
    assert await chat.turns() == []


async def test_fifty_thousand_characters_are_declined_with_a_way_out_and_nothing_is_lost(chat: Dialogue) -> None:
    await chat.customer("在吗")
    card = await chat.say("长" * 50_000)
    assert "8000" in card.title
    assert await chat.turns() == [("customer", "在吗")]
    resumed = await chat.desk.view(chat.agent)
    assert resumed.cards[0].button("复制 1")


async def test_characters_that_no_database_takes_do_not_break_anything(chat: Dialogue) -> None:
    await chat.customer("快递\x00到哪了\ud83d")
    assert await chat.turns() == [("customer", "快递到哪了")]


async def test_when_nothing_can_be_suggested_the_message_is_kept(store: Store) -> None:
    chat = Dialogue(store, PlainCopilot(broken=True))
    card = await chat.customer("快递到哪了")
    assert "没能分析" in card.text()
    assert await chat.turns() == [("customer", "快递到哪了")]


async def test_a_draft_that_could_not_be_checked_is_never_called_fine(store: Store) -> None:
    chat = Dialogue(store, PlainCopilot(broken=True))
    await chat.customer("快递到哪了")
    card = await chat.draft("稍等")
    assert card.title == "未检查"
    assert "可以发送" not in card.text()
    await chat.tap("复制")
    assert (await chat.turns())[-1] == ("agent", "稍等")


async def test_the_whole_way_to_a_satisfied_customer(chat: Dialogue) -> None:
    await chat.say(ANGRY)
    titles = []
    for answer in ("订单 A1", "怎么办", "可以", "好的", "收到了"):
        await chat.tap("复制 1")
        titles.append((await chat.say(answer)).title)
    assert [title.partition("第")[2][:3] for title in titles] == ["2/6", "3/6", "4/6", "5/6", "6/6"]
    assert len(await chat.turns()) == 11


async def test_several_agents_at_once_keep_their_own_conversations(store: Store) -> None:
    import asyncio

    desk = Dialogue(store).desk

    async def work(agent: str) -> None:
        for number in range(4):
            await desk.handle(agent, TextWritten(f"{agent} 第{number}句", role="customer"))

    agents = [f"tg:{number}" for number in range(8)]
    await asyncio.gather(*(work(agent) for agent in agents))
    for agent in agents:
        turns = (await desk.conversation(agent)).turns
        assert [turn.text for turn in turns] == [f"{agent} 第{number}句" for number in range(4)]


async def test_events_of_one_agent_that_arrive_together_are_handled_one_after_the_other(chat: Dialogue) -> None:
    import asyncio

    events = [TextWritten(f"第{number}句", role="customer", key=f"k{number}") for number in range(10)]
    replies = await asyncio.gather(*(chat.desk.handle(chat.agent, event) for event in events))
    assert [text for _role, text in await chat.turns()] == [event.text for event in events]
    assert len({reply.cards[0].buttons[0][0].action for reply in replies}) == 10
