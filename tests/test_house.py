"""The house: imports go one way, importing is free, and nothing personal to a machine is committed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "chromadb", "langchain", "sklearn", "telegram", "nicegui", "sqlalchemy", "onnxruntime")


def test_a_floor_imports_only_from_the_floors_below_it() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "module",
    ["copilot.engine", "copilot.cli", "copilot.wiring", "copilot.reading", "copilot.norms", "copilot.procedures",
     "copilot.phrasing", "copilot.answering", "copilot.retrieval", "copilot.records", "copilot.practice"],
)  # fmt: skip
def test_importing_is_free(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_no_file_names_a_machine_path_or_a_package_registry() -> None:
    forbidden = re.compile(r"/root/|/home/\w+/|/work/|pypi\.org|pythonhosted|registry\.npmjs|files\.debian")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked_files()
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".jsonl", ""} and path.is_file()
        and path != Path(__file__)
        for match in forbidden.finditer(path.read_text(encoding="utf-8", errors="ignore"))
    ]  # fmt: skip
    assert found == []
