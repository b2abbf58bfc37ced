from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.entries import Entry
from copilot.retrieval.static import StaticEmbeddings
from copilot.retrieval.training import Recipe, groups_of, train
from copilot.workspace import copy_builtin

pytest.importorskip("sentence_transformers")

GROUPS = {
    "refund": ["退款多久到", "钱几时退给我", "退的钱到哪了", "多久能退我钱", "退款到账要几天"],
    "parcel": ["包裹到哪了", "快递还没来", "我的件卡住了", "快递到哪儿了", "包裹怎么还没到"],
}
SMALL = Recipe(dimensions=16, epochs=30, pairs=8, min_count=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("model") / "static"
    train(GROUPS, Lexicon(), into, SMALL)
    return into


def test_texts_of_a_group_come_to_lie_together(folder: Path) -> None:
    vectors = StaticEmbeddings(folder=folder).vectors([text for texts in GROUPS.values() for text in texts])
    similar = vectors @ vectors.T
    assert similar[:5, :5].mean() > similar[:5, 5:].mean() + 0.3


def test_the_same_data_give_the_same_model(folder: Path, tmp_path: Path) -> None:
    train(GROUPS, Lexicon(), tmp_path / "again", SMALL)
    assert (tmp_path / "again" / "digest.txt").read_text() == (folder / "digest.txt").read_text()


def test_another_model_has_another_name(folder: Path) -> None:
    assert StaticEmbeddings(folder=folder).name != StaticEmbeddings().name


def test_features_that_were_not_seen_give_no_vector(folder: Path) -> None:
    assert not np.any(StaticEmbeddings(folder=folder).vectors(["zebra"]))


def test_questions_of_a_clause_and_paraphrases_become_groups(tmp_path: Path) -> None:
    workspace = copy_builtin(tmp_path / "workspace")
    entries = [Entry(0, "question", "agreement", "2.1", text, "agreement") for text in ("响几声", "几声接")]
    groups = groups_of(entries, workspace)
    assert groups["agreement 2.1"] == ["响几声", "几声接"]
    assert all(len(texts) >= 2 for texts in groups.values())
    assert any(name.startswith("= ") for name in groups)
