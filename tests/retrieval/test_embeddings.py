from __future__ import annotations

import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.retrieval import HashedEmbeddings
from copilot.retrieval.concepts import Concept, Lexicon


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=4))
def test_rows_have_length_one_or_zero(texts: list[str]) -> None:
    vectors = HashedEmbeddings().vectors(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all((np.abs(lengths - 1.0) < 1e-4) | (lengths == 0.0))


def test_texts_that_share_words_are_nearer_than_texts_that_do_not() -> None:
    first, near, far = HashedEmbeddings().vectors(["退款几天到账", "退款多久能到账", "明天天气怎么样"])
    assert first @ near > 0.3 > first @ far


def test_a_common_concept_brings_texts_together() -> None:
    lexicon = Lexicon([Concept(id="appearance", words=("拖鞋", "西装"))])
    first, second = HashedEmbeddings(lexicon).vectors(["穿拖鞋", "西装革履"])
    plain_first, plain_second = HashedEmbeddings().vectors(["穿拖鞋", "西装革履"])
    assert first @ second > plain_first @ plain_second + 0.2


def test_every_process_computes_the_same_vector() -> None:
    code = "from copilot.retrieval import HashedEmbeddings as H; print(H().vectors(['退款'])[0].tobytes().hex())"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs.pop().strip() == HashedEmbeddings().vectors(["退款"])[0].tobytes().hex()


def test_the_name_changes_with_the_concepts() -> None:
    one, two = (Lexicon([Concept(id="a", words=(word,))]) for word in ("甲", "乙"))
    assert HashedEmbeddings(one).name != HashedEmbeddings(two).name
    assert HashedEmbeddings(one).name == HashedEmbeddings(Lexicon([Concept(id="a", words=("甲",))])).name


def test_langchain_names_give_the_same_numbers() -> None:
    embeddings = HashedEmbeddings()
    assert np.allclose(embeddings.embed_query("退款"), embeddings.vectors(["退款"])[0])
