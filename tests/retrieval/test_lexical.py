from __future__ import annotations

from pathlib import Path

import numpy as np

from copilot.language import words
from copilot.retrieval.lexical import LexicalField

DOCUMENTS = [words(text) for text in ("退款几天到账", "电话响几声要接", "穿拖鞋上班")]


def field() -> LexicalField:
    return LexicalField.build(DOCUMENTS, 0.5, 0.3)


def test_the_text_that_shares_the_words_scores_highest() -> None:
    assert int(np.argmax(field().scores(words("退款什么时候到账")))) == 0


def test_unheard_of_words_lower_the_share() -> None:
    alone, diluted = field().scores(words("退款"))[0], field().scores(words("退款 火星 殖民"))[0]
    assert 0.0 < diluted < alone <= 1.0


def test_a_query_without_known_words_scores_nothing() -> None:
    assert not field().scores(words("火星殖民")).any()
    assert not field().scores(words("")).any()


def test_a_saved_field_scores_as_before(tmp_path: Path) -> None:
    built = field()
    built.save(tmp_path / "words")
    loaded = LexicalField.load(tmp_path / "words")
    assert np.allclose(built.scores(words("退款到账")), loaded.scores(words("退款到账")))
