from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.retrieval.concepts import Concept, Lexicon, read_concepts
from copilot.workspace import builtin_workspace

LEXICON = Lexicon(
    [
        Concept(id="phone", words=("电话", "call")),
        Concept(id="call-back", words=("回访电话",)),
        Concept(id="frame", words=("能不能", "吗", "我"), ignore=True),
    ]
)


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("电话响了", ["phone"]),
        ("電話響了", ["phone"]),
        ("电 话 电话", ["phone", "phone"]),
        ("回访电话", ["call-back"]),
        ("Can I call you?", ["phone"]),
        ("callous", []),
        ("recall", []),
        ("给我call一下", ["phone"]),
        ("", []),
    ],
)
def test_the_longest_known_word_names_the_concept(text: str, concepts: list[str]) -> None:
    assert LEXICON.terms(text) == concepts


@pytest.mark.parametrize(
    ("text", "subject"), [("我能不能退货吗", "退货"), ("我吗", "我吗"), ("😀", "😀"), ("下班我打电话吗", "下班 打电话")]
)
def test_the_frame_of_a_question_is_left_out(text: str, subject: str) -> None:
    assert LEXICON.subject(text) == subject


@given(st.text())
def test_any_text_has_concepts_and_a_subject(text: str) -> None:
    lexicon = LEXICON
    assert set(lexicon.terms(text)) <= {"phone", "call-back"}
    assert bool(lexicon.subject(text)) == bool(text)


def test_no_word_of_the_built_in_concepts_is_both_a_subject_and_a_frame() -> None:
    concepts = read_concepts(builtin_workspace())
    framing = {word for concept in concepts if concept.ignore for word in concept.words}
    meaning = {word for concept in concepts if not concept.ignore for word in concept.words}
    assert framing.isdisjoint(meaning)
