"""Questions from a command: answered, by a language model too where one is set, and kept where nothing answers them."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from copilot.answering import Answer
from copilot.answering.gaps import is_gap, kept_form, nearest_of
from copilot.cli.rows import Row, text_of
from copilot.cli.waiting import wait_for
from copilot.engine import Copilot
from copilot.errors import CopilotError, ModelError

AGENT = "cli"
_MOST_WAITING = 200  # unanswered questions that wait for the end of a stream
_log = logging.getLogger(__name__)


class Questions:
    """Answers questions and remembers which were not covered; `keep` writes those down.

    Nothing opens the database before the answers are out, and nothing at all where everything was answered.
    """

    def __init__(self, copilot: Copilot, database: str | None = None) -> None:
        """`database` is a SQLAlchemy URL; None keeps nothing."""
        self.copilot, self._database = copilot, database
        self._waiting: list[tuple[Answer, datetime]] = []

    def answer(self, question: str, previous: str | None = None) -> Answer:
        """The answer; a model in trouble costs its time limit and one line in the log."""
        answer = self.copilot.ask(question, previous)
        if is_gap(answer) and self._database is not None:
            self._waiting.append((answer, datetime.now(UTC)))
            if len(self._waiting) >= _MOST_WAITING:
                self.keep()
        if self.copilot.model is None or not answer.answered:
            return answer
        try:
            return wait_for(self.copilot.improve_answer(answer), self.copilot.model)
        except ModelError as error:
            _log.warning("%s", error)
            return answer

    def row(self, _copilot: Copilot, row: Row) -> dict[str, Any]:
        """The fields of one line of output. Raises BadLineError."""
        previous = text_of(row, "previous") if row.get("previous") is not None else None
        answer = self.answer(text_of(row, "question"), previous)
        return {
            "answered": answer.answered, "answer": answer.answer, "cites": [asdict(cite) for cite in answer.cites],
            "nearest": [asdict(cite) for cite in answer.nearest], "understood": answer.understood, "source": answer.source,
        }  # fmt: skip

    def keep(self) -> None:
        """Write down what was not covered; where the database cannot be used, one line on standard error says so."""
        waiting, self._waiting = self._waiting, []
        if not waiting or self._database is None:
            return
        try:
            asyncio.run(_keep(self._database, self.copilot, waiting))
        except CopilotError as error:
            print(f"（没有查到的问题未能记下：{error}）", file=sys.stderr)


async def _keep(database: str, copilot: Copilot, waiting: Sequence[tuple[Answer, datetime]]) -> None:
    from copilot.store import Store

    store = await Store.open(database)
    try:
        async with store.unit_of_work() as work:
            for answer, at in waiting:
                question = copilot.mask(kept_form(answer)).masked
                await work.add_unanswered_question(AGENT, question, nearest_of(answer), at, "cli")
            await work.commit()
    finally:
        await store.close()
