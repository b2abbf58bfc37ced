from __future__ import annotations

import pytest

from copilot.retrieval.concepts import Concept, Lexicon
from copilot.retrieval.features import features, stem

LEXICON = Lexicon([Concept(id="tip", words=("小费", "gratuity"))])


def test_a_typo_that_sounds_alike_shares_a_feature_with_the_word() -> None:
    assert "pyu su" in set(features("玉速", LEXICON)) & set(features("语速", LEXICON))


def test_two_languages_meet_in_a_concept() -> None:
    assert "ctip" in set(features("收了小费", LEXICON)) & set(features("took a gratuity", LEXICON))


def test_traditional_and_simplified_script_give_the_same_features() -> None:
    assert features("語速太快", LEXICON) == features("语速太快", LEXICON)


def test_english_words_give_stems_and_pairs_and_no_runs_of_letters() -> None:
    found = features("Skipping trains", LEXICON)
    assert {"eskip", "etrain", "fskip train"} <= set(found)
    assert not any(name[0] in "123" for name in found)


@pytest.mark.parametrize(
    ("word", "same"), [("tips", "tip"), ("tipping", "tip"), ("policies", "policy"), ("charged", "charge"), ("boss's", "boss")]
)
def test_forms_of_an_english_word_have_one_stem(word: str, same: str) -> None:
    assert stem(word) == stem(same)


def test_a_text_without_letters_has_no_features() -> None:
    assert features("？！……", LEXICON) == []


def test_features_come_sorted_and_once_each() -> None:
    found = features("好好好好", LEXICON)
    assert found == sorted(set(found))
