"""Any card becomes messages that Telegram accepts, and no word is lost on the way."""

from __future__ import annotations

from typing import get_args

import pytest
from fakes.telegram_html import parse_html, utf16_length
from fakes.telegram_rules import accepted_keyboard, accepted_text
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.desk.cards import Button, Card, Line, LineRole
from copilot.telegram.keyboard import action_of, slot_key, slot_key_of
from copilot.telegram.render import LOOKS, Rendered, render

ANY_TEXT = st.text(st.characters(), max_size=40) | st.sampled_from(
    ["<b>", "&lt;", "</b>", "a<b>&c", "\ud800", "\x00\x07", "  ", "\u200b", "😀" * 20, "第一段\n\n\n\n第二段", ""]
)
LONG_TEXT = st.builds(lambda piece, times: piece * times, ANY_TEXT, st.integers(0, 400))
ACTIONS = st.text("abcdefghijklmnopqrstuvwxyz0123456789:", min_size=0, max_size=48)
BUTTONS = st.builds(Button, ANY_TEXT, ACTIONS, st.sampled_from(["copy", "action"]), LONG_TEXT)
CARDS = st.builds(
    Card,
    slot=ANY_TEXT,
    title=ANY_TEXT | LONG_TEXT,
    lines=st.lists(st.builds(Line, st.sampled_from(get_args(LineRole)), LONG_TEXT), max_size=8).map(tuple),
    buttons=st.lists(st.lists(BUTTONS, max_size=10).map(tuple), max_size=4).map(tuple),
)


def shown(rendered: Rendered) -> list[str]:
    """Each page as Telegram would show it; raises Refused for what Telegram refuses."""
    if rendered.keyboard is not None:
        accepted_keyboard({"reply_markup": rendered.keyboard.to_dict()})
    return [accepted_text({"text": page, "parse_mode": "HTML"}).text for page in rendered.pages]


@settings(max_examples=150, deadline=None)
@given(CARDS)
def test_telegram_accepts_every_card(card: Card) -> None:
    assert len(shown(render(card))) >= 1


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("您好，退款。<>&\"'\n😀a "), max_size=9000))
def test_splitting_loses_no_visible_character(text: str) -> None:
    pages = shown(render(Card("turn", "标题", (Line("text", text),))))

    def letters(whole: str) -> str:
        return "".join(whole.split())

    assert letters("".join(pages)) == letters("标题" + text)


def test_every_role_has_a_look() -> None:
    assert set(LOOKS) == set(get_args(LineRole))


def test_words_of_the_customer_stay_words() -> None:
    (page,) = render(Card("turn", "生气", (Line("quote", "<a href='x'>点我</a> & </i>"),))).pages
    assert parse_html(page).text == "生气\n<a href='x'>点我</a> & </i>"
    assert "text_link" not in {entity["type"] for entity in parse_html(page).entities}


def test_a_card_without_words_says_so() -> None:
    assert render(Card("turn", " \u200b", (Line("text", "\n\n"),))).pages == ("（没有内容）",)


def test_long_texts_are_split_at_paragraphs() -> None:
    paragraphs = [f"第{number}段。" + "很长的一段话，" * 150 for number in range(6)]
    pages = shown(render(Card("record", "服务记录", (Line("text", "\n\n".join(paragraphs)),))))
    assert len(pages) > 1
    assert all(utf16_length(page) <= 4096 for page in pages)
    assert all(page.startswith(("第", "服务记录")) for page in pages)
    assert all(page.endswith("，") for page in pages)


def test_length_is_counted_in_utf16_units() -> None:
    pages = shown(render(Card("turn", "😀" * 3000)))
    assert [utf16_length(page) for page in pages] == [4096, 6000 - 4096]


def test_a_long_text_begins_below_its_title() -> None:
    first, *_ = shown(render(Card("answer", "问：退款几天到账", (Line("text", "一句话。" * 2000),))))
    assert first.startswith("问：退款几天到账\n一句话。")


def test_a_suggestion_that_fits_has_a_copy_button_and_a_companion() -> None:
    button = Button("复制 2", "use:2:k1", "copy", "您好，给您添麻烦了。")
    keyboard = render(Card("turn", "x", buttons=((Button("复制 1", "use:1:k1", "copy", "您好"), button),))).keyboard
    assert keyboard is not None
    copies, companions = keyboard.inline_keyboard
    assert [key.text for key in copies] == ["复制 1", "复制 2"]
    assert copies[1].copy_text is not None
    assert copies[1].copy_text.text == "您好，给您添麻烦了。"
    assert [key.text for key in companions] == ["已发①", "已发②"]
    assert action_of(str(companions[1].callback_data)) == "use:2:k1"


def test_a_single_companion_stands_beside_its_copy_button() -> None:
    row = (Button("一键改写", "rewrite:k1", "copy", "您好"), Button("不发", "drop:k1"))
    keyboard = render(Card("turn", "x", buttons=(row,))).keyboard
    assert keyboard is not None
    assert [[key.text for key in keys] for keys in keyboard.inline_keyboard] == [["一键改写", "已发", "不发"]]


@pytest.mark.parametrize(("length", "on_button"), [(256, True), (257, False)])
def test_texts_over_256_characters_stand_in_a_box_to_tap(length: int, on_button: bool) -> None:
    text = "好" * length
    card = Card("turn", "x", (Line("suggestion", f"1. {text}"),), ((Button("复制 1", "use:1:k1", "copy", text),),))
    rendered = render(card)
    boxes = [entity for entity in parse_html(rendered.pages[0]).entities if entity["type"] == "pre"]
    assert bool(boxes) is not on_button
    assert rendered.keyboard is not None
    labels = [key.text for row in rendered.keyboard.inline_keyboard for key in row]
    assert labels == (["复制 1", "已发"] if on_button else ["已发"])
    assert parse_html(rendered.pages[0]).text.count(text) == 1


def test_lines_that_are_copied_together_stand_in_one_box() -> None:
    lines = [f"服务内容{number}：" + "处理经过" * 20 + "\n后续跟进" for number in range(5)]
    card = Card(
        "record", "服务记录", (*(Line("text", line) for line in lines), Line("cite", "依据：协议 2.4")),
        ((Button("复制", "copied:k1", "copy", "\n".join(lines)),),),
    )  # fmt: skip
    shown_text = parse_html(render(card).pages[0])
    assert shown_text.text.count(lines[0]) == 1
    assert [entity["type"] for entity in shown_text.entities].count("pre") == 1


def test_an_action_too_long_for_telegram_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    keyboard = render(Card("turn", "x", buttons=((Button("好", "a" * 60), Button("行", "b")),))).keyboard
    assert keyboard is not None
    assert [key.text for key in keyboard.inline_keyboard[0]] == ["行"]
    assert "left out" in caplog.text


def test_button_data_names_its_card() -> None:
    keyboard = render(Card("练习", "x", buttons=((Button("好", "play:3:k9"),),))).keyboard
    assert keyboard is not None
    data = str(keyboard.inline_keyboard[0][0].callback_data)
    assert (slot_key_of(data), action_of(data)) == (slot_key("练习"), "play:3:k9")


@pytest.mark.parametrize("data", ["", "play", "abcd", "abcd:", "ab:play", "abcd:" + "x" * 60, "abc!:x"])
def test_data_that_no_card_carries_is_no_action(data: str) -> None:
    assert action_of(data) is None
