"""The desk with the real engine: an angry delivery complaint from the first message to confirmed satisfaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.stores import open_store

from copilot.desk import Card, CommandGiven, Desk, Pressed, TextWritten
from copilot.engine import Copilot

AGENT = "web:real"


@pytest.fixture
async def desk(copilot: Copilot, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_store(f"sqlite:///{tmp_path / 'desk.db'}") as store:
        yield Desk(copilot, store)


async def _say(desk: Desk, text: str) -> Card:
    return (await desk.handle(AGENT, TextWritten(text))).cards[-1]


async def test_an_angry_complaint_comes_to_its_end_without_a_single_mark_of_whose_text_is_whose(desk: Desk) -> None:
    card = await _say(desk, "你们的快递三天一动不动，电话也没人接，我要投诉！")
    assert "生气" in card.title
    assert "投诉 第1/6步" in card.title
    assert 1 <= len([line for line in card.lines if line.role == "suggestion"]) <= 3

    card = await _say(desk, "急什么急，快递又不归我们管，你自己打电话去问")
    assert card.title in ("⛔ 先别发送", "⚠️ 建议修改")
    assert any(line.role == "cite" and "依据：" in line.text for line in card.lines)

    for draft, answer in (
        ("实在抱歉，包裹三天没有动静还打不通电话，您着急我完全理解。方便告诉我订单号吗？我来查。", "订单号是 88213307，就买了个锅"),
        ("谢谢您，订单我查到了：包裹滞留在中转站。我为您申请今天补发一件，您看这样可以吗？", "行吧，那你们赶紧补发"),
        ("好的，已经为您提交补发，单号稍后发到您手机上，我会一直跟进到您签收。", "我收到货了，这次还行，谢谢"),
    ):
        card = await _say(desk, draft)
        assert (await desk.view(AGENT)).cards[-1].slot == "turn"
        if card.title != "✅ 可以发送":
            card = (await desk.handle(AGENT, Pressed(card.button("仍要发送").action))).cards[-1]
        await _say(desk, answer)

    roles = [turn.role for turn in (await desk.conversation(AGENT)).turns]
    assert roles == ["customer", "agent"] * 3 + ["customer"]
    record = (await desk.handle(AGENT, CommandGiven("record"))).cards[-1]
    assert "是否投诉：是" in record.text()


async def test_every_suggestion_shown_passes_the_review_when_it_is_sent_back_as_a_draft(desk: Desk) -> None:
    await _say(desk, "我买的电饭煲用了两天就不加热了，给我退货")
    (card,) = (await desk.view(AGENT)).cards
    copies = [button for row in card.buttons for button in row if button.kind == "copy"]
    assert copies
    for button in copies:
        shown = (await desk.handle(AGENT, TextWritten(button.copy_text, role="agent"))).cards[-1]
        assert shown.title == "✅ 可以发送", shown.text()


async def test_an_emergency_puts_safety_first(desk: Desk) -> None:
    card = await _say(desk, "家里的燃气灶漏气了，满屋子味道，我该怎么办")
    assert "🚨 紧急情况" in card.title
    assert card.lines[0].role == "danger"
    assert "主管" in card.lines[0].text


async def test_practice_runs_with_the_real_scenarios(desk: Desk) -> None:
    card = (await desk.handle(AGENT, CommandGiven("practice"))).cards[-1]
    first = card.buttons[0][0]
    await desk.handle(AGENT, Pressed(first.action))
    assert (await desk.view(AGENT)).practising
    card = await _say(desk, "您好，很抱歉给您添麻烦了，请您说说情况，我来处理。")
    assert card.slot == "practice"
    card = (await desk.handle(AGENT, Pressed(card.button("结束练习").action))).cards[-1]
    assert "评分" in card.title
    assert "满分" in card.text()
