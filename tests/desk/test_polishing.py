"""/polish, /translate, /summary and the button under a flagged draft, with the real engine and a model over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fakes.dialogue import Dialogue
from fakes.model_copilot import model_at, with_model
from fakes.openai_api import OpenAIServer

from copilot.desk.review_cards import draft_card
from copilot.desk.state import DraftInHand, FindingInHand
from copilot.desk.words import BY_MODEL
from copilot.engine import Copilot
from copilot.store import Store

Modelled = tuple[Dialogue, list[Any]]
POLISHED = "非常抱歉给您添麻烦了，这单已经超过 7 天，退货不能为您办理了。我马上为您核实有没有其他办法，您看可以吗？"


@pytest.fixture
def chat(store: Store, copilot: Copilot) -> Dialogue:
    """An agent at a desk with the real engine, offline."""
    return Dialogue(store, copilot)  # type: ignore[arg-type]


@pytest.fixture
def modelled(store: Store, copilot: Copilot, server: tuple[OpenAIServer, str]) -> Modelled:
    """An agent at a desk with a model, and what that model will write."""
    fake, url = server
    return Dialogue(store, with_model(copilot, model_at(url))), fake.script  # type: ignore[arg-type]


async def test_a_rough_draft_is_polished_on_a_card_and_kept_when_it_was_sent(chat: Dialogue) -> None:
    await chat.customer("鞋子小了，我要退货")
    card = await chat.command("polish", "退不了 过7天了")
    text = card.button("复制").copy_text
    assert "7 天" in text
    assert "退货" in text
    await chat.tap("复制")
    assert (await chat.turns())[-1] == ("agent", text)


async def test_what_cannot_be_polished_offline_is_said(chat: Dialogue) -> None:
    card = await chat.command("polish", "随便聊几句没有用的话")
    assert "不好直接润色" in card.text()
    assert not card.buttons


async def test_without_a_draft_the_command_says_how_to_use_it(chat: Dialogue) -> None:
    assert "/polish" in (await chat.command("polish")).title
    assert "/translate" in (await chat.command("translate")).title


async def test_the_model_writes_it_better_on_the_same_card(modelled: Modelled) -> None:
    chat, writes = modelled
    await chat.command("polish", "退不了 过7天了")
    writes.append({"text": POLISHED})
    (card,) = (await chat.desk.improve(chat.agent)).cards
    assert card.button("复制").copy_text == POLISHED
    assert "由模型所写" in card.text()


@pytest.mark.parametrize(
    "entry",
    [{"text": "可以退货的，马上为您办理。"}, {"text": POLISHED.replace("7", "15")}, {"text": "滚，超过 7 天不能退。"}, 500, "聊聊天",
     {"text": ""}],
)  # fmt: skip
async def test_a_model_that_changes_the_facts_is_rude_or_broken_leaves_the_offline_words(modelled: Modelled, entry: object) -> None:
    chat, writes = modelled
    first = await chat.command("polish", "退不了 过7天了")
    writes.append(entry)
    assert (await chat.desk.improve(chat.agent)).cards == ()
    assert (await chat.desk.view(chat.agent)).cards[-1].button("复制") == first.button("复制")


async def test_a_summary_is_three_lines_offline_and_better_with_a_model(modelled: Modelled) -> None:
    chat, writes = modelled
    await chat.customer("热水器漏水了，能派人来修吗？")
    card = await chat.command("summary")
    assert [line.text.partition("：")[0] for line in card.lines] == ["客户诉求", "已经做的", "还没完的"]
    writes.append({"wants": "热水器漏水，要求派人来修", "done": "还没有回复客户", "open": "客户问能不能派人来修，还没有回复"})
    (better,) = (await chat.desk.improve(chat.agent)).cards
    assert better.lines[0].text == "客户诉求：热水器漏水，要求派人来修"
    assert "模型" in better.lines[-1].text


@pytest.mark.parametrize(
    "done", ["已为客户退款 300 元", "已为客户补发新机", "Refund was made", "客户姓刘，住城北花园，喜欢喝茶"]
)
async def test_a_summary_with_a_fact_of_its_own_is_not_shown(modelled: Modelled, done: str) -> None:
    chat, writes = modelled
    await chat.customer("热水器漏水了，能派人来修吗？")
    await chat.command("summary")
    writes.append({"wants": "热水器漏水，要求派人来修", "done": done, "open": "还没有回复客户"})
    assert (await chat.desk.improve(chat.agent)).cards == ()


async def test_offline_a_translation_is_honestly_not_possible(chat: Dialogue) -> None:
    assert "不能翻译" in (await chat.command("translate", "您好，我马上为您核实。")).title


async def test_a_translation_stands_beside_its_chinese(modelled: Modelled) -> None:
    chat, writes = modelled
    await chat.command("translate", "您好，退款 3 天内到账。")
    writes.append({"text": "Hello, the refund will arrive within 3 days."})
    (card,) = (await chat.desk.improve(chat.agent)).cards
    assert card.button("复制").copy_text == "Hello, the refund will arrive within 3 days."
    assert "退款 3 天内到账" in card.text()


@pytest.mark.parametrize(
    "entry",
    [{"text": "Hello, the refund will arrive within 5 days."}, {"text": "退款 3 天内到账。"}, {"text": "Free refund in 3 days!"},
     {"text": ""}, 500],
)  # fmt: skip
async def test_a_translation_that_failed_is_said_on_its_card_and_tried_again_with_one_tap(modelled: Modelled, entry: object) -> None:
    chat, writes = modelled
    waiting = await chat.command("translate", "您好，退款 3 天内到账。")
    assert "正在写" in waiting.text()
    writes.append(entry)
    (failed,) = (await chat.desk.improve(chat.agent)).cards
    assert "没有写成" in failed.text()
    assert "正在写" not in failed.text()
    assert [button.kind for row in failed.buttons for button in row] == ["action", "action"]
    assert "正在写" in (await chat.press(failed.button("再试一次").action)).text()
    writes.append({"text": "Hello, the refund will arrive within 3 days."})
    (card,) = (await chat.desk.improve(chat.agent)).cards
    assert card.button("复制").copy_text == "Hello, the refund will arrive within 3 days."


async def test_a_draft_that_neither_rules_nor_the_model_can_polish_is_said_on_its_card(modelled: Modelled) -> None:
    chat, writes = modelled
    assert "正在写" in (await chat.command("polish", "随便聊几句没有用的话")).text()
    writes.append(500)
    (failed,) = (await chat.desk.improve(chat.agent)).cards
    assert "没有写成" in failed.text()
    assert failed.button("再试一次")


async def test_a_text_that_is_too_long_is_not_translated_in_part(modelled: Modelled) -> None:
    chat, _writes = modelled
    assert "一次最多翻译" in (await chat.command("translate", "您好，退款三天内到账。" * 1_000)).title
    assert (await chat.desk.view(chat.agent)).cards == ()


def test_a_rewrite_by_the_model_is_marked_and_the_mark_goes_with_it(copilot: Copilot) -> None:
    finding = FindingInHand("agreement", "1.3.4", "warn", "不知道", "不要说“不知道”。", None, norm="dont-know")
    draft = DraftInHand("这个我不知道", "warn", findings=(finding,), rewrite="我马上为您核实。", by_model=True)
    assert BY_MODEL in draft_card(copilot, draft, (), "k1").text()
    assert BY_MODEL not in draft_card(copilot, replace(draft, by_model=False), (), "k1").text()
    fine = replace(draft, findings=(replace(finding, disputed=True),))
    assert BY_MODEL not in draft_card(copilot, fine, (), "k1").text()


async def test_a_polished_reply_for_an_english_customer_comes_in_english_with_the_chinese_beside_it(modelled: Modelled) -> None:
    chat, writes = modelled
    await chat.customer("Hello, I want to return these shoes, they are too small.")
    await chat.command("polish", "退不了 过7天了")
    english = "We are very sorry for the trouble. This order is over 7 days old, so we cannot take it back. I will check for another way, is that all right?"
    writes += [{"text": POLISHED}, {"text": english}]
    first, second = [reply.cards[0] async for reply in chat.desk.improvements(chat.agent)]
    assert first.button("复制").copy_text == POLISHED
    assert second.button("复制").copy_text == english
    assert POLISHED[:20] in second.text()
    await chat.tap("复制")
    assert (await chat.turns())[-1] == ("agent", f"{english}\n（{POLISHED}）")


async def test_where_the_model_does_not_polish_the_offline_words_are_still_put_into_english(modelled: Modelled) -> None:
    chat, writes = modelled
    await chat.customer("Hello, I want to return these shoes, they are too small.")
    offline = (await chat.command("polish", "退不了 过7天了")).button("复制").copy_text
    english = "We are sorry for the trouble. This order is over 7 days old, so a return is not possible. Shall I look for another way?"
    writes += [500, {"text": english}]
    (card,) = [reply.cards[0] async for reply in chat.desk.improvements(chat.agent)]
    assert card.button("复制").copy_text == english
    assert offline[:20] in card.text()


async def test_offline_a_polished_reply_for_an_english_customer_says_that_it_stays_chinese(chat: Dialogue) -> None:
    await chat.customer("Hello, I want to return these shoes, they are too small.")
    card = await chat.command("polish", "退不了 过7天了")
    assert "离线时不能翻译" in card.lines[-1].text
    await chat.customer("鞋子太小了，我想退")
    assert "翻译" not in (await chat.command("polish", "退不了 过7天了")).text()


async def test_offline_a_chinese_draft_for_an_english_customer_says_that_it_stays_chinese(chat: Dialogue) -> None:
    await chat.customer("Hello, where is my parcel please?")
    card = await chat.draft("非常抱歉让您久等了，我马上为您核实物流。")
    assert card.title == "✅ 可以发送"
    assert [line.text for line in card.lines if "离线时不能翻译" in line.text and line.role == "muted"]
    assert "翻译" not in (await chat.draft("We are very sorry to keep you waiting, let me check it for you.")).text()
    await chat.customer("算了说中文吧，我的包裹到哪了")
    assert "翻译" not in (await chat.draft("非常抱歉让您久等了，我马上为您核实物流。")).text()


async def test_a_chinese_draft_for_an_english_customer_gets_its_english_by_itself(modelled: Modelled) -> None:
    chat, writes = modelled
    await chat.customer("Hello, where is my parcel please?")
    card = await chat.draft("非常抱歉让您久等了，我马上为您核实物流。")
    assert card.title == "✅ 可以发送"
    writes += [{"text": "We are very sorry to keep you waiting, I will check the shipping for you."}] * 2
    (better,) = (await chat.desk.improve(chat.agent)).cards
    assert better.button("复制").copy_text.startswith("We are very sorry")
    assert "非常抱歉让您久等了" in better.text()


async def test_the_button_under_a_flagged_draft_makes_a_rewrite_of_it(chat: Dialogue) -> None:
    await chat.customer("我的快递丢了，怎么办")
    card = await chat.draft("不归我管 你去找快递")
    labels = [button.label for row in card.buttons for button in row]
    if "润色这句" not in labels:  # the reviewer itself knew a rewrite
        assert "一键改写" in labels
        return
    rewritten = await chat.tap("润色这句")
    assert "其他同事" in rewritten.button("一键改写").copy_text
