from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from copilot.retrieval import default_embeddings
from copilot.retrieval.concepts import Concept, Lexicon, read_concepts
from copilot.retrieval.static import FOLDER, StaticEmbeddings, feature_names
from copilot.workspace import builtin_workspace

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def embeddings() -> StaticEmbeddings:
    return StaticEmbeddings(Lexicon(read_concepts(builtin_workspace())))


def test_the_default_is_the_shipped_model() -> None:
    assert default_embeddings(Lexicon()).name == StaticEmbeddings().name


def test_rows_have_length_one_and_a_text_without_content_has_length_zero(embeddings: StaticEmbeddings) -> None:
    lengths = np.linalg.norm(embeddings.vectors(["退款几天到账", "……", "can I wear shorts"]), axis=1)
    assert lengths == pytest.approx([1.0, 0.0, 1.0], abs=1e-3)


def test_no_texts_give_no_rows(embeddings: StaticEmbeddings) -> None:
    assert embeddings.vectors([]).shape[0] == 0


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("蹬双人字拖来坐班", "着装按公司的规定来", "商业秘密不得泄露"),
        ("leak our revenue figures to a reporter", "公司的财务数据不得泄露给任何第三方", "电话在铃响三声之内接起"),
        ("yu su tai kuai", "说话的速度要适中", "公司定期考核绩效"),
    ],
)
def test_a_question_lies_nearer_to_what_it_is_about(embeddings: StaticEmbeddings, asked: str, near: str, far: str) -> None:
    question, right, wrong = embeddings.vectors([asked, near, far])
    assert question @ right > question @ wrong


def test_vectors_are_those_that_model2vec_itself_computes(embeddings: StaticEmbeddings) -> None:
    from model2vec import StaticModel

    lexicon, text = Lexicon(read_concepts(builtin_workspace())), "yu su太快，客户听不清 what then"
    theirs = StaticModel.from_pretrained(FOLDER).encode([" ".join(feature_names(text, lexicon))])
    assert embeddings.vectors([text]) == pytest.approx(theirs, abs=1e-3)


def test_other_concepts_make_another_embedding() -> None:
    assert StaticEmbeddings().name != StaticEmbeddings(Lexicon([Concept(id="a", words=("甲",))])).name


def test_the_model_fits_into_the_wheel() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 10 * MEGABYTE


def test_the_model_is_used_without_torch() -> None:
    code = (
        "import sys; from copilot.retrieval.static import StaticEmbeddings as S; S().vectors(['退款']);"
        "sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
