"""Versions of a document and the days on which clauses hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fakes.clauses import RETURNS_TEXT, small_workspace

from copilot.clauses import Clause, parse_document, read_clauses, read_documents
from copilot.errors import WorkspaceError
from copilot.workspace import Workspace, builtin_workspace

HEAD = "---\nid: a\ntitle: 甲\neffective: 2025-01-01\nuntil: 2027-01-01\n---\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "workspace")


def add(workspace: Workspace, name: str, text: str) -> None:
    path = workspace.knowledge / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def days(clause: Clause) -> tuple[date | None, date | None]:
    return clause.valid_from, clause.valid_until


@pytest.mark.parametrize(
    ("day", "holds"),
    [(date(2024, 12, 31), False), (date(2025, 1, 1), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_a_clause_holds_from_its_first_day_to_the_day_before_its_end(day: date, holds: bool) -> None:
    clause = parse_document(HEAD + "# 1 题\n正文", "a.md").clauses[0]
    assert clause.valid_on(day) is holds


def test_a_clause_without_days_always_holds() -> None:
    clause = Clause("a", "甲", "1", "题", "正文")
    assert clause.valid_on(date.min)
    assert clause.valid_on(date.max)


def test_a_single_clause_may_have_days_of_its_own() -> None:
    text = HEAD + "# 1 题\n<!-- valid 2025-03-01..2025-06-01 -->\n正文\n# 2 题\n<!-- valid ..2025-09-01 -->\n正文"
    first, second = parse_document(text, "a.md").clauses
    assert days(first) == (date(2025, 3, 1), date(2025, 6, 1))
    assert days(second) == (None, date(2025, 9, 1))
    assert first.text == second.text == "正文"


def test_one_file_may_hold_the_old_and_the_new_wording_of_a_clause() -> None:
    text = HEAD + "# 1 题\n<!-- valid ..2026-01-01 -->\n旧\n# 1 题\n<!-- valid 2026-01-01.. -->\n新"
    old, new = parse_document(text, "a.md").clauses
    assert (old.edition, new.edition) == ("a", "a@2026-01-01")
    assert not old.overlaps(new)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("# 1 题\n<!-- valid 2025 -->\n正文", "a.md:8", "2025-01-01..2026-01-01"),
        ("# 1 题\n<!-- valid 2026-01-01..2025-01-01 -->\n正文", "a.md:8", "看不懂"),
        ("# 1 题\n<!-- valid 2025-02-30.. -->\n正文", "a.md:8", "看不懂"),
        ("# 1 题\n<!-- valid .. -->\n正文", "a.md:8", "看不懂"),
        ("# 1 题\n<!-- valid ..2026-01-01 -->\n旧\n# 1 题\n<!-- valid 2025-12-31.. -->\n新", "a.md:10", "重叠"),
    ],
)
def test_days_that_cannot_be_are_named_with_their_line(text: str, place: str, remedy: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        parse_document(HEAD + text, "a.md")
    assert str(caught.value).startswith(f"{place}：")
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [("until: 2024-01-01", "晚于"), ("until: 明年", "2026-01-01"), ("version: 二 版", "空格"),
     ("effective: 2026-13-01", "格式有误")],
)
def test_a_header_with_unusable_days_is_refused(line: str, remedy: str) -> None:
    lines = [each for each in ("id: a", "title: 甲", "effective: 2025-01-01") if each[:5] != line[:5]]
    with pytest.raises(WorkspaceError, match=r"a\.md:2：") as caught:
        parse_document("\n".join(["---", *lines, line, "---", "# 1 题", "正文"]), "a.md")
    assert remedy in str(caught.value)


def test_a_version_holds_until_the_next_one_begins(workspace: Workspace) -> None:
    changed = RETURNS_TEXT.replace("2026-01-01", "2026-07-01").replace("7 天", "9 天")
    add(workspace, "documents/returns@2026-07-01.md", changed)
    versions = [document for document in read_documents(workspace) if document.id == "returns"]
    assert [(each.effective, each.until) for each in versions] == [
        (date(2026, 1, 1), date(2026, 7, 1)), (date(2026, 7, 1), None),
    ]  # fmt: skip
    clauses = [clause for clause in read_clauses(workspace) if str(clause.ref) == "returns 1.1"]
    assert [clause.edition for clause in clauses] == ["returns", "returns@2026-07-01"]
    assert [[c.valid_on(day) for c in clauses] for day in (date(2026, 6, 30), date(2026, 7, 1))] == [
        [True, False], [False, True],
    ]  # fmt: skip


def test_no_two_clauses_share_edition_and_number_however_versions_are_named(workspace: Workspace) -> None:
    own = "# 1 x\n## 1.1 七天无理由退货\n<!-- valid ..2026-01-01 -->\n旧\n## 1.1 新\n<!-- valid 2026-07-01.. -->\n新\n"
    head = "---\nid: returns\ntitle: 退货\n"
    add(workspace, "documents/one.md", f"{head}effective: 2026-07-01\n---\n{own}")
    add(workspace, "documents/two.md", f"{head}effective: 2025-01-01\nversion: 2026-07-01\n---\n{own}")
    names = [(clause.edition, clause.number) for clause in read_clauses(workspace)]
    assert len(names) == len(set(names))


def test_two_versions_from_the_same_day_are_refused_with_a_remedy(workspace: Workspace) -> None:
    add(workspace, "documents/returns.md", RETURNS_TEXT)
    with pytest.raises(WorkspaceError, match=r"documents/returns\.md:2：.*policies/returns\.md.*effective"):
        read_documents(workspace)


def test_documents_of_the_home_are_read_beside_those_of_the_workspace(workspace: Workspace, tmp_path: Path) -> None:
    add(workspace, "documents/own.md", "---\nid: own\ntitle: 自有\n---\n# 1 题\n正文\n")
    (tmp_path / "home/documents").mkdir(parents=True)
    (tmp_path / "home/documents/added.md").write_text("---\nid: added\ntitle: 加入\n---\n# 1 题\n正文\n", "utf-8")
    assert "added" not in {document.id for document in read_documents(workspace)}
    ids = {document.id for document in read_documents(workspace.with_home(tmp_path / "home"))}
    assert {"own", "added"} <= ids


def test_the_built_in_workspace_is_never_written_to(tmp_path: Path) -> None:
    folders = builtin_workspace().with_home(tmp_path).document_folders
    assert folders[0] == tmp_path / "documents"
    assert small_workspace(tmp_path / "team").with_home(tmp_path).document_folders[0].is_relative_to(tmp_path / "team")
