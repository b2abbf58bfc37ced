"""Vectors on a real Chroma server: shared, killed, restarted, wiped, and not a Chroma at all."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.chroma_run import ChromaRun, free_port
from fakes.clauses import small_workspace
from fakes.counting import CountingEmbeddings
from fakes.serving import serve_in_thread
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from copilot.retrieval import Index
from copilot.retrieval.chroma_server import ServerVectors
from copilot.workspace import Workspace

Opener = Callable[..., Index]
QUESTION = "退款几天到账"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaRun]:
    server = ChromaRun(tmp_path_factory.mktemp("chroma"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def server(running: ChromaRun) -> ChromaRun:
    """The server of the session, empty, and alive again whatever the test before did to it."""
    if not running.alive:
        running.start()
    running.delete_all()
    return running


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "workspace")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def opened() -> Iterator[Callable[..., Index]]:
    """`Index.open`, closed again at the end of the test."""
    indexes: list[Index] = []

    def open_one(*arguments: Any, **options: Any) -> Index:
        indexes.append(Index.open(*arguments, **options))
        return indexes[-1]

    yield open_one
    for index in indexes:
        index.close()


def stores(url: str) -> ServerVectors:
    return ServerVectors(url, pause_s=0.05)


def change(workspace: Workspace, old: str, new: str) -> None:
    path = workspace.knowledge / "policies/returns.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def eventually(condition: Callable[[], object], deadline_s: float = 10.0) -> bool:
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_vectors_lie_on_the_server_alone_and_are_found_there(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path
) -> None:
    index = opened(workspace, home, vectors=stores(server.url))
    first = index.search(QUESTION)[0]
    assert str(first.clause.ref) == "returns 1.2"
    assert first.dense > 0.5
    assert index.count_vectors() == index.status().entries
    assert len(server.collections()) == 1
    assert not list((home / "index").rglob("chroma*"))


def test_the_scores_are_those_of_files_beside_the_index(
    opened: Opener, server: ChromaRun, workspace: Workspace, tmp_path: Path
) -> None:
    here = opened(workspace, tmp_path / "here").search(QUESTION)
    there = opened(workspace, tmp_path / "there", vectors=stores(server.url)).search(QUESTION)
    assert [(hit.clause, round(hit.score, 4)) for hit in here] == [(hit.clause, round(hit.score, 4)) for hit in there]


def test_unchanged_entries_keep_their_vectors_and_old_collections_go(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path
) -> None:
    opened(workspace, home, embeddings=CountingEmbeddings, vectors=stores(server.url))
    for days in ("2", "4", "6"):
        change(workspace, f"{int(days) - 1 if days == '2' else int(days) - 2} 个工作日内发起", f"{days} 个工作日内发起")
        CountingEmbeddings.embedded.clear()
        index = opened(workspace, home, embeddings=CountingEmbeddings, vectors=stores(server.url))
        assert CountingEmbeddings.embedded == [
            f"退款到账时间。验货通过后 {days} 个工作日内发起退款，3 个工作日内到账。"
        ]
    assert index.count_vectors() == index.status().entries
    assert len(server.collections()) == 2, "the one in force and the one before it"


def test_two_homes_share_a_server_without_meeting(
    opened: Opener, server: ChromaRun, workspace: Workspace, tmp_path: Path
) -> None:
    other, there = small_workspace(tmp_path / "other"), tmp_path / "there"
    first = opened(workspace, tmp_path / "here", vectors=stores(server.url))
    opened(other, there, vectors=stores(server.url))
    opened(other, there, vectors=stores(server.url), anew=True)
    uncovered = other.knowledge / "uncovered/all.yaml"
    uncovered.write_text(uncovered.read_text("utf-8").split("- id: pay")[0], "utf-8")
    second = opened(other, there, vectors=stores(server.url), anew=True)
    assert first.search(QUESTION)[0].dense > 0.5
    assert first.count_vectors() == first.status().entries > second.count_vectors() == second.status().entries


def test_a_server_killed_in_mid_service_is_told_once_and_used_again_when_it_is_back(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = opened(workspace, home, vectors=stores(server.url))
    before = index.search(QUESTION)
    server.kill()
    for _ in range(3):
        started = time.perf_counter()
        alone = index.search(QUESTION)
        assert time.perf_counter() - started < 3.0
        assert str(alone[0].clause.ref) == "returns 1.2"
        assert alone[0].dense == 0.0
    assert [record.message.count("连不上") for record in caplog.records] == [1]
    assert caplog.records[0].exc_info is None
    server.start()
    assert eventually(lambda: index.search(QUESTION)[0].dense > 0.0)
    assert [hit.clause for hit in index.search(QUESTION)] == [hit.clause for hit in before]
    assert "已恢复" in caplog.records[-1].message


def test_a_server_that_is_down_at_the_start_gets_its_vectors_when_it_comes(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.kill()
    index = opened(workspace, home, vectors=stores(server.url))
    assert str(index.search(QUESTION)[0].clause.ref) == "returns 1.2"
    assert any("连不上 Chroma 服务" in record.message for record in caplog.records)
    server.start()
    assert eventually(lambda: index.search(QUESTION)[0].dense > 0.0)
    assert index.count_vectors() == index.status().entries


def test_a_change_while_the_server_is_down_keeps_the_vectors_it_has(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path
) -> None:
    opened(workspace, home, embeddings=CountingEmbeddings, vectors=stores(server.url))
    server.kill()
    change(workspace, "3 个工作日内到账", "5 个工作日内到账")
    alone = opened(workspace, home, embeddings=CountingEmbeddings, vectors=stores(server.url))
    assert "5 个工作日" in alone.search(QUESTION)[0].clause.text
    server.start()
    CountingEmbeddings.embedded.clear()
    opened(workspace, home, embeddings=CountingEmbeddings, vectors=stores(server.url))
    assert CountingEmbeddings.embedded == ["退款到账时间。验货通过后 1 个工作日内发起退款，5 个工作日内到账。"]


def test_vectors_that_are_gone_from_the_server_are_made_again(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path
) -> None:
    opened(workspace, home, vectors=stores(server.url))
    server.delete_all()
    index = opened(workspace, home, vectors=stores(server.url))
    assert str(index.search(QUESTION)[0].clause.ref) == "returns 1.2"
    assert eventually(lambda: index.search(QUESTION)[0].dense > 0.0)


def test_a_wrong_address_is_named_and_words_alone_still_refuse(
    opened: Opener, workspace: Workspace, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    index = opened(workspace, home, vectors=stores(url))
    covered, weather = index.search("电话响几声要接")[0], index.search("底薪一个月多少")
    assert covered.score > (weather[0].score if weather else 0.0)
    assert url in caplog.text
    assert "COPILOT_CHROMA_URL" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("status", "body"), [(200, "<html>hello</html>"), (200, "[]"), (404, "no"), (500, "oops")])
def test_something_else_on_that_port_is_called_something_else(
    opened: Opener, workspace: Workspace, home: Path, caplog: pytest.LogCaptureFixture, status: int, body: str
) -> None:
    app = Starlette(routes=[Route("/{path:path}", lambda request: PlainTextResponse(body, status))])
    with serve_in_thread(app) as url:
        index = opened(workspace, home, vectors=stores(url))
        assert str(index.search(QUESTION)[0].clause.ref) == "returns 1.2"
    assert "不是 Chroma 服务" in caplog.text


def test_a_token_that_is_refused_is_named_and_one_that_is_given_is_sent() -> None:
    seen: list[str] = []

    def answer(request: object) -> PlainTextResponse:
        seen.append(request.headers["authorization"] + request.headers["x-chroma-token"])  # type: ignore[attr-defined]
        return PlainTextResponse("no", 401)

    with serve_in_thread(Starlette(routes=[Route("/{path:path}", answer)])) as url:
        assert "COPILOT_CHROMA_TOKEN" in ServerVectors(url, token="s3cret").fault()
    assert seen == ["Bearer s3crets3cret"]


def test_a_database_that_does_not_exist_is_named(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = opened(workspace, home, vectors=ServerVectors(server.url, database="nowhere"))
    assert str(index.search(QUESTION)[0].clause.ref) == "returns 1.2"
    assert "COPILOT_CHROMA_DATABASE" in caplog.text


_BUILD = """
import sys, time
from pathlib import Path
from copilot.retrieval import Index
from copilot.retrieval.chroma_server import ServerVectors
from copilot.workspace import Workspace
def report(step, done, total):
    print(step, done, flush=True)
    time.sleep(60 if step == "建立语义索引" and done == total else 0)
