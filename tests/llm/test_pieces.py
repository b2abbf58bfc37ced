"""Items of a list in a text that is still being written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.llm.pieces import LONGEST_TEXT, ListPieces


def test_an_item_is_given_away_when_its_last_character_is_there() -> None:
    pieces = ListPieces("replies")
    assert pieces.feed('{"replies": [{"text": "一"') == []
    assert pieces.feed("}") == [{"text": "一"}]
    assert pieces.feed(', {"text": "二"}]}') == [{"text": "二"}]
    assert pieces.ended


@given(
    items=st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())), max_size=4),
    size=st.integers(1, 9),
)
def test_however_the_text_is_cut_the_items_are_the_same(items: list[object], size: int) -> None:
    text = json.dumps({"replies": items})
    pieces = ListPieces("replies")
    found = [item for start in range(0, len(text), size) for item in pieces.feed(text[start : start + size])]
    assert found == items


@pytest.mark.parametrize("before", ["", "好的，请看：```json\n", '{"note": "x", '])
def test_what_stands_around_the_list_is_passed_over(before: str) -> None:
    assert ListPieces("replies").feed(before + '{"replies" : [ {"a": 1} ] } 完毕') == [{"a": 1}]


@pytest.mark.parametrize("text", ["", "随便聊聊", '{"replies": {"a": 1}}', '{"replies": [{"a": 1', '{"other": [{"a": 1}]}'])
def test_what_is_no_such_list_gives_nothing(text: str) -> None:
    assert ListPieces("replies").feed(text) == []


def test_who_writes_without_end_is_stopped() -> None:
    pieces = ListPieces("replies")
    pieces.feed('{"replies": [{"text": "' + "长" * LONGEST_TEXT)
    assert pieces.ended


def test_a_tower_of_brackets_does_no_harm() -> None:
    assert ListPieces("replies").feed('{"replies": [' + "[" * 15_000) == []
