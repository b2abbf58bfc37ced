"""Search and citation by date: which version of a clause is found on which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes.clauses import RETURNS_TEXT, small_workspace

from copilot.answering import Answer, Answerer
from copilot.clauses import Clause
from copilot.conversation import ClauseRef
from copilot.engine import Copilot
from copilot.retrieval import HashedEmbeddings, Index
from copilot.retrieval.generation import load_clauses, save_clauses
from copilot.retrieval.standing import standing
from copilot.workspace import Workspace, builtin_workspace

OLD, NEW = date(2026, 3, 1), date(2026, 9, 1)
REFUND = ClauseRef("returns", "1.2")
NEW_TEXT = (
    RETURNS_TEXT.replace("effective: 2026-01-01", "effective: 2026-07-01\nversion: 2026-07-01\nuntil: 2027-07-01")
    .replace("3 个工作日内到账", "5 个工作日内到账")
    .split("## 1.3")[0]
)


class Clock:
    """A clock that tests set."""

    day = OLD

    def __call__(self) -> date:
        return self.day


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = small_workspace(tmp_path_factory.mktemp("versions") / "workspace")
    (made.knowledge / "documents").mkdir()
    (made.knowledge / "documents/returns@2026-07-01.md").write_text(NEW_TEXT, "utf-8")
    return made


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def index(workspace: Workspace, clock: Clock) -> Iterator[Index]:
    opened = Index.open(workspace, workspace.root.parent / "home", today=clock, embeddings=HashedEmbeddings)
    yield opened
    opened.close()


@pytest.mark.parametrize(("day", "text"), [(OLD, "3 个工作日内到账"), (NEW, "5 个工作日内到账")])
def test_the_version_of_the_day_is_found(index: Index, day: date, text: str) -> None:
    hits = index.search("退款几天到账", 10, on=day)
    assert text in hits[0].clause.text
    assert all(hit.clause.valid_on(day) for hit in hits)


def test_each_clause_is_found_in_one_version_only(index: Index) -> None:
    refs = [hit.clause.ref for hit in index.search("退款退货运费", 20, on=NEW)]
    assert len(refs) == len(set(refs))


def test_without_a_day_the_clock_decides_at_every_search(index: Index, clock: Clock) -> None:
    found = []
    for clock.day in (OLD, NEW, OLD):
        found.append("5 个工作日" in index.search("退款几天到账")[0].clause.text)
    assert found == [False, True, False]


def test_nothing_of_a_document_is_found_after_it_ended_or_before_it_began(index: Index) -> None:
    for day in (date(2025, 12, 31), date(2027, 7, 1)):
        assert "returns" not in {hit.clause.document for hit in index.search("退款几天到账", 10, on=day)}


def test_a_citation_gives_the_version_of_the_day(index: Index) -> None:
    old, new = index.clause(REFUND, on=OLD), index.clause(REFUND, on=NEW)
    assert old is not None
    assert new is not None
    assert (old.version, new.version) == ("", "2026-07-01")
    assert index.clause(REFUND, on=date(2025, 1, 1)) is None
    assert index.versions(REFUND) == (old, new)


def test_a_citation_without_a_day_gives_todays_version_or_the_last_there_was(index: Index, clock: Clock) -> None:
    versions = []
    for clock.day in (OLD, NEW, date(2028, 1, 1)):
        clause = index.clause(REFUND)
        versions.append(clause.version if clause else None)
    assert versions == ["", "2026-07-01", "2026-07-01"]
    clock.day = NEW
    dropped = index.clause(ClauseRef("returns", "1.3"))
    assert dropped is not None
    assert not dropped.valid_on(NEW)


def said(answer: Answer) -> str:
    """All that the answer shows of clauses, also of the nearest where it does not answer."""
    return " ".join([answer.answer, *(source.quote for source in (*answer.cites, *answer.nearest))])


def test_an_answer_rests_on_the_version_of_the_day(index: Index, clock: Clock) -> None:
    answers = []
    for clock.day in (OLD, NEW):
        answers.append(said(Answerer(index, cutoff=0.0).answer("退款几天到账")))
    assert ["3 个工作日" in text for text in answers] == [True, False]
    assert ["5 个工作日" in text for text in answers] == [False, True]


def test_valid_lists_the_clauses_of_the_day(index: Index) -> None:
    assert {clause.number for clause in index.valid(OLD) if clause.document == "returns"} == {"1.1", "1.2", "1.3"}
    assert {clause.number for clause in index.valid(NEW) if clause.document == "returns"} == {"1.1", "1.2"}


def test_questions_lead_to_a_clause_in_every_version(index: Index) -> None:
    assert [str(index.search("钱什么时候退给我", on=day)[0].clause.ref) for day in (OLD, NEW)] == ["returns 1.2"] * 2


def test_clauses_come_back_from_disk_with_their_days(tmp_path: Path) -> None:
    clauses = (
        Clause("a", "甲", "第一条", "题", "文", ("章",), ("说",), True, "a.md", 3, "v2", OLD, NEW),
        Clause("a", "甲", "2", "题", "文"),
    )
    save_clauses(tmp_path, clauses)
    assert load_clauses(tmp_path) == clauses


def test_the_standing_names_files_that_changed_since_the_build(tmp_path: Path) -> None:
    workspace, home = small_workspace(tmp_path / "workspace"), tmp_path / "home"
    assert standing(workspace, home) is None
    Index.open(workspace, home, embeddings=HashedEmbeddings).close()
    (workspace.knowledge / "policies/more.md").write_text("---\nid: more\ntitle: 更多\n---\n# 1 题\n文\n", "utf-8")
    (home / "documents").mkdir()
    (home / "documents/added.md").write_text("---\nid: added\ntitle: 加入\n---\n# 1 题\n文\n", "utf-8")
    found = standing(workspace, home)
    assert found is not None
    assert found.changed == (str(home / "documents/added.md"), "knowledge/policies/more.md")
    assert {clause.document for clause in found.clauses} == {"agreement", "returns"}
    with_both = Index.open(workspace, home, embeddings=HashedEmbeddings)
    assert {"added", "more"} <= {clause.document for clause in with_both.clauses}
    with_both.close()


def test_the_engine_answers_from_the_version_of_the_day(index: Index, clock: Clock, built_home: Path) -> None:
    engine = Copilot(builtin_workspace(), built_home, open_index=lambda: index)
    answers = []
    for clock.day in (OLD, NEW):
        answers.append(said(engine.ask("退款几天到账")))
    assert ["3 个工作日" in text for text in answers] == [True, False]
    assert ["5 个工作日" in text for text in answers] == [False, True]


def test_an_open_index_goes_over_to_the_one_that_another_process_built(tmp_path: Path) -> None:
    workspace, home = small_workspace(tmp_path / "workspace"), tmp_path / "home"
    serving = Index.open(workspace, home, embeddings=HashedEmbeddings)
    assert "洞洞鞋" not in serving.search("洞洞鞋可以穿吗")[0].clause.text
    (workspace.knowledge / "policies/shoes.md").write_text("---\nid: shoes\ntitle: 鞋\n---\n# 1 鞋\n洞洞鞋不可以穿。\n", "utf-8")
    Index.open(workspace, home, embeddings=HashedEmbeddings).close()
    assert "洞洞鞋" in serving.search("洞洞鞋可以穿吗")[0].clause.text
    (workspace.knowledge / "policies/shoes.md").unlink()
    other = Index.open(workspace, home, embeddings=lambda lexicon: HashedEmbeddings(lexicon, dimensions=64))
    assert "shoes" not in {clause.document for clause in other.clauses}
    assert "洞洞鞋" in serving.search("洞洞鞋可以穿吗")[0].clause.text  # its embedding would not fit the other index
    serving.close()
    other.close()
