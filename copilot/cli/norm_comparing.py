"""Runs `copilot norms impact`: replies in from wherever they are, both workspaces' judgements compared, the result out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.cli.norm_impact import Tally, changes, show_impact
from copilot.cli.norm_replies import (
    Reply,
    StoredReplies,
    about_how_many,
    examples_as_replies,
    no_replies,
    replies_in,
)  # fmt: skip
from copilot.cli.norm_words import today
from copilot.cli.quality import Troubles, progress_on
from copilot.own_words import QuotationAwareReviewer

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.norms import Norm
    from copilot.settings import Settings
    from copilot.workspace import Workspace

_STEP = "对比回复"


def judge_of(engine: Copilot, workspace: Workspace) -> QuotationAwareReviewer:
    """The reviewer as agents meet it, which takes a clause's own words for a quotation; no index is opened."""
    from copilot.clauses import read_clauses

    day = today()
    clauses = [clause for clause in read_clauses(workspace) if clause.valid_on(day)]
    return QuotationAwareReviewer(engine.reviewer, lambda: clauses)


@dataclass(frozen=True, slots=True)
class Question:
    """What the trainer asks: which norm (None: all), which replies (None: those stored), how they are told."""

    only: str | None
    file: Path | None
    top: int
    jsonl: bool


def compare(old: Copilot, new: Copilot, workspace: Workspace, settings: Settings, question: Question) -> int:
    """Print what changes; 0, or 1 when a line of the file could not be used. Raises CopilotError without any reply."""
    from rich.console import Console

    errors = Console(stderr=True)
    troubles, tally = Troubles(errors), Tally(question.top)
    norms = {norm.id: norm for norm in (*old.reviewer.norms, *new.reviewer.norms)}

    def mask(text: str) -> str:
        return new.reader.mask(text).masked

    before, after = judge_of(old, old.workspace), judge_of(new, workspace)
    with progress_on(errors) as progress:
        total = _Total(progress)
        replies = _replies(workspace, settings, question.file, troubles.tell, total, new.reviewer.norms)
        for change in changes(replies, before, after, question.only, total.one_more):
            tally.take(change)
            if question.jsonl:
                _line(change.as_json(mask))
        total.finish()
    troubles.finish()
    tally.replies = total.done
    if not tally.replies:
        raise no_replies(question.file)
    if question.jsonl:
        _line({"summary": tally.as_json()})
    else:
        show_impact(Console(), tally, norms, question.only, mask)
    return 1 if troubles.count else 0


class _Total:
    """Counts replies for the progress bar, whose end is guessed from what is known of the sources."""

    def __init__(self, progress: Callable[[str, int, int], None]) -> None:
        self._progress, self.done, self._expected = progress, 0, 0

    def expect(self, more: int) -> None:
        self._expected += more

    def one_more(self) -> None:
        self.done += 1
        self._progress(_STEP, self.done, max(self.done, self._expected))

    def finish(self) -> None:
        if self.done:
            self._progress(_STEP, self.done, self.done)


def _replies(
    workspace: Workspace, settings: Settings, file: Path | None, told: Callable[[str], None], total: _Total, norms: Sequence[Norm]
) -> Iterator[Reply]:
    """The replies of the file; without one those that are stored, then the good examples."""
    if file is not None:
        total.expect(about_how_many(file))
        yield from replies_in(file, workspace, told)
        return
    from copilot.norms import read_examples

    examples = read_examples(workspace, tuple(norms))
    total.expect(sum(len(each.good) for each in examples))
    settings.home.mkdir(parents=True, exist_ok=True)
    yield from StoredReplies(settings.database).all(total.expect)
    yield from examples_as_replies(examples)


def _line(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")  # ASCII only, as everywhere on the machine side
