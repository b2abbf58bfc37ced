from __future__ import annotations

from pathlib import Path

import pytest
from fakes.clauses import small_workspace

from copilot.clauses import read_clauses, read_documents, read_questions, read_uncovered
from copilot.errors import WorkspaceError
from copilot.workspace import Workspace, builtin_workspace


def test_the_agreement_comes_first(tmp_path: Path) -> None:
    clauses = read_clauses(small_workspace(tmp_path))
    assert str(clauses[0].ref) == "agreement 1.1"
    assert {clause.document for clause in clauses} == {"agreement", "returns"}


def test_two_documents_with_one_id_are_refused(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    copied = (workspace.knowledge / "policies/returns.md").read_text("utf-8")
    (workspace.knowledge / "policies/zweite.md").write_text(copied, "utf-8")
    with pytest.raises(WorkspaceError, match=r"zweite\.md:2：.*returns\.md"):
        read_documents(workspace)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    (workspace.knowledge / "agreement.md").write_bytes("条款".encode("gbk"))
    with pytest.raises(WorkspaceError, match=r"agreement\.md:1：不是 UTF-8"):
        read_clauses(workspace)


def test_questions_point_to_clauses(tmp_path: Path) -> None:
    sets = read_questions(small_workspace(tmp_path))
    assert {str(entry.ref) for entry in sets} <= {str(c.ref) for c in read_clauses(small_workspace(tmp_path / "again"))}


def test_a_question_set_for_an_unknown_clause_names_its_line(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    (workspace.knowledge / "questions/b.yaml").write_text(
        "- id: good\n  document: returns\n  clause: '1.1'\n  questions: [能退吗]\n"
        "- id: bad\n  document: returns\n  clause: '9.9'\n  questions: [在哪里]\n", "utf-8",
    )  # fmt: skip
    with pytest.raises(WorkspaceError, match=r"questions/b\.yaml:5：条目 bad 指向的条款 returns 9\.9 不存在"):
        read_questions(workspace)


def test_an_unquoted_clause_number_is_refused(tmp_path: Path) -> None:
    workspace = small_workspace(tmp_path)
    (workspace.knowledge / "questions/b.yaml").write_text(
        "- id: bad\n  document: returns\n  clause: 1.10\n  questions: [在哪里]\n", "utf-8"
    )
    with pytest.raises(WorkspaceError, match=r"b\.yaml:3：字段 clause"):
        read_questions(workspace)


def test_uncovered_topics_may_be_missing(tmp_path: Path) -> None:
    assert read_uncovered(Workspace(tmp_path)) == []


def test_the_built_in_workspace_is_sound() -> None:
    workspace = builtin_workspace()
    clauses = read_clauses(workspace)
    assert len({clause.ref for clause in clauses}) == len(clauses)
    assert read_questions(workspace, clauses)
    assert [clause.number for clause in clauses if clause.document == "agreement" and clause.truncated] == ["4.1"]


def test_no_question_is_both_covered_and_uncovered() -> None:
    workspace = builtin_workspace()
    covered = {text for entry in read_questions(workspace) for text in entry.questions}
    assert covered.isdisjoint(text for topic in read_uncovered(workspace) for text in topic.questions)
