from __future__ import annotations

from pathlib import Path

from fakes.clauses import small_workspace

from copilot.retrieval import Index


def test_the_retriever_gives_clauses_as_langchain_documents(tmp_path: Path) -> None:
    from copilot.retrieval.retriever import ClauseRetriever

    index = Index.open(small_workspace(tmp_path / "workspace"), tmp_path / "home")
    first, *rest = ClauseRetriever(index=index, k=2).invoke("退款几天到账")
    assert (first.metadata["document"], first.metadata["clause"]) == ("returns", "1.2")
    assert first.page_content.startswith("验货通过后")
    assert len(rest) <= 1
