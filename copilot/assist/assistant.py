"""The language model's part in everything, behind one door: asked, checked, and only then given away.

Whatever comes back from here passed the guard (reviewer, clauses, figures) and the fitness checks for models. Nothing
usable raises ModelError; the offline result stands, and the reason is counted for the trainer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from functools import cached_property
from typing import Protocol

from copilot.assist.answering import CitedSentence, answer_with_model
from copilot.assist.english import english_objection
from copilot.assist.fitness import Fitness, shape_objection
from copilot.assist.rewriting import Writer
from copilot.assist.suggesting import suggestions_of
from copilot.assist.support import summary_objection
from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.errors import ModelError
from copilot.llm import LanguageModel
from copilot.phrasing import Suggestion
from copilot.polishing import keeps_the_facts
from copilot.reading import Reader
from copilot.summaries import Summary
from copilot.workspace import Workspace

MOST = 3


class SupportsObjection(Protocol):
    """What the assistant needs of the guard."""

    def objection(self, text: str, cites: Sequence[ClauseRef], conversation: Conversation) -> str | None: ...


class Assistant:
    """One model over one workspace. `familiar` gives the company's own sentences when they are first needed."""

    def __init__(
        self, model: LanguageModel, workspace: Workspace, reader: Reader, guard: SupportsObjection,
        familiar: Callable[[], Iterable[str]],
    ) -> None:  # fmt: skip
        self.model, self._workspace, self._reader, self._guard = model, workspace, reader, guard
        self._familiar = familiar
        self._writer = Writer(model, reader)

    @cached_property
    def _fitness(self) -> Fitness:
        from copilot.reading.judgement import LabelledMessage

        def known() -> Iterator[str]:
            yield from self._familiar()
            yield from (message.text for message in self._workspace.read_records("reading/examples", LabelledMessage))

        return Fitness(self._workspace, self._reader, known)

    async def warm(self) -> None:
        """Have at hand what a first suggestion would wait for: the checks, the client, an open connection.

        Raises WorkspaceError, ModelSilentError.
        """
        await asyncio.to_thread(lambda: self._fitness)
        await self.model.warm()

    async def suggest(
        self, conversation: Conversation, clauses: Sequence[Clause], step: int | None, shown: Sequence[str]
    ) -> AsyncGenerator[Suggestion]:
        """At most three suggestions, each as soon as it is written and found fit; `shown` are those on the screen.

        Raises ModelError where not one is.
        """
        by_ref = {clause.ref: clause for clause in clauses}
        kept: list[str] = []

        def fit(suggestion: Suggestion) -> bool:
            judged = suggestion.beside or suggestion.text
            cites = [by_ref[ref] for ref in suggestion.cites if ref in by_ref]
            return (
                self._guard.objection(judged, suggestion.cites, conversation) is None
                and self._fitness.objection(judged, conversation, cites, [*shown, *kept]) is None
                and (not suggestion.beside or self._is_english_of(suggestion.text, suggestion.beside))
            )

        prompt = self._workspace.read_prompt("suggest.md")
        found = suggestions_of(self.model, prompt, conversation, clauses, self._reader, step, fit)
        async with aclosing(found) as stream:
            async for each in stream:
                kept.append(each.beside or each.text)
                yield each
                if len(kept) == MOST:
                    break
        if not kept:
            raise await self._nothing_usable("建议")

    async def answer(self, question: str, clauses: Sequence[Clause]) -> list[CitedSentence]:
        """The sentences of an answer that are proper by themselves; whether clauses support them is for the caller."""
        written = await answer_with_model(
            self.model, self._workspace.read_prompt("answer.md"), question, clauses, self._reader
        )
        return [
            each for each in written
            if each.cites and shape_objection(each.text) is None
            and self._guard.objection(each.text, each.cites, Conversation()) is None
        ]  # fmt: skip

    async def polish(self, draft: str, cites: Sequence[ClauseRef], conversation: Conversation) -> str:
        """The draft as a proper reply with all its facts and no other. Raises ModelError."""
        written = await self._writer.polished(self._workspace.read_prompt("polish.md"), draft, conversation)
        told = conversation.followed_by("agent", draft)
        sound = (
            written != draft
            and keeps_the_facts(written, draft, [turn.text for turn in conversation.turns])
            and self._guard.objection(written, cites, told) is None
            and self._fitness.objection(written, told, ()) is None
        )
        if not sound:
            raise await self._nothing_usable("改写")
        return written

    async def translate(self, chinese: str, conversation: Conversation) -> str:
        """The Chinese reply in English, with the same figures and no weighty word more. Raises ModelError."""
        written = await self._writer.english(self._workspace.read_prompt("translate.md"), chinese, conversation)
        if not self._is_english_of(written, chinese):
            raise await self._nothing_usable("英文")
        return written

    async def summarise(self, conversation: Conversation, offline: Summary) -> Summary:
        """The summary in better words, with nothing that is not in the conversation. Raises ModelError."""
        written = await self._writer.summary(self._workspace.read_prompt("summary.md"), conversation, offline)
        if summary_objection(written, offline, conversation) or any(map(self._fitness.says_never, written.lines())):
            raise await self._nothing_usable("小结")
        return written

    def _is_english_of(self, text: str, chinese: str) -> bool:
        return english_objection(text, chinese, self._fitness.english_words) is None

    async def _nothing_usable(self, what: str) -> ModelError:
        await asyncio.to_thread(self.model.gate.held_back)
        return ModelError(f"模型 {self.model.name} 的{what}都没有通过审核，已不予显示。")
