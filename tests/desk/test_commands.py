from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import CommandGiven
from copilot.errors import CopilotError
from copilot.store import Store

ANGRY = "我很生气，快递三天没动了！"


@pytest.mark.parametrize("name", ["start", "help"])
async def test_help_names_the_commands_and_leaves_the_conversation_alone(chat: Dialogue, name: str) -> None:
    await chat.customer("在吗")
    card = await chat.command(name)
    for command in ("/new", "/ask", "/review", "/guide", "/record", "/practice"):
        assert command in card.text()
    assert await chat.turns() == [("customer", "在吗")]


async def test_an_unknown_command_gets_one_polite_line(chat: Dialogue) -> None:
    card = await chat.command("dance")
    assert card.slot == "notice"
    assert "/help" in card.title


async def test_new_closes_the_conversation_and_keeps_a_fine_draft_as_sent(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.draft("稍等，马上查")
    await chat.command("new")
    assert await chat.turns() == []
    await chat.say("在吗")
    assert await chat.turns() == [("customer", "在吗")]
    async with chat.store.unit_of_work() as work:
        newest, older = await work.conversations(chat.agent)
        assert [turn.text for turn in await work.turns(older)] == ["快递到哪了", "稍等，马上查"]
        assert newest != older


async def test_buttons_of_the_old_conversation_do_nothing_in_the_new_one(chat: Dialogue) -> None:
    old = await chat.customer("快递到哪了")
    await chat.command("new")
    card = await chat.press(old.button("复制 1").action)
    assert "过时" in card.title
    assert await chat.turns() == []


async def test_a_question_is_answered_with_its_clause(chat: Dialogue) -> None:
    card = await chat.command("ask", "退货有期限吗")
    assert "七天内可以退货。" in card.text()
    assert "《退货与退款政策》1.1" in card.text()


async def test_a_question_that_nothing_answers_is_said_so_and_kept(chat: Dialogue) -> None:
    card = await chat.command("ask", "食堂几点开门")
    assert "没有写到" in card.text()
    async with chat.store.unit_of_work() as work:
        assert [kept.question for kept in await work.unanswered_questions()] == ["食堂几点开门"]


async def test_ask_without_words_takes_the_next_text_as_the_question(chat: Dialogue) -> None:
    await chat.command("ask")
    card = await chat.say("退货有期限吗")
    assert card.slot == "answer"
    assert "七天内可以退货。" in card.text()
    assert await chat.turns() == []
    await chat.say("在吗")
    assert await chat.turns() == [("customer", "在吗")]


async def test_a_forwarded_message_is_not_taken_for_the_question(chat: Dialogue) -> None:
    await chat.command("ask")
    await chat.say("退货有期限吗", forwarded=True)
    assert await chat.turns() == [("customer", "退货有期限吗")]


async def test_a_question_can_be_called_off(chat: Dialogue) -> None:
    await chat.command("ask")
    await chat.tap("取消")
    await chat.say("退货有期限吗")
    assert await chat.turns() == [("customer", "退货有期限吗")]


async def test_another_command_ends_the_wait_for_a_question(chat: Dialogue) -> None:
    await chat.command("ask")
    await chat.command("guide")
    await chat.say("退货有期限吗")
    assert await chat.turns() == [("customer", "退货有期限吗")]


async def test_review_checks_a_draft_at_any_time(chat: Dialogue) -> None:
    card = await chat.command("review", "这个我不知道")
    assert card.title == "⚠️ 建议修改"
    await chat.command("review")
    card = await chat.say("我的快递什么时候到")  # sounds like a customer, but was announced as a draft
    assert card.title == "✅ 可以发送"


async def test_the_guide_leads_a_calm_case_through_the_six_steps_by_hand(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    card = await chat.command("guide")
    assert card.title == "投诉处理 · 第1/6步"
    assert len([line for line in card.lines if line.role == "step"]) == 6
    card = await chat.tap("完成 1")
    assert card.title == "投诉处理 · 第2/6步"
    card = await chat.tap("取消 1")
    assert card.title == "投诉处理 · 第1/6步"
    await chat.tap("完成 1")
    card = await chat.tap("返回对话")
    assert [each.slot for each in chat.reply.cards] == ["guide", "turn"]
    assert card.button("复制 1")
    card = await chat.customer("还没到吗")
    assert "投诉 第2/6步" in card.title


async def test_all_steps_ticked_means_done(chat: Dialogue) -> None:
    await chat.command("guide")
    for number in range(1, 7):
        card = await chat.tap(f"完成 {number}")
    assert card.title == "投诉处理 · 已完成"
    assert "/record" in card.text()


async def test_a_record_shows_what_is_missing_and_is_kept_on_confirmation(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    card = await chat.command("record")
    assert "服务内容：快递到哪了" in card.text()
    assert "还缺：客户姓名" in card.text()
    card = await chat.tap("确认保存")
    assert "已保存" in card.title
    async with chat.store.unit_of_work() as work:
        (kept,) = await work.records(chat.agent)
    assert kept.content["content"] == "快递到哪了"


async def test_tapping_confirm_twice_keeps_one_record(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    action = (await chat.command("record")).button("确认保存").action
    await chat.press(action)
    card = await chat.press(action)
    assert card.slot == "notice"
    async with chat.store.unit_of_work() as work:
        assert len(await work.records(chat.agent)) == 1


async def test_without_a_conversation_there_is_nothing_to_record(chat: Dialogue) -> None:
    card = await chat.command("record")
    assert card.slot == "notice"


async def test_practice_runs_to_its_scorecard_and_the_conversation_goes_on(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("practice")
    card = await chat.tap("快递迟到")
    assert "我的快递呢？" in card.text()
    card = await chat.say("您好，马上查")
    assert "那要多久？" in card.text()
    card = await chat.say("明天到")
    assert card.title == "练习结束 · 评分"
    assert "共回复 2 句" in card.text()
    assert await chat.turns() == [("customer", "快递到哪了")]
    view = await chat.desk.view(chat.agent)
    assert not view.practising
    assert [turn.text for turn in view.practice_turns] == [
        "我的快递呢？", "您好，马上查", "那要多久？", "明天到", "好的，谢谢。",
    ]  # fmt: skip
    card = await chat.say("稍等")
    assert card.title == "✅ 可以发送"
    async with chat.store.unit_of_work() as work:
        (run,) = await work.practice_runs(chat.agent)
    assert run.ended_at is not None
    assert run.scorecard == {"lines": ["共回复 2 句", "您好，马上查", "明天到"]}


async def test_practice_can_be_ended_at_any_time(chat: Dialogue) -> None:
    await chat.command("practice")
    await chat.tap("闻到煤气味")
    card = await chat.tap("结束练习")
    assert "共回复 0 句" in card.text()


async def test_a_new_conversation_ends_the_practice(chat: Dialogue) -> None:
    await chat.command("practice")
    await chat.press(chat.card.buttons[0][0].action)
    await chat.command("new")
    await chat.say("快递到哪了")
    assert await chat.turns() == [("customer", "快递到哪了")]


async def test_practice_asked_for_again_shows_the_run_in_hand(chat: Dialogue) -> None:
    await chat.command("practice")
    await chat.tap("快递迟到")
    await chat.say("您好")
    card = await chat.command("practice")
    assert "那要多久？" in card.text()
    assert card.button("结束练习")


async def test_a_command_counts_once(store: Store) -> None:
    chat = Dialogue(store)
    await chat.desk.handle(chat.agent, CommandGiven("ask", "食堂几点开门", key="u1"))
    reply = await chat.desk.handle(chat.agent, CommandGiven("ask", "食堂几点开门", key="u1"))
    assert reply.duplicate
    async with store.unit_of_work() as work:
        assert len(await work.unanswered_questions()) == 1


async def test_a_run_whose_scenario_is_gone_ends_politely_and_work_goes_on(
    chat: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.command("practice")
    await chat.tap("快递迟到")

    def gone(values: object) -> None:
        raise CopilotError("这次练习的场景已经没有了。")

    monkeypatch.setattr(chat.copilot.practice, "restore", gone)
    card = await chat.say("您好")
    assert card.title == "这次练习的场景已经没有了。"
    await chat.say("在吗")
    assert await chat.turns() == [("customer", "在吗")]
