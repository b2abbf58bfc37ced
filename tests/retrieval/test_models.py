"""Models that somebody chose: tiny real ones, loaded by path through the real code, and all that can be wrong with one."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes.chroma_run import free_port
from fakes.clauses import small_workspace
from fakes.tiny_models import (
    DOCUMENT_PROMPT,
    QUERY_PROMPT,
    tiny_cross_encoder,
    tiny_model2vec,
    tiny_sentence_transformer,
    tiny_static_transformer,
)

from copilot.errors import ModelError, VectorsUnavailableError
from copilot.retrieval import Index, calibration
from copilot.retrieval.backends import ChosenEmbeddings, chosen_reranker
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.fetching import find_model
from copilot.retrieval.models import (
    CrossEncoderScorer,
    Model2VecEmbeddings,
    SentenceTransformerEmbeddings,
    fingerprint,
    open_embeddings,
)
from copilot.workspace import Workspace

QUESTION = "退款几天到账"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch.*")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    return {
        "bert": tiny_sentence_transformer(root / "bert", prompts=True),
        "static": tiny_static_transformer(root / "static"),
        "model2vec": tiny_model2vec(root / "model2vec"),
        "cross": tiny_cross_encoder(root / "cross"),
        "two-labels": tiny_cross_encoder(root / "two-labels", labels=2),
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "workspace")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Points the hub's client to an address of the test's choosing, with an empty cache."""
    import huggingface_hub
    from huggingface_hub import constants

    def point_to(port: int) -> None:
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{port}")

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    point_to(free_port())
    return point_to


@pytest.mark.parametrize("kind", ["bert", "static", "model2vec"])
def test_any_model_finds_clauses_with_scores_between_zero_and_one(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path, kind: str
) -> None:
    index = Index.open(workspace, tmp_path / "home", embeddings=ChosenEmbeddings(str(models[kind])))
    try:
        hits = index.search(QUESTION, 10)
        assert str(hits[0].clause.ref) == "returns 1.2"
        assert hits[0].dense > 0.0
        assert all(0.0 <= value <= 1.0 for hit in hits for value in (hit.score, hit.lexical, hit.dense))
        assert index.count_vectors() == index.status().entries
        assert kind in index.status().embedding
    finally:
        index.close()


def test_the_cut_still_refuses_with_a_model_that_puts_all_texts_close_together(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path
) -> None:
    embeddings = SentenceTransformerEmbeddings("bert", models["bert"])
    assert float(np.min(embeddings.vectors(["退款几天到账", "红烧肉怎么做"]) @ embeddings.query_vectors(["天"]).T)) > 0.5
    index = Index.open(workspace, tmp_path / "home", embeddings=ChosenEmbeddings(str(models["bert"])))
    try:
        covered, uncovered = index.search("电话响几声要接"), index.search("明天会不会下雨")
        highest = max((hit.score for hit in uncovered), default=0.0)
        assert highest < calibration().cutoff <= covered[0].score
        assert str(covered[0].clause.ref) == "agreement 2.1"
        assert covered[0].dense > 3 * max((hit.dense for hit in uncovered), default=0.0)
    finally:
        index.close()


def test_vectors_of_different_weights_never_mix(models: dict[str, Path], workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models["model2vec"], folder)
    first = Index.open(workspace, tmp_path / "home", embeddings=ChosenEmbeddings(str(folder)))
    before = first.status().embedding
    first.close()
    shutil.rmtree(folder)
    tiny_model2vec_again = tiny_model2vec(folder)
    weights = bytearray((tiny_model2vec_again / "model.safetensors").read_bytes())
    weights[-1] ^= 0x01
    (folder / "model.safetensors").write_bytes(weights)
    second = Index.open(workspace, tmp_path / "home", embeddings=ChosenEmbeddings(str(folder)))
    assert second.status().embedding != before
    second.close()


def test_the_fingerprint_follows_weights_and_settings_but_not_the_card(models: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models["model2vec"], folder)
    first = fingerprint(folder)
    (folder / "README.md").write_text("another card", "utf-8")
    assert fingerprint(folder) == first == fingerprint(models["model2vec"])
    (folder / "config.json").write_text('{"normalize": true}', "utf-8")
    assert fingerprint(folder) != first


