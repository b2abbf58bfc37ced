from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fakes.clauses import small_workspace
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.conversation import ClauseRef
from copilot.errors import IndexUnavailableError, WorkspaceError
from copilot.retrieval import HashedEmbeddings, Index
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.embeddings import Vector
from copilot.workspace import Workspace


class CountingEmbeddings(HashedEmbeddings):
    """The real embedding, which also remembers what it was asked to embed."""

    embedded: list[str] = []  # noqa: RUF012 - shared on purpose: every instance of a test writes here

    def vectors(self, texts: Sequence[str]) -> Vector:
        CountingEmbeddings.embedded.extend(texts)
        return super().vectors(texts)


def counting(lexicon: Lexicon) -> CountingEmbeddings:
    return CountingEmbeddings(lexicon)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "workspace")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    root = tmp_path_factory.mktemp("index")
    opened = Index.open(small_workspace(root / "workspace"), root / "home")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "ref"),
    [
        ("穿裙子上班可以吗", "agreement 1.1"),
        ("能抢话吗", "agreement 1.2"),
        ("邮件多久之内要回", "agreement 2.1"),
        ("退钱要几天", "returns 1.2"),
        ("七天无理由是怎么算的", "returns 1.1"),
        ("how fast do I answer a chat message", "agreement 2.1"),
    ],
)
def test_the_clause_that_answers_comes_first(index: Index, question: str, ref: str) -> None:
    assert str(index.search(question)[0].clause.ref) == ref


def test_hits_are_unique_and_scores_descend_within_zero_and_one(index: Index) -> None:
    hits = index.search("退款的时候谁承担运费，要几天到账", 10)
    scores = [hit.score for hit in hits]
    assert len({hit.clause.ref for hit in hits}) == len(hits) > 1
    assert scores == sorted(scores, reverse=True)
    assert all(0.0 <= value <= 1.0 for hit in hits for value in (hit.score, hit.lexical, hit.dense))


def test_no_more_hits_than_asked_for(index: Index) -> None:
    assert len(index.search("退款到账", 1)) == 1
    assert index.search("退款到账", 0) == []


@pytest.mark.parametrize("text", ["", "   ", "\n", "。。。！？", "😀😀", "\u200b"])
def test_a_text_without_words_finds_nothing(index: Index, text: str) -> None:
    assert index.search(text) == []


def test_a_question_near_an_uncovered_topic_scores_lower_than_a_covered_one(index: Index) -> None:
    uncovered, covered = index.search("底薪一个月多少"), index.search("电话响几声要接")
    assert (uncovered[0].score if uncovered else 0.0) < covered[0].score


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_can_be_searched(index: Index, text: str) -> None:
    assert all(0.0 <= hit.score <= 1.0 for hit in index.search(text))


def test_a_very_long_text_is_searched_quickly(index: Index) -> None:
    started = time.perf_counter()
    assert index.search("退款到账" * 12_500)
    assert time.perf_counter() - started < 1.0


def test_clauses_are_known_by_their_reference(index: Index) -> None:
    found = index.clause(ClauseRef("agreement", "2.1"))
    assert found is not None
    assert found.title == "响应时间"
    assert index.clause(ClauseRef("agreement", "9.9")) is None


def test_status_counts_documents_clauses_and_names_what_changed(index: Index) -> None:
    status = index.status()
    assert (status.documents, status.clauses) == (2, 7)
    assert "knowledge/agreement.md" in status.changed
    assert status.built_at.tzinfo is not None


