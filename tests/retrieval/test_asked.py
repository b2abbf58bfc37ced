from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from copilot.clauses import read_clauses, read_questions, read_uncovered
from copilot.retrieval.asked import AskedColumns, AskedModel, prepare
from copilot.retrieval.concepts import Lexicon
from copilot.retrieval.entries import Entry, entries_of
from copilot.workspace import builtin_workspace

LEXICON = Lexicon()


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """Questions of three clauses of the agreement and the uncovered topics, enough to learn from."""
    workspace = builtin_workspace()
    clauses = read_clauses(workspace)
    sets = [entry for entry in read_questions(workspace, clauses) if str(entry.ref) in KEPT]
    return entries_of([clause for clause in clauses if str(clause.ref) in KEPT], sets, read_uncovered(workspace))


KEPT = ("agreement 1.1", "agreement 2.1", "agreement 3.2.7")


@pytest.fixture(scope="module")
def model(entries: list[Entry]) -> AskedModel:
    learnt = AskedModel.fit(entries, LEXICON)
    assert learnt is not None
    return learnt


@pytest.mark.parametrize(
    ("question", "clause"),
    [("大冬天能裹着棉睡袍来坐班不", "1.1"), ("聊天消息几秒之内要回", "2.1"), ("把公司的鼠标弄坏了", "3.2.7")],
)
def test_both_views_find_the_clause_of_a_new_question(model: AskedModel, question: str, clause: str) -> None:
    for scores in model.scores(question, LEXICON):
        assert model.labels[int(np.argmax(scores))] == ("agreement", clause)


def test_a_question_about_the_weather_belongs_to_no_clause(model: AskedModel) -> None:
    _, fit = model.scores("明天天气怎么样，会下雨吗", LEXICON)
    assert model.labels[int(np.argmax(fit))] == ("", "")


def test_a_text_without_known_features_scores_nothing(model: AskedModel) -> None:
    assert not any(scores.any() for scores in model.scores("ⵣⵣⵣ", LEXICON))


def test_a_model_loads_as_it_was_saved_and_is_copied_for_the_same_questions(
    tmp_path: Path, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(tmp_path / "first", None, entries, LEXICON)
    monkeypatch.setattr(AskedModel, "fit", lambda *_: pytest.fail("trained although nothing changed"))
    prepare(tmp_path / "second", tmp_path / "first", entries, LEXICON)
    first, second = AskedModel.load(tmp_path / "first"), AskedModel.load(tmp_path / "second")
    assert first is not None
    assert second is not None
    before, after = first.scores("邮件多久回", LEXICON), second.scores("邮件多久回", LEXICON)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_too_few_questions_teach_nothing(tmp_path: Path, entries: list[Entry]) -> None:
    few = [entry for entry in entries if entry.kind == "question"][:50]
    assert AskedModel.fit(few, LEXICON) is None
    prepare(tmp_path / "none", None, few, LEXICON)
    assert AskedModel.load(tmp_path / "none") is None


def test_columns_put_each_label_at_its_owner_and_the_uncovered_at_every_topic(model: AskedModel) -> None:
    owners = {("agreement", "2.1"): [1], ("agreement", "9.9"): [0]}
    odds, fit = AskedColumns(model, owners, n_owners=4, n_clauses=2).scores("电话响几声要接", LEXICON)
    assert odds[0] == fit[0] == 0.0
    assert odds[1] > 0.0
    assert fit[1] > 0.2
    assert fit[2] == fit[3]


def test_without_a_model_all_columns_are_zero() -> None:
    odds, fit = AskedColumns(None, {}, n_owners=3, n_clauses=2).scores("电话响几声要接", LEXICON)
    assert not odds.any()
    assert not fit.any()
