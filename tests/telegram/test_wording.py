"""Counting, cleaning and cutting text the way Telegram does."""

from __future__ import annotations

import pytest
from fakes.telegram_html import utf16_length
from hypothesis import given
from hypothesis import strategies as st

from copilot.telegram.wording import clean, is_visible, split_at_borders, utf16_units, without_blank_stretches


@given(st.text())
def test_units_are_utf16_units(text: str) -> None:
    assert utf16_units(text) == utf16_length(text)


@given(st.text())
def test_clean_text_can_be_encoded_and_shown(text: str) -> None:
    assert not set(clean(text + "\ud800\x00\x1b\u202e")) & {"\ud800", "\x00", "\x1b", "\u202e", "\r"}
    clean(text).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("好", True),
        ("…", True),
        ("😀", True),
        ("", False),
        (" \n\t", False),
        ("\u200b\ufeff", False),
        ("\u3164", False),
    ],
)
def test_visible_is_what_people_can_see(text: str, visible: bool) -> None:
    assert is_visible(text) is visible


def test_long_stretches_of_empty_lines_shrink_to_one() -> None:
    assert without_blank_stretches("\n\n甲\n\n \n\n乙  \n丙\n\n") == "甲\n\n乙\n丙"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("一二三。\n四五六七。", ["一二三。", "四五六七。"]),
        ("一二三四五。六七八", ["一二三四五。", "六七八"]),
        ("一二三四五六七八九", ["一二三四五六七", "八九"]),
        ("😀😀😀😀😀", ["😀😀😀", "😀😀"]),
    ],
)
def test_a_piece_ends_at_the_best_border_it_has(text: str, pieces: list[str]) -> None:
    assert split_at_borders(text, 7, 7) == pieces


@given(st.text(st.sampled_from("好。\n😀 a"), max_size=200), st.integers(2, 20), st.integers(2, 20))
def test_pieces_fit_and_hold_every_letter(text: str, first: int, rest: int) -> None:
    pieces = split_at_borders(text, first, rest)
    assert all(utf16_units(piece) <= (rest if position else max(first, rest)) for position, piece in enumerate(pieces))
    assert "".join("".join(pieces).split()) == "".join(text.split())
