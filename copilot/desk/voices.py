"""Whose words does a text sound like? A linear classifier over characters, for texts that carry no mark.

It learns from lines of its own (`knowledge/voices/`) and from what the workspace knows of both sides anyway: the labelled
customer messages, the examples of the acts and of the norms, and the phrases.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from copilot.conversation import Role
from copilot.language import Example, LinearClassifier, trained_for
from copilot.norms import ExampleSet
from copilot.reading import ActRule, Exchange
from copilot.workspace import DataRecord, Workspace

_LONGEST = 200  # characters: the beginning says who speaks
_ACTS = "reading/acts"
_REPLIES = "norm_examples"
_SPOKEN: dict[str, Role] = {"reading/examples": "customer", "phrases/bank": "agent"}
_OWN = "voices"
_OWN_WEIGHT = 4  # times that a line of ours counts: typed as in a chat, where the other sources are whole sentences


class VoiceLines(DataRecord):
    """Lines as one side types them."""

    role: Role
    lines: tuple[str, ...]


class _Spoken(BaseModel):
    """A record of another part of which only the text matters here; its owner checks the rest."""

    model_config = ConfigDict(extra="ignore")

    text: str


class Voices:
    """Tells the two sides apart. Raises WorkspaceError or ValueError when the lines cannot be used."""

    def __init__(self, workspace: Workspace, cache: Path) -> None:
        """`cache` is the folder for trained classifiers; a second start reads the files but need not parse them."""
        self._classifier: LinearClassifier = trained_for(
            cache, "desk-voices", _source(workspace), lambda: list(voice_examples(workspace))
        )

    def customer(self, text: str) -> float:
        """How likely the customer wrote this, in [0, 1]; what is not, the agent did."""
        return self._classifier.scores(text[:_LONGEST])["customer"]


def voice_examples(workspace: Workspace) -> Iterator[Example]:
    """All lines with the side that says them."""
    for record in workspace.read_records(_OWN, VoiceLines, key=None):
        yield from (Example(line, record.role) for line in record.lines for _ in range(_OWN_WEIGHT))
    for folder, role in _SPOKEN.items():
        yield from (Example(spoken.text, role) for spoken in workspace.read_records(folder, _Spoken, key=None))
    for examples in workspace.read_records(_REPLIES, ExampleSet, key=None):
        for line in (*examples.bad, *examples.good):
            yield Example(line.reply, "agent")
            if line.customer:
                yield Example(line.customer, "customer")
    for rule in workspace.read_records(_ACTS, ActRule):
        for example in (*rule.examples, *rule.counterexamples):
            if isinstance(example, Exchange):
                yield Example(example.agent, "agent")
                yield Example(example.text, "customer")
            else:
                yield Example(example, rule.role)


def _source(workspace: Workspace) -> bytes:
    folders = (_OWN, *_SPOKEN, _REPLIES, _ACTS)
    return bytes([_OWN_WEIGHT]) + b"\x00".join(path.read_bytes() for folder in folders for path in workspace.files(folder, ".yaml"))
