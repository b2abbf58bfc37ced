"""The LangChain retriever: the cut, the metadata, sync and async, inside a chain, and free of charge when not used."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes.clauses import small_workspace

from copilot.engine import Copilot
from copilot.retrieval import ClauseRetriever, Index
from copilot.retrieval import retriever as module


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    root = tmp_path_factory.mktemp("retriever")
    opened = Index.open(small_workspace(root / "workspace"), root / "home")
    yield opened
    opened.close()


def test_the_best_clause_comes_first_and_no_more_than_asked_for(index: Index) -> None:
    first, *rest = ClauseRetriever(index=index, k=2).invoke("退款几天到账")
    assert (first.metadata["document"], first.metadata["clause"]) == ("returns", "1.2")
    assert first.page_content.startswith("验货通过后")
    assert len(rest) <= 1


def test_the_metadata_is_complete_and_plain_json(index: Index) -> None:
    first = ClauseRetriever(index=index).invoke("退款几天到账")[0]
    metadata = json.loads(json.dumps(first.metadata, ensure_ascii=False))
    assert metadata == first.metadata
    assert metadata["citation"] == "《退货与退款政策》1.2"
    assert metadata["path"]
    assert metadata["source"].endswith("returns.md")
    assert metadata["line"] > 0
    assert metadata["valid_until"] is None
    assert all(0.0 <= metadata[name] <= 1.0 for name in ("score", "lexical", "dense"))


def test_an_uncovered_question_finds_nothing_unless_the_cut_is_off(copilot: Copilot) -> None:
    question = "附近哪家火锅店好吃"
    assert ClauseRetriever(index=copilot.index).invoke(question) == []
    assert ClauseRetriever(index=copilot.index, cut=False, k=3).invoke(question)


async def test_it_answers_without_blocking_the_loop(index: Index) -> None:
    found = await ClauseRetriever(index=index, k=1).ainvoke("退款几天到账")
    assert [document.metadata["clause"] for document in found] == ["1.2"]


def test_it_takes_its_place_in_a_chain(index: Index) -> None:
    from langchain_core.documents import Document
    from langchain_core.runnables import RunnableLambda, RunnablePassthrough

    def cited(found: list[Document]) -> str:
        return "；".join(each.metadata["citation"] for each in found[:1])

    def written(parts: dict[str, Any]) -> str:
        return f"{parts['question']} → {parts['clauses']}"

    clauses = ClauseRetriever(index=index) | RunnableLambda(cited)
    chain = {"clauses": clauses, "question": RunnablePassthrough()} | RunnableLambda(written)
    assert chain.invoke("退款几天到账") == "退款几天到账 → 《退货与退款政策》1.2"


def test_only_clauses_of_the_day_are_found(index: Index) -> None:
    before_all = date(1990, 1, 1)
    expected = [hit.clause.text for hit in index.search("退款几天到账", 5, on=before_all)]
    found = ClauseRetriever(index=index, on=before_all).invoke("退款几天到账")
    assert [document.page_content for document in found] == expected


def test_the_example_in_the_docstring_is_true(built_home: Path) -> None:
    example = doctest.DocTestFinder().find(ClauseRetriever, "ClauseRetriever", module, {"home": built_home})
    runner = doctest.DocTestRunner()
    assert sum(runner.run(each).attempted for each in example) >= 5
    assert runner.failures == 0


def test_asking_imports_neither_langchain_s_chains_nor_torch_before_anybody_wants_them(built_home: Path) -> None:
    code = (
        "import sys, copilot.retrieval\n"
        "assert 'langchain_core' not in sys.modules\n"
        "from pathlib import Path\nfrom copilot.settings import load_settings\nfrom copilot.wiring import build_copilot\n"
        f"assert build_copilot(load_settings(home=Path({str(built_home)!r}))).ask('电话响几声之内要接').answered\n"
        "heavy = ('torch', 'sentence_transformers', 'transformers', 'huggingface_hub.hf_api', 'langchain', 'markitdown')\n"
        "print([name for name in (*heavy, 'copilot.retrieval.models', 'copilot.retrieval.chroma_server') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
