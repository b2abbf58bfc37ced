from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from fakes.clauses import small_workspace

from copilot.clauses import Arrival, DocumentStore, Given, read_clauses, read_documents
from copilot.clauses.naming import suggested_id
from copilot.errors import CopilotError, WorkspaceError
from copilot.workspace import Workspace

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class ReadClause:
    number: str
    title: str
    text: str
    path: tuple[str, ...] = ()
    truncated: bool = False


@dataclass(frozen=True)
class Read:
    title: str
    clauses: tuple[ReadClause, ...]
    effective: date | None = None


def read(*texts: str, title: str = "服务手册", effective: date | None = None) -> Read:
    clauses = tuple(ReadClause(f"第{'一二三四'[i]}条", f"条目{i + 1}", text) for i, text in enumerate(texts))
    return Read(title, clauses, effective)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "workspace")


def put(
    workspace: Workspace, content: Read, digest: str, given: Given | None = None, file: str = "handbook.docx"
) -> Arrival:
    store = DocumentStore(workspace, TODAY)
    arrival = store.arrival(content, file, digest, given or Given())
    store.keep(arrival)
    return arrival


def stored(workspace: Workspace, identity: str = "handbook") -> list[tuple[str, date | None, date | None, str]]:
    return [
        (document.version, document.effective, document.until, document.clauses[0].text)
        for document in read_documents(workspace) if document.id == identity
    ]  # fmt: skip


def test_a_new_file_becomes_a_document_that_says_where_it_comes_from(workspace: Workspace) -> None:
    arrival = put(workspace, read("24 小时内答复。"), "aa")
    text = (workspace.knowledge / "documents/handbook.md").read_text("utf-8")
    assert arrival.change == "new"
    assert "source: handbook.docx\n" in text
    assert "imported: 2026-11-22\n" in text
    assert str(workspace.root) not in text
    assert stored(workspace) == [("", None, None, "24 小时内答复。")]


def test_the_same_file_again_changes_nothing(workspace: Workspace) -> None:
    put(workspace, read("24 小时内答复。"), "aa")
    path = workspace.knowledge / "documents/handbook.md"
    path.write_text(path.read_text("utf-8").replace("24 小时内答复。", "24 小时以内答复。"), "utf-8")
    assert put(workspace, read("24 小时内答复。"), "aa").change == "unchanged"
    assert stored(workspace)[0][3] == "24 小时以内答复。"  # what a trainer corrected by hand stays


def test_a_file_saved_again_with_the_same_words_changes_nothing(workspace: Workspace) -> None:
    put(workspace, read("24 小时内答复。"), "aa")
    assert put(workspace, read("24 小时内答复。"), "bb").change == "unchanged"


def test_a_changed_file_holds_from_today_where_no_date_is_known(workspace: Workspace) -> None:
    put(workspace, read("24 小时内答复。"), "aa")
    assert put(workspace, read("48 小时内答复。"), "bb").change == "version"
    assert stored(workspace) == [
        ("", None, TODAY, "24 小时内答复。"), ("2026-11-22", TODAY, None, "48 小时内答复。"),
    ]  # fmt: skip
    assert (workspace.knowledge / "documents/handbook@2026-11-22.md").is_file()


def test_the_date_in_the_text_or_the_given_one_starts_a_version(workspace: Workspace) -> None:
    put(workspace, read("甲。"), "aa", Given(starts=date(2025, 1, 1)))
    put(workspace, read("乙。", effective=date(2026, 1, 1)), "bb")
    put(workspace, read("丙。", effective=date(2026, 1, 1)), "cc", Given(starts=date(2027, 1, 1)))
    assert [(version, effective, until) for version, effective, until, _ in stored(workspace)] == [
        ("", date(2025, 1, 1), date(2026, 1, 1)), ("2026-01-01", date(2026, 1, 1), date(2027, 1, 1)),
        ("2027-01-01", date(2027, 1, 1), None),
    ]  # fmt: skip


def test_an_unchanged_date_in_a_changed_text_does_not_overwrite_what_held(workspace: Workspace) -> None:
    put(workspace, read("甲。", effective=date(2025, 1, 1)), "aa")
    assert put(workspace, read("乙。", effective=date(2025, 1, 1)), "bb").change == "version"
    assert [text for *_, text in stored(workspace)] == ["甲。", "乙。"]