Index.open(Workspace(Path({workspace!r})), Path({home!r}), report, vectors=ServerVectors({url!r}))
"""


def test_a_build_that_is_killed_leaves_the_old_collection_serving(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path
) -> None:
    index = opened(workspace, home, vectors=stores(server.url))
    old = server.collections()
    change(workspace, "3 个工作日内到账", "5 个工作日内到账")
    code = _BUILD.format(workspace=str(workspace.root), home=str(home), url=server.url)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != "建立语义索引 1":
            pass
        process.send_signal(signal.SIGKILL)
    assert len(server.collections()) == 2
    assert "3 个工作日" in index.search(QUESTION)[0].clause.text
    assert index.search(QUESTION)[0].dense > 0.5
    later = opened(workspace, home, vectors=stores(server.url))
    assert "5 个工作日" in later.search(QUESTION)[0].clause.text
    assert len(server.collections()) == 2, "what the killed build left is gone"
    assert set(old) < set(server.collections())


def test_moving_to_a_server_and_back_needs_no_rebuild_by_hand(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path
) -> None:
    for vectors in (None, stores(server.url), None):
        index = opened(workspace, home, vectors=vectors)
        assert index.search(QUESTION)[0].dense > 0.5
        index.close()


def test_nothing_is_logged_at_all_while_the_server_is_well(
    opened: Opener, server: ChromaRun, workspace: Workspace, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened(workspace, home, vectors=stores(server.url)).search(QUESTION)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
