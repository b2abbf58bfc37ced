from __future__ import annotations

from copilot.retrieval.entries import Entry, searched


def questions(owner: int, count: int) -> list[Entry]:
    return [Entry(owner, "question", "agreement", f"1.{owner}", f"问{owner}-{number}", "agreement") for number in range(count)]


def test_of_many_questions_an_even_spread_is_searched_and_of_few_all() -> None:
    kept = searched([*questions(0, 100), *questions(1, 3)], most=10)
    assert [entry.text for entry in kept if entry.owner == 0] == [f"问0-{number}" for number in range(0, 100, 10)]
    assert [entry.text for entry in kept if entry.owner == 1] == ["问1-0", "问1-1", "问1-2"]


def test_a_clauses_own_wording_is_always_searched() -> None:
    own = Entry(0, "text", "agreement", "1.0", "条文", "agreement")
    assert own in searched([own, *questions(0, 50)], most=1)