def test_the_same_start_given_again_corrects_that_version(workspace: Workspace) -> None:
    put(workspace, read("甲。"), "aa", Given(starts=date(2025, 1, 1)))
    assert put(workspace, read("乙。"), "bb", Given(starts=date(2025, 1, 1))).change == "corrected"
    assert [text for *_, text in stored(workspace)] == ["乙。"]


def test_a_second_change_on_the_same_day_corrects_the_first(workspace: Workspace) -> None:
    for digest, text in (("aa", "甲。"), ("bb", "乙。"), ("cc", "丙。")):
        put(workspace, read(text), digest)
    assert [text for *_, text in stored(workspace)] == ["甲。", "丙。"]


def test_a_new_title_or_end_is_written_to_the_file_that_is_there(workspace: Workspace) -> None:
    put(workspace, read("甲。"), "aa")
    assert put(workspace, read("甲。"), "aa", Given(title="新手册", ends=date(2027, 1, 1))).change == "corrected"
    document = next(each for each in read_documents(workspace) if each.id == "handbook")
    assert (document.title, document.until) == ("新手册", date(2027, 1, 1))


def test_sentences_written_under_a_clause_move_on_to_the_next_version_if_its_text_stays(workspace: Workspace) -> None:
    put(workspace, read("甲。", "乙。"), "aa")
    path = workspace.knowledge / "documents/handbook.md"
    text = path.read_text("utf-8")
    for word in "甲乙":
        text = text.replace(f"{word}。\n", f"{word}。\n> 可以这样说：{word}{word}\n")
    path.write_text(text, "utf-8")
    put(workspace, read("甲。", "丁。"), "bb")
    newest = [document for document in read_documents(workspace) if document.id == "handbook"][-1]
    assert [clause.say for clause in newest.clauses] == [("甲甲",), ()]


def test_a_hand_written_policy_gets_a_new_version_without_being_touched(workspace: Workspace) -> None:
    policy = workspace.knowledge / "policies/returns.md"
    before = policy.read_bytes()
    put(workspace, read("九天。"), "aa", Given(id="returns", starts=date(2027, 1, 1)))
    assert policy.read_bytes() == before
    assert [until for _, _, until, _ in stored(workspace, "returns")] == [date(2027, 1, 1), None]


def test_a_file_never_takes_a_hand_written_document_over_by_its_name(workspace: Workspace) -> None:
    assert put(workspace, read("甲。"), "aa", file="Returns.docx").document.id == "returns-2"


def test_a_start_on_which_a_hand_written_version_begins_is_refused(workspace: Workspace) -> None:
    with pytest.raises(CopilotError, match=r"policies/returns\.md.*--from"):
        put(workspace, read("甲。"), "aa", Given(id="returns", starts=date(2026, 1, 1)))


def test_next_years_file_continues_the_document_and_another_one_does_not(workspace: Workspace) -> None:
    put(workspace, read("甲。", "乙。"), "aa", file="客服手册2025版.docx")
    same = put(workspace, read("甲。", "丙。"), "bb", file="客服手册（2026年修订版）.docx")
    other = put(workspace, Read("食堂菜单", (ReadClause("1", "周一", "面条。"),)), "cc", file="客服手册.docx")
    assert same.change == "version"
    assert other.change == "new"
    assert other.document.id == f"{same.document.id}-2"


def test_two_files_of_one_name_in_one_run_are_two_documents(workspace: Workspace) -> None:
    store = DocumentStore(workspace, TODAY)
    ids = []
    for text, digest in (("甲。", "aa"), ("乙。", "bb")):
        arrival = store.arrival(read(text), "handbook.docx", digest, Given())
        store.keep(arrival)
        ids.append(arrival.document.id)
    assert ids == ["handbook", "handbook-2"]


def test_a_dry_run_writes_nothing(workspace: Workspace) -> None:
    store = DocumentStore(workspace, TODAY)
    store.keep(store.arrival(read("甲。"), "handbook.docx", "aa", Given()), dry=True)
    assert not (workspace.knowledge / "documents").exists()
    assert "handbook" in {document.id for document in store.documents}


