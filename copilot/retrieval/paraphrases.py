"""Several ways to say one thing (`knowledge/paraphrases/*.yaml`): what the embedding learns synonyms from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from copilot.workspace import DataRecord, Workspace

PARAPHRASES_FOLDER = "paraphrases"


class Paraphrase(DataRecord):
    """Texts that mean the same."""

    id: str
    texts: Annotated[tuple[str, ...], Field(min_length=2)]


def read_paraphrases(workspace: Workspace) -> list[Paraphrase]:
    """The paraphrases; empty where the folder is missing. Raises WorkspaceError with file and line."""
    return workspace.read_records(PARAPHRASES_FOLDER, Paraphrase)
