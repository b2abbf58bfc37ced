"""The doctor's lines about the embedding, the reranker and where the vectors lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes.chroma_run import free_port
from fakes.clauses import small_workspace

from copilot.cli.doctor_search import look_at_embedding, look_at_reranker, look_at_vectors
from copilot.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", workspace=small_workspace(tmp_path / "workspace").root)


def test_without_settings_all_is_well_and_said_so(settings: Settings) -> None:
    looks = [look(settings) for look in (look_at_embedding, look_at_reranker, look_at_vectors)]
    assert [well for well, _ in looks] == [True, True, True]
    assert "COPILOT_EMBEDDINGS" in looks[0][1]
    assert "共" in looks[2][1]


def test_what_cannot_be_had_is_bad_with_what_serves_instead(settings: Settings) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    wrong = settings.model_copy(update={"embeddings": "/no/such", "reranker": "/nor/this", "chroma_url": url})
    (embedding, first), (reranker, second), (vectors, third) = (
        look(wrong) for look in (look_at_embedding, look_at_reranker, look_at_vectors)
    )
    assert [embedding, reranker, vectors] == [False, False, False]
    assert "/no/such 不存在" in first
    assert "自带的小模型" in first
    assert "/nor/this 不存在" in second
    assert url in third
    assert "词语" in third


def test_models_that_work_are_named(settings: Settings, tmp_path: Path) -> None:
    from fakes.tiny_models import tiny_model2vec

    folder = tiny_model2vec(tmp_path / "model")
    well, remark = look_at_embedding(settings.model_copy(update={"embeddings": str(folder)}))
    assert well
    assert remark == f"{folder} 可以使用。"
