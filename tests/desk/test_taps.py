from __future__ import annotations

import pytest
from fakes.dialogue import Dialogue

from copilot.desk import Card, Pressed


def _actions(card: Card) -> list[str]:
    return [button.action for row in card.buttons for button in row]


async def test_a_tap_on_an_old_card_cannot_act_on_a_new_message(chat: Dialogue) -> None:
    old = await chat.customer("快递到哪了")
    await chat.customer("在吗")
    card = await chat.press(old.button("复制 1").action)
    assert card.slot == "notice"
    assert [role for role, _text in await chat.turns()] == ["customer", "customer"]


async def test_a_double_tap_records_one_reply(chat: Dialogue) -> None:
    card = await chat.customer("快递到哪了")
    action = card.button("复制 1").action
    await chat.press(action)
    await chat.press(action)
    assert len(await chat.turns()) == 2


@pytest.mark.parametrize(
    "action",
    ["", ":", "use", "use:1", "use:1:", "use::k1", "use:0:k1", "use:4:k1", "use:²:k1", "use:-1:k1", "use:9999999999:k1",
     "nothing:k1", "send:k1", "rewrite:k1", "next:k1", "theirs:k1", "unsend:k1", "override:k1", "keep:k1", "play:1:k1",
     "stop:k1", "tick:7:k1", "\ud800", "；" * 100],
)  # fmt: skip
async def test_an_action_made_up_outside_breaks_and_records_nothing(chat: Dialogue, action: str) -> None:
    first = await chat.customer("快递到哪了")
    assert first.button("复制 1").action == "use:1:k1"
    reply = await chat.desk.handle(chat.agent, Pressed(action))
    assert [card.slot for card in reply.cards] == ["notice"]
    assert await chat.turns() == [("customer", "快递到哪了")]


async def test_every_action_is_short_ascii(chat: Dialogue) -> None:
    cards = [
        await chat.customer("我很生气"), await chat.draft("不知道，笨"), await chat.tap("仍要发送"),
        await chat.command("guide"), await chat.command("record"), await chat.command("practice"),
        await chat.command("ask"),
    ]  # fmt: skip
    actions = [action for card in cards for action in _actions(card)]
    assert len(actions) > 20
    for action in actions:
        assert action.isascii()
        assert len(action) <= 48


async def test_tokens_never_come_again(chat: Dialogue) -> None:
    tokens = set()
    for number in range(50):
        card = await chat.customer(f"第{number}句")
        tokens.add(card.button("复制 1").action.rpartition(":")[2])
    assert len(tokens) == 50
