"""The service record at the desk: drafted, asked for field by field, corrected, kept, opened again."""

from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Desk, Pressed, TextWritten
from copilot.records.sealing import Safe, new_key
from copilot.store import KeptRecord, Store


async def kept(chat: Dialogue) -> tuple[KeptRecord, ...]:
    async with chat.store.unit_of_work() as work:
        return await work.records(chat.agent)


async def private(chat: Dialogue) -> dict[str, object]:
    (record,) = await kept(chat)
    return Safe().open(record.private)


async def test_missing_fields_are_asked_for_one_at_a_time_in_the_order_of_the_article(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    card = await chat.command("record")
    assert card.asks == "客户姓名"
    assert "可以这样问客户：请问怎么称呼您？" in card.text()
    card = await chat.say("陈丽")
    assert "客户姓名：陈丽" in card.text()
    assert card.asks == "联系方式"
    card = await chat.say("13812345678")
    assert card.asks == "解决情况"
    card = await chat.say("已催派，今晚送到")
    assert card.asks == "客户满意度"
    card = await chat.tap("不满意")
    assert card.asks == ""
    assert "还缺" not in card.text()
    await chat.tap("确认保存")
    assert (await private(chat))["contact"] == "13812345678"
    assert (await private(chat))["satisfaction"] == "不满意"


async def test_name_and_number_may_come_in_one_line(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    card = await chat.say("陈丽 13812345678")
    assert "客户姓名：陈丽\n联系方式：13812345678" in card.text()


@pytest.mark.parametrize("word", ["没有", "跳过", "客户没说。"])
async def test_what_nobody_knows_is_not_asked_for_again(chat: Dialogue, word: str) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    card = await chat.say(word)
    assert "客户姓名：未提供" in card.text()
    assert card.asks == "联系方式"


async def test_a_tap_skips_a_field_too(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    assert (await chat.tap("没有，跳过")).asks == "联系方式"


async def test_any_field_is_corrected_with_one_tap_and_a_text(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    card = await chat.tap("改内容")
    assert "请直接回复“服务内容”" in card.text()
    card = await chat.say("客户问快递进度！！\n单号后四位8821")
    assert "服务内容：客户问快递进度。单号后四位8821" in card.text()
    await chat.tap("改时间")
    card = await chat.say("不知道几点")
    assert "没看懂这个时间" in card.text()
    assert card.asks == "服务时间"
    card = await chat.say("昨天 15:20")
    assert "15:20" in card.text()


async def test_the_customers_next_message_is_not_taken_for_a_field(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    card = await chat.say("你们到底什么时候能送到？")
    assert card.slot == "turn"
    assert (await chat.turns())[-1] == ("customer", "你们到底什么时候能送到？")


async def test_a_marked_or_forwarded_text_is_never_taken_for_a_field(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.say("陈丽", forwarded=True)
    assert (await chat.turns())[-1] == ("customer", "陈丽")
    assert "还缺：客户姓名" in (await chat.command("record")).text()


async def test_a_text_taken_for_a_field_by_mistake_goes_back_to_the_conversation_with_one_tap(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.say("好")
    await chat.tap("这句不是记录")
    assert (await chat.desk.view(chat.agent)).draft == "好"
    card = await chat.command("record")
    assert "客户姓名：（待补充）" in card.text()


async def test_a_tap_on_the_conversation_ends_the_asking(chat: Dialogue) -> None:
    offered = await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.press(offered.button("复制 1").action)
    await chat.say("好")
    assert (await chat.turns())[-1] == ("customer", "好")


async def test_a_half_filled_record_survives_a_restart(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.say("陈丽")
    chat.restart()
    card = await chat.say("13812345678")
    assert "客户姓名：陈丽\n联系方式：13812345678" in card.text()
    chat.restart()
    await chat.tap("确认保存")
    assert (await private(chat))["customer_name"] == "陈丽"


async def test_the_same_answer_delivered_twice_counts_once(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    answer = TextWritten("陈丽", key="tg:7")
    await chat.desk.handle(chat.agent, answer)
    again = await chat.desk.handle(chat.agent, answer)
    assert again.duplicate
    card = await chat.command("record")
    assert "联系方式：（待补充）" in card.text()


async def test_confirming_twice_by_a_second_delivery_keeps_one_record(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    tap = Pressed((await chat.command("record")).button("确认保存").action, key="tg:8")
    await chat.desk.handle(chat.agent, tap)
    assert (await chat.desk.handle(chat.agent, tap)).duplicate
    assert len(await kept(chat)) == 1


async def test_a_reopened_conversation_updates_its_record_and_keeps_the_earlier_text(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.say("陈丽")
    await chat.tap("确认保存")
    await chat.customer("还是没到")
    card = await chat.command("record")
    assert "客户姓名：陈丽" in card.text()
    assert "服务内容：还是没到" in card.text()
    card = await chat.tap("确认保存")
    assert "已更新（第 2 版）" in card.title
    (record,) = await kept(chat)
    assert record.version == 2
    async with chat.store.unit_of_work() as work:
        (earlier,) = await work.record_versions(record.id)
        log = await work.audit(10)
    assert earlier.content["content"] == "快递到哪了"
    assert [entry.action for entry in log] == ["changed", "created"]
    assert log[0].details["fields"] == ["content"]


async def test_saving_again_without_a_change_makes_no_new_version(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.say("陈丽")
    await chat.tap("确认保存")
    await chat.tap("修改")
    await chat.tap("确认保存")
    (record,) = await kept(chat)
    assert record.version == 1


async def test_a_record_begun_and_not_confirmed_is_kept_as_a_draft_when_another_customer_comes(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.say("陈丽")
    await chat.command("new")
    (record,) = await kept(chat)
    assert not record.confirmed
    assert record.number in "\n".join(card.text() for card in chat.reply.cards)
    card = await chat.command("record", record.number)
    assert "未确认的草稿" in card.text()
    await chat.tap("看 1")
    await chat.tap("修改")
    await chat.tap("确认保存")
    (record,) = await kept(chat)
    assert record.confirmed


async def test_a_case_has_one_number_before_and_after_it_is_kept(chat: Dialogue) -> None:
    await chat.customer("快递到哪了，生气")
    card = await chat.command("record")
    await chat.tap("确认保存")
    (record,) = await kept(chat)
    assert card.title.endswith(record.number)
    assert f"投诉编号：{record.number}" in chat.card.text()


async def test_the_card_says_once_that_contact_data_is_not_encrypted(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    assert "联系方式未加密保存" in (await chat.command("record")).text()
    assert "联系方式未加密保存" not in (await chat.say("陈丽")).text()
    await chat.command("new")
    await chat.customer("退货")
    assert "联系方式未加密保存" not in (await chat.command("record")).text()


async def test_with_a_key_nothing_of_the_contact_can_be_read_in_the_record(store: Store) -> None:
    chat = Dialogue(store)
    chat.desk = Desk(chat.copilot, store, customer_voice=lambda _text: 0.5, safe=Safe(new_key()))  # type: ignore[arg-type]
    await chat.customer("快递到哪了")
    assert "未加密" not in (await chat.command("record")).text()
    await chat.say("陈丽 13812345678")
    await chat.tap("改内容")
    await chat.say("回电13812345678找陈丽")
    await chat.tap("确认保存")
    (record,) = await kept(chat)
    assert "13812345678" not in repr(record)
    assert "陈丽" not in repr(record)
    assert "13812345678" not in repr([card.text() for card in (await chat.desk.view(chat.agent)).cards])


async def test_another_command_ends_the_asking(chat: Dialogue) -> None:
    await chat.customer("快递到哪了")
    await chat.command("record")
    await chat.command("guide")
    await chat.say("好")
    assert (await chat.desk.view(chat.agent)).draft == "好"
    assert "客户姓名：（待补充）" in (await chat.command("record")).text()
