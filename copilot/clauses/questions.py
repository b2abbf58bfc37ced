"""Questions as people really ask them: those that a clause answers, and those that no document answers.

`knowledge/questions/*.yaml` bridges the distance between a colloquial question and the sober wording of its clause;
`knowledge/uncovered/*.yaml` names what people ask although nothing is written about it, so that the copilot refuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field

from copilot.clauses.clause import Clause
from copilot.clauses.reader import read_clauses
from copilot.conversation import ClauseRef
from copilot.errors import WorkspaceError
from copilot.workspace import DataRecord, Workspace

QUESTIONS_FOLDER = "questions"
UNCOVERED_FOLDER = "uncovered"
_Question = Annotated[str, Field(min_length=1, max_length=500)]


class QuestionSet(DataRecord):
    """Questions that one clause answers."""

    id: str
    document: str
    clause: str
    questions: Annotated[tuple[_Question, ...], Field(min_length=1)]

    @property
    def ref(self) -> ClauseRef:
        return ClauseRef(self.document, self.clause)


class UncoveredTopic(DataRecord):
    """Questions about one thing that the documents do not settle."""

    id: str
    topic: str
    questions: Annotated[tuple[_Question, ...], Field(min_length=1)]


def read_questions(workspace: Workspace, clauses: Sequence[Clause] | None = None) -> list[QuestionSet]:
    """The question sets; `clauses` are read from the workspace where they are not given.

    Raises WorkspaceError with file, line and remedy, also for a set that names a clause which does not exist.
    """
    known = {clause.ref for clause in (read_clauses(workspace) if clauses is None else clauses)}
    sets = workspace.read_records(QUESTIONS_FOLDER, QuestionSet)
    for entry in sets:
        if entry.ref not in known:
            raise WorkspaceError(
                f"{_place_of(workspace, entry.id)}：条目 {entry.id} 指向的条款 {entry.ref} 不存在，"
                "请核对 document 和 clause，编号要加引号，如 clause: '2.1'。"
            )
    return sets


def read_uncovered(workspace: Workspace) -> list[UncoveredTopic]:
    """What people ask although no document answers it; empty where the folder is missing. Raises WorkspaceError."""
    return workspace.read_records(UNCOVERED_FOLDER, UncoveredTopic)


def _place_of(workspace: Workspace, identity: str) -> str:
    """`file:line` of the question set with this id; looked for only once there is an error to report."""
    for path in workspace.files(QUESTIONS_FOLDER, ".yaml"):
        line = _line_of_entry(path, identity)
        if line is not None:
            return f"{workspace.name_of(path)}:{line}"
    return f"knowledge/{QUESTIONS_FOLDER}"


def _line_of_entry(path: Path, identity: str) -> int | None:
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    for entry in root.value if isinstance(root, yaml.SequenceNode) else ():
        for key, value in entry.value if isinstance(entry, yaml.MappingNode) else ():
            if key.value == "id" and str(value.value).strip() == identity:
                return int(entry.start_mark.line) + 1
    return None