def test_progress_hears_every_step_to_its_end(workspace: Workspace, home: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    Index.open(workspace, home, lambda step, done, total: heard.append((step, done, total)))
    ends = {step: (done, total) for step, done, total in heard}
    assert list(ends) == ["读取协议和制度", "建立词语索引", "建立语义索引"]
    assert all(done == total for done, total in ends.values())


def test_an_index_that_is_up_to_date_is_not_built_again(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home)
    heard: list[str] = []
    Index.open(workspace, home, lambda step, done, total: heard.append(step))
    assert heard == []


def test_opening_and_reading_clauses_imports_neither_chroma_nor_langchain(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home)
    code = (
        "import sys; from pathlib import Path; from copilot.retrieval import Index; "
        "from copilot.workspace import Workspace; "
        f"index = Index.open(Workspace(Path({str(workspace.root)!r})), Path({str(home)!r})); "
        "assert index.clauses; heavy = ('chromadb', 'langchain_core', 'bm25s', 'scipy', 'torch'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_what_changed_is_embedded_again(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home, embeddings=counting)
    CountingEmbeddings.embedded.clear()
    path = workspace.knowledge / "policies/returns.md"
    path.write_text(path.read_text("utf-8").replace("1 个工作日内发起", "2 个工作日内发起"), "utf-8")
    index = Index.open(workspace, home, embeddings=counting)
    embedded = list(CountingEmbeddings.embedded)
    assert embedded == ["退款到账时间。验货通过后 2 个工作日内发起退款，3 个工作日内到账。"]
    assert index.status().changed == ("knowledge/policies/returns.md",)


def test_clauses_of_a_deleted_file_are_gone(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home).search("退款到账")
    (workspace.knowledge / "policies/returns.md").unlink()
    questions = workspace.knowledge / "questions/all.yaml"
    questions.write_text(questions.read_text("utf-8").split("- id: returns")[0], "utf-8")
    index = Index.open(workspace, home)
    assert {clause.document for clause in index.clauses} == {"agreement"}
    assert {hit.clause.document for hit in index.search("退款几天到账", 10)} <= {"agreement"}


def test_a_new_concept_changes_what_is_found(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home)
    concepts = workspace.knowledge / "concepts/all.yaml"
    concepts.write_text(concepts.read_text("utf-8").replace("拖鞋,", "拖鞋, 洞洞鞋,"), "utf-8")
    assert str(Index.open(workspace, home).search("洞洞鞋")[0].clause.ref) == "agreement 1.1"


def test_another_embedding_builds_anew(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home)
    index = Index.open(workspace, home, embeddings=lambda lexicon: HashedEmbeddings(lexicon, dimensions=64))
    assert ":64:" in index.status().embedding
    assert index.search("退款几天到账")[0].clause.document == "returns"


@pytest.mark.parametrize("victim", ["chroma", "words", "concepts.json", "owners.npy", "clauses.json", "topics.json"])
def test_a_damaged_index_mends_itself(workspace: Workspace, home: Path, victim: str) -> None:
    Index.open(workspace, home)
    for path in (home / "index").glob(f"gen-*/{victim}"):
        for file in [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]:
            file.write_bytes(b"\x00nonsense")
    assert str(Index.open(workspace, home).search("退款几天到账")[0].clause.ref) == "returns 1.2"


def test_a_damaged_manifest_mends_itself(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home)
    (home / "index/current.json").write_text('{"generation": 7', "utf-8")
    assert Index.open(workspace, home).search("退款几天到账")


def test_a_home_that_cannot_be_written_is_named_with_a_remedy(workspace: Workspace, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", "utf-8")
    with pytest.raises(IndexUnavailableError, match="COPILOT_HOME"):
        Index.open(workspace, blocked)


def test_a_workspace_without_clauses_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    with pytest.raises(IndexUnavailableError, match="copilot init"):
        Index.open(Workspace(tmp_path), tmp_path / "home")


def test_a_broken_file_is_reported_and_leaves_the_old_index(workspace: Workspace, home: Path) -> None:
    Index.open(workspace, home)
    before = (home / "index/current.json").read_text("utf-8")
    agreement = workspace.knowledge / "agreement.md"
    whole = agreement.read_text("utf-8")
    agreement.write_text(whole + "## 2.3 空\n", "utf-8")
    with pytest.raises(WorkspaceError, match=r"agreement\.md:\d+"):
        Index.open(workspace, home)
    assert (home / "index/current.json").read_text("utf-8") == before


_SLOW_BUILD = """
import sys, time
from pathlib import Path
from copilot.retrieval import Index
from copilot.workspace import Workspace
def report(step, done, total):
    print(step, flush=True)
    time.sleep(60 if step == {stop!r} and done == {at} else 0)
Index.open(Workspace(Path({workspace!r})), Path({home!r}), report)
"""


@pytest.mark.parametrize(("stop", "at"), [("建立词语索引", 2), ("建立语义索引", 0)])
def test_a_build_killed_on_the_way_leaves_the_old_index_working(
    workspace: Workspace, home: Path, stop: str, at: int
) -> None:
    Index.open(workspace, home).close()
    before = (home / "index/current.json").read_text("utf-8")
    path = workspace.knowledge / "policies/returns.md"
    path.write_text(path.read_text("utf-8").replace("3 个工作日内到账", "5 个工作日内到账"), "utf-8")
    code = _SLOW_BUILD.format(workspace=str(workspace.root), home=str(home), stop=stop, at=at)
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != stop:
            pass
        time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
    assert (home / "index/current.json").read_text("utf-8") == before
    index = Index.open(workspace, home)
    found = index.search("退款几天到账")[0].clause
    assert "5 个工作日内到账" in found.text
    assert len(list((home / "index").glob("gen-*"))) == 2


def test_two_processes_may_open_the_same_home_at_once(workspace: Workspace, home: Path) -> None:
    code = (
        "from pathlib import Path; from copilot.retrieval import Index; from copilot.workspace import Workspace; "
        f"index = Index.open(Workspace(Path({str(workspace.root)!r})), Path({str(home)!r})); "
        "print(index.search('退款几天到账')[0].clause.ref)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]  # fmt: skip
    assert [process.communicate(timeout=60)[0].strip() for process in running] == ["returns 1.2", "returns 1.2"]
    assert len(list((home / "index").glob("gen-*"))) == 1