def test_removing_takes_all_versions_or_the_named_one(workspace: Workspace) -> None:
    put(workspace, read("甲。"), "aa")
    put(workspace, read("乙。"), "bb")
    DocumentStore(workspace, TODAY).remove("handbook@2026-11-22")
    assert stored(workspace) == [("", None, None, "甲。")]
    DocumentStore(workspace, TODAY).remove("handbook")
    assert stored(workspace) == []


@pytest.mark.parametrize(
    ("name", "words"), [("nothing", "没有编号为 nothing"), ("returns", "手写"), ("handbook@1999-01-01", "没有编号")]
)
def test_what_cannot_be_removed_is_explained(workspace: Workspace, name: str, words: str) -> None:
    put(workspace, read("甲。"), "aa")
    with pytest.raises(CopilotError, match=words):
        DocumentStore(workspace, TODAY).remove(name)


def test_a_document_that_questions_point_to_is_not_removed(workspace: Workspace) -> None:
    put(workspace, read("甲。"), "aa")
    (workspace.knowledge / "questions/b.yaml").write_text(
        "- id: handbook-1\n  document: handbook\n  clause: 第一条\n  questions: [甲是什么]\n", "utf-8"
    )
    with pytest.raises(WorkspaceError, match="handbook-1"):
        DocumentStore(workspace, TODAY).remove("handbook")
    assert stored(workspace) != []


@pytest.mark.parametrize("identity", ["退货", "A b", "-x", "x" * 65])
def test_an_unusable_id_is_refused(workspace: Workspace, identity: str) -> None:
    with pytest.raises(CopilotError, match="--id"):
        put(workspace, read("甲。"), "aa", Given(id=identity))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("客服手册2025版", "客服手册（2026年修订版）"), ("客服手册", "客服手册 (1)"), ("配送制度20250101", "配送制度2026.03.01"),
        ("Refund Policy v1.2", "refund_policy_final"), ("退款规定-终稿", "退款规定"),
    ],
)  # fmt: skip
def test_editions_of_one_file_get_one_id(first: str, second: str) -> None:
    assert suggested_id(first, "") == suggested_id(second, "")


def test_ids_are_readable_for_latin_names_and_stable_for_chinese_ones() -> None:
    assert suggested_id("Refund Policy v2", "") == "refund-policy"
    assert suggested_id("2026", "Service Handbook") == "service-handbook"
    assert suggested_id("退款规定", "") != suggested_id("配送规定", "")
    assert suggested_id("退款规定", "").startswith("doc-")


_KILLED = """
import os, sys, time
sys.path[:0] = {path!r}
from datetime import date
from pathlib import Path
import copilot.clauses.imported as imported
from copilot.workspace import Workspace
def hang(*_):
    print("writing", flush=True)
    time.sleep(60)
imported.os.replace = hang
store = imported.DocumentStore(Workspace(Path({root!r})), date(2026, 11, 22))
old = next(d for d in store.documents if d.id == "handbook")
clauses = tuple(imported.replace(c, text="48 小时。" * 20_000) for c in old.clauses)
document = imported.replace(old, clauses=clauses)
store.keep(imported.Arrival("corrected", document, Path({target!r}), old))
"""


def test_a_killed_import_leaves_every_document_as_it_was(workspace: Workspace) -> None:
    put(workspace, read("24 小时。"), "aa")
    target = workspace.knowledge / "documents/handbook.md"
    before = target.read_bytes()
    code = _KILLED.format(path=sys.path, root=str(workspace.root), target=str(target))
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "writing"
        process.send_signal(signal.SIGKILL)
    assert target.read_bytes() == before
    assert [clause.text for clause in read_clauses(workspace) if clause.document == "handbook"] == ["24 小时。"]
    assert len(list(target.parent.glob(".*.tmp"))) == 1
    assert put(workspace, read("36 小时。"), "bb", Given(title="手册")).change == "version"
    assert put(workspace, read("24 小时。"), "aa", Given(title="手册")).change == "corrected"
    assert list(target.parent.glob(".*.tmp")) == []