def test_questions_and_entries_get_the_prompts_that_the_model_defines(models: dict[str, Path]) -> None:
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformerEmbeddings("bert", models["bert"])
    plain = SentenceTransformer(str(models["bert"]), local_files_only=True)
    expected = {"query": QUERY_PROMPT + QUESTION, "document": DOCUMENT_PROMPT + QUESTION}
    as_query = plain.encode([expected["query"]], normalize_embeddings=True)
    as_document = plain.encode([expected["document"]], normalize_embeddings=True)
    assert np.allclose(ours.query_vectors([QUESTION]), as_query, atol=1e-5)
    assert np.allclose(ours.vectors([QUESTION]), as_document, atol=1e-5)
    assert not np.allclose(as_query, as_document, atol=1e-3)


def test_progress_is_heard_in_batches(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SentenceTransformerEmbeddings, "batch", 8)
    heard: list[tuple[int, int]] = []
    Index.open(
        workspace, tmp_path / "home", lambda step, done, total: heard.append((done, total)) if step == "建立语义索引" else None,
        embeddings=ChosenEmbeddings(str(models["static"])),
    ).close()  # fmt: skip
    assert [done for done, _ in heard][:3] == [0, 8, 16]
    assert heard[-1][0] == heard[-1][1]


def test_a_model2vec_model_needs_no_torch_and_an_index_that_is_built_needs_no_model(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path
) -> None:
    Index.open(workspace, tmp_path / "bert", embeddings=ChosenEmbeddings(str(models["bert"]))).close()
    code = (
        "import sys; from pathlib import Path; from copilot.retrieval import Index; from copilot.workspace import Workspace\n"
        "from copilot.retrieval.backends import ChosenEmbeddings\n"
        f"root = Path({str(tmp_path)!r}); workspace = Workspace(root / 'workspace')\n"
        f"index = Index.open(workspace, root / 'home', embeddings=ChosenEmbeddings({str(models['model2vec'])!r}))\n"
        f"assert index.search({QUESTION!r})[0].dense > 0\n"
        f"other = Index.open(workspace, root / 'bert', embeddings=ChosenEmbeddings({str(models['bert'])!r}))\n"
        "assert 'bert' in other.status().embedding\n"
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_while_another_thread_loads_the_model_a_question_does_not_wait(
    models: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    embeddings = SentenceTransformerEmbeddings("bert", models["bert"])
    loading, go_on = threading.Event(), threading.Event()

    def slowly() -> Any:
        loading.set()
        go_on.wait(10)
        return original()

    original = embeddings._open
    monkeypatch.setattr(embeddings, "_open", slowly)
    thread = threading.Thread(target=embeddings.load)
    thread.start()
    try:
        assert loading.wait(10)
        with pytest.raises(VectorsUnavailableError):
            embeddings.query_vectors([QUESTION])
    finally:
        go_on.set()
        thread.join()
    assert embeddings.query_vectors([QUESTION]).shape == (1, 32)


# What can be wrong


def default_serves(workspace: Workspace, home: Path, given: str, caplog: pytest.LogCaptureFixture) -> str:
    """The one line that is logged while the default embedding serves."""
    caplog.clear()
    index = Index.open(workspace, home, embeddings=ChosenEmbeddings(given))
    try:
        assert str(index.search(QUESTION)[0].clause.ref) == "returns 1.2"
        assert index.search(QUESTION)[0].dense > 0.0
        assert index.status().embedding.split("-")[0] not in {"st", "m2v"}
    finally:
        index.close()
    lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(lines) == 1
    assert lines[0].exc_info is None
    return lines[0].getMessage()


def test_a_hub_that_cannot_be_reached_is_named_quickly_and_tried_again_at_the_next_start(
    workspace: Workspace, tmp_path: Path, hub: Any, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.perf_counter()
    for _ in range(2):
        assert "连不上模型网站" in default_serves(workspace, tmp_path / "home", "BAAI/bge-small-zh-v1.5", caplog)
    assert time.perf_counter() - started < 5.0


def test_a_hub_that_never_answers_does_not_hang(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot.retrieval.fetching._KNOCK_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hub(silent.getsockname()[1])
        with pytest.raises(ModelError, match="连不上模型网站"):
            find_model("BAAI/bge-small-zh-v1.5")


@pytest.mark.parametrize(("status", "expected"), [(404, "没有名叫"), (401, "没有名叫"), (500, "应答不正常"), (200, "应答不正常")])
def test_a_hub_that_says_no_is_understood(hub: Any, status: int, expected: str) -> None:
    from fakes.serving import serve_in_thread
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    app = Starlette(routes=[Route("/{path:path}", lambda request: PlainTextResponse("no", status))])
    with serve_in_thread(app) as url:
        hub(int(url.rpartition(":")[2]))
        with pytest.raises(ModelError, match=expected):
            find_model("nobody/no-such-model")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("/no/such/folder", "不存在"), ("./nor-this", "不存在"), ("bad name!!", "没有名叫"), ("a/b/c", "不存在")],
)
def test_a_name_that_cannot_be_is_named_without_asking_anybody(hub: Any, given: str, expected: str) -> None:
    with pytest.raises(ModelError, match=expected):
        find_model(given)


@pytest.mark.parametrize("damage", ["weights", "no weights", "no vocabulary", "empty folder"])
def test_broken_files_are_one_line_and_the_default(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models["bert"], folder)
    if damage == "weights":
        (folder / "model.safetensors").write_bytes(b"\x00nonsense")
    elif damage == "no weights":
        (folder / "model.safetensors").unlink()
    elif damage == "no vocabulary":
        for path in folder.glob("*token*"):
            path.write_text("{", "utf-8")
    else:
        shutil.rmtree(folder)
        folder.mkdir()
    assert str(folder) in default_serves(workspace, tmp_path / "home", str(folder), caplog)


def test_a_model_that_breaks_after_the_index_was_built_gives_way_to_the_default(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Index.open(workspace, tmp_path / "home", embeddings=ChosenEmbeddings(str(models["bert"]))).close()

    def breaks(self: object) -> Any:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(SentenceTransformerEmbeddings, "_open", breaks)
    assert "RuntimeError" in default_serves(workspace, tmp_path / "home", str(models["bert"]), caplog)


def test_a_missing_extra_is_named_with_the_command(models: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot.retrieval.models.find_spec", lambda name: None)
    with pytest.raises(ModelError, match=r"agent-copilot\[models\]"):
        open_embeddings(str(models["bert"]), find_model)
    assert isinstance(open_embeddings(str(models["model2vec"]), find_model), Model2VecEmbeddings)


# Rerankers


def test_a_cross_encoder_orders_anew_and_leaves_the_scores_in_their_places(
    models: dict[str, Path], workspace: Workspace, tmp_path: Path
) -> None:
    plain = Index.open(workspace, tmp_path / "home")
    reranked = Index.open(workspace, tmp_path / "home", reranker=chosen_reranker(str(models["cross"])))
    try:
        before, after = plain.search(QUESTION, 4), reranked.search(QUESTION, 4)
        assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before])
        assert len({hit.clause.ref for hit in after}) == 4
        assert len(reranked.search(QUESTION, 1)) == 1
    finally:
        plain.close()
        reranked.close()


def test_a_model_with_several_labels_is_no_reranker(models: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="交叉编码器"):
        CrossEncoderScorer("two", models["two-labels"]).relevance([("退款", "几天"), ("邮件", "多久")])


def test_a_reranker_that_cannot_be_had_is_one_line_and_the_order_stands(
    workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = Index.open(workspace, tmp_path / "home", reranker=chosen_reranker("/no/such/folder"))
    plain = Index.open(workspace, tmp_path / "home")
    try:
        for _ in range(3):
            assert index.search(QUESTION) == plain.search(QUESTION)
    finally:
        index.close()
        plain.close()
    assert [record.getMessage() for record in caplog.records] == ["模型文件夹 /no/such/folder 不存在，请检查路径。暂时不重排。"]


def test_the_name_says_kind_model_and_fingerprint(models: dict[str, Path]) -> None:
    name = ChosenEmbeddings(str(models["bert"]))(Lexicon()).name
    assert name == f"st-1:bert:{fingerprint(models['bert'])}"
