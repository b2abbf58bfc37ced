"""Whole papers of invented companies, read and compared line by line with what a careful person finds in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes.company_files import MADE_FILES

from copilot.documents import ReadDocument, read_file

PAPERS = Path(__file__).parent / "papers"
EXPECTED: dict[str, Any] = yaml.safe_load((PAPERS / "expected.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for name, make in MADE_FILES.items():
        make(folder / name)
    return folder


def as_expected(document: ReadDocument) -> dict[str, Any]:
    return {
        "title": document.title,
        "effective": document.effective.isoformat() if document.effective else None,
        "clauses": [
            {"number": c.number, "title": c.title, "text": c.text, "path": list(c.path)} | ({"truncated": True} if c.truncated else {})
            for c in document.clauses
        ],
        "left_out": [[each.why, each.text] for each in document.left_out],
        "notes": list(document.notes),
    }


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_paper_reads_as_a_careful_person_reads_it(name: str, made: Path) -> None:
    path = PAPERS / name if (PAPERS / name).exists() else made / name
    assert as_expected(read_file(path)) == EXPECTED[name]


def test_every_paper_has_an_expected_reading() -> None:
    files = {path.name for path in PAPERS.iterdir() if path.suffix != ".yaml"} | set(MADE_FILES)
    assert files == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_numbers_are_unique_in_a_paper(name: str) -> None:
    numbers = [clause["number"] for clause in EXPECTED[name]["clauses"]]
    assert len(numbers) == len(set(numbers))
