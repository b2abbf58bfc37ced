"""Both READMEs state the commands and settings as the program has them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme_generator", Path(__file__).parent / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATOR = load_generator()


@pytest.mark.parametrize("name", sorted(GENERATOR.READMES))
def test_the_settings_table_is_the_settings(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert GENERATOR.section(text, "settings") == GENERATOR.settings_table(GENERATOR.READMES[name]), "run: make docs"


@pytest.mark.parametrize("name", sorted(GENERATOR.READMES))
def test_the_command_reference_is_the_help_of_the_commands(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert GENERATOR.section(text, "commands") == GENERATOR.command_reference(tmp_path), "run: make docs"


@pytest.mark.parametrize("name", sorted(GENERATOR.READMES))
def test_the_tour_shows_output_and_the_screenshot_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert GENERATOR.section(text, "tour").count("$ copilot") == len(GENERATOR.TOUR)
    assert "依据" in GENERATOR.section(text, "tour")
    assert (ROOT / "docs" / "console.png").stat().st_size > 10_000
