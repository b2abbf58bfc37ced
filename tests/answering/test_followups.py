"""Follow-ups: the hand-written pairs of followups.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from copilot.answering.followups import is_follow_up, written_out
from copilot.answering.topics import Topics
from copilot.workspace import builtin_workspace

TOPICS = Topics.of(builtin_workspace())
PAIRS = yaml.safe_load((Path(__file__).parent / "followups.yaml").read_text("utf-8"))


def shares(part: str) -> tuple[float, float]:
    """The shares of follow-ups understood and written out rightly, and of questions of their own left alone."""
    leaning, own = PAIRS[part]["leaning"], PAIRS[part]["own"]
    right = 0
    for previous, question, held, gone in leaning:
        written = written_out(question, previous, TOPICS).lower()
        right += is_follow_up(question, previous, TOPICS) and held.lower() in written and (not gone or gone not in written)
    alone = sum(not is_follow_up(question, previous, TOPICS) for previous, question in own)
    return right / len(leaning), alone / len(own)


def test_the_pairs_that_the_rules_were_written_for_are_told_apart() -> None:
    understood, alone = shares("tuned")
    assert understood == 1.0
    assert alone >= 0.9


def test_most_held_out_pairs_are_told_apart() -> None:
    understood, alone = shares("held_out")
    assert understood >= 0.75
    assert alone >= 0.85


@pytest.mark.parametrize(
    ("previous", "question", "written"),
    [
        ("电话响几声之内要接？", "那邮件呢？", "邮件响几声之内要接？"),
        ("邮件多久回？", "那要是客户在国外怎么办", "邮件多久回 那要是客户在国外怎么办"),
        ("电话和邮件多久回", "短信呢", "短信和多久回？"),
    ],
)
def test_the_thing_named_takes_the_place_of_its_like(previous: str, question: str, written: str) -> None:
    assert written_out(question, previous, TOPICS) == written


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_put_together(question: str, previous: str) -> None:
    if is_follow_up(question, previous, TOPICS):
        assert written_out(question, previous, TOPICS)
