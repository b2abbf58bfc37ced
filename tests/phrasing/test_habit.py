"""What a team takes moves its order a little, never far, and never past the guard."""

from __future__ import annotations

from dataclasses import dataclass

from fakes.reading import FakeReading
from hypothesis import given
from hypothesis import strategies as st

from copilot.conversation import Conversation
from copilot.engine import Copilot
from copilot.phrasing import Phrasebook
from copilot.phrasing.habit import AS_IF_SHOWN, MOST, habits
from copilot.workspace import builtin_workspace


@dataclass(frozen=True)
class Use:
    phrase: str
    shown: int
    accepted: int = 0
    edited: int = 0


def test_nothing_decided_moves_nothing() -> None:
    assert habits([]) == {}
    assert habits([Use("a", 0)]) == {}


def test_what_is_taken_more_than_the_rest_moves_up_and_what_is_left_moves_down() -> None:
    found = habits([Use("liked", 40, 30), Use("left", 40, 2), Use("middling", 40, 16)])
    assert found["liked"].points > found["middling"].points > found["left"].points
    assert found["liked"].points > 0 > found["left"].points


def test_an_edited_reply_counts_less_than_one_sent_as_it_stood_and_more_than_none() -> None:
    found = habits([Use("taken", 30, 20), Use("edited", 30, 0, 20), Use("left", 30)])
    assert found["taken"].points > found["edited"].points > found["left"].points


def test_one_lucky_tap_hardly_moves_a_phrase() -> None:
    found = habits([Use("new", 1, 1), Use("rest", 300, 60)])
    assert 0 < found["new"].points < 0.4
    assert found["new"].share < 2 * (1 + AS_IF_SHOWN * 0.2) / (1 + AS_IF_SHOWN)


@given(st.lists(st.builds(Use, st.text(min_size=1, max_size=3), st.integers(0, 999), st.integers(0, 999), st.integers(0, 999)), max_size=9))
def test_no_phrase_moves_further_than_the_cap(uses: list[Use]) -> None:
    for habit in habits(uses).values():
        assert -MOST <= habit.points <= MOST
        assert 0 <= habit.share <= 1


def test_the_order_follows_and_says_why() -> None:
    book, talk = Phrasebook(builtin_workspace()), Conversation.from_customer("快递五天没动了")
    before = book.explain(talk, FakeReading())  # type: ignore[arg-type]
    second = before[1][0]
    book.favour({second: MOST, before[0][0]: -MOST})
    after = dict(book.explain(talk, FakeReading()))  # type: ignore[arg-type]
    assert after[second]["team"] == MOST
    assert next(name for name, _ in book.explain(talk, FakeReading())) == second  # type: ignore[arg-type]


def test_a_reply_that_the_reviewer_flags_stays_out_however_often_it_was_taken(copilot: Copilot) -> None:
    talk = Conversation.from_customer("快递五天没动了")
    copilot.phrasebook.favour({phrase.id: MOST for phrase in copilot.phrasebook.phrases})
    try:
        shown = copilot.suggest(talk).suggestions
        assert shown
        assert all(copilot.review(each.text, talk).verdict == "pass" for each in shown)
    finally:
        copilot.phrasebook.favour({})
