"""The wheel carries the built-in workspace and the migrations, so an installed copilot needs nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


@pytest.mark.parametrize("part", ["knowledge", "prompts"])
def test_the_wheel_carries_the_workspace_file_for_file(wheel: zipfile.ZipFile, part: str) -> None:
    inside = {
        name.removeprefix("copilot/_workspace/"): wheel.read(name)
        for name in wheel.namelist()
        if name.startswith(f"copilot/_workspace/{part}/")
    }
    outside = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / part).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert inside == outside
    assert outside


def test_the_wheel_carries_the_migrations_and_no_tests(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert any(name.startswith("copilot/store/migrations/versions/") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_an_installed_wheel_works_without_the_checkout(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "site")
    code = (
        "from pathlib import Path\nimport copilot\n"
        "from copilot.workspace import builtin_workspace, copy_builtin\n"
        f"assert Path(copilot.__file__).is_relative_to({str(tmp_path)!r}), copilot.__file__\n"
        "assert builtin_workspace().root.name == '_workspace'\n"
        f"team = copy_builtin(Path({str(tmp_path / 'team')!r}))\n"
        "from copilot.clauses import read_clauses\n"
        "print(len(read_clauses(team)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site"), "HOME": str(tmp_path), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150
