"""A workspace of one file of norms, one of examples and the words that they use."""

from __future__ import annotations

from pathlib import Path

from copilot.workspace import Workspace

WORDS = "words: {喊: 喊|吼}\n"


def norms_workspace(root: Path, norms: str, *, examples: str = "", words: str = WORDS) -> Workspace:
    """The workspace in `root` with these texts as its files."""
    for name, text in (("norms/a.yaml", norms), ("norm_examples/a.yaml", examples), ("norm_words.yaml", words)):
        path = root / "knowledge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Workspace(root)
