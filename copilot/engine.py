"""The copilot as one object: read, suggest, review, ask, guide, record, practise.

Every part is made when it is first needed, so a command that only reviews never opens the index. All methods are
synchronous and take milliseconds; nothing here waits for a network. What is proposed passes `copilot.guard` first.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.conversation import AGREEMENT, ClauseRef, Conversation, Turn
from copilot.guard import Guard
from copilot.memory import give_back_memory
from copilot.norms import Accepted, Review, Reviewer
from copilot.own_words import QuotationAwareReviewer
from copilot.procedures import CaseBook, Progress, Tracker
from copilot.reading import Masked, Reader, Reading
from copilot.workspace import Workspace

if TYPE_CHECKING:
    from copilot.answering import Answer, Answerer
    from copilot.assist import Assistant
    from copilot.clauses import Clause
    from copilot.llm import LanguageModel
    from copilot.phrasing import Phrasebook, Suggestion
    from copilot.polishing import Polished, Polisher
    from copilot.practice import Practice
    from copilot.records import ServiceRecord
    from copilot.retrieval import Hit, Index
    from copilot.retrieval.embeddings import TextEmbeddings
    from copilot.shown_answers import ShownAnswers
    from copilot.summaries import Summary

MAX_SUGGESTIONS = 3
_TALK = frozenset({"greeting", "closing", "praise"})  # intents that no policy clause answers
_NOTHING_SAID = "……"  # what the phrase bank answers with its most general replies


@dataclass(frozen=True, slots=True)
class Suggestions:
    """At most three replies for the last customer message, what was read in it, and where the procedure stands."""

    suggestions: tuple[Suggestion, ...]
    reading: Reading
    progress: Progress | None


class Copilot:
    """The engine over one workspace. `home` holds the index and the trained classifiers."""

    def __init__(
        self,
        workspace: Workspace,
        home: Path,
        *,
        on_index_progress: Callable[[str, int, int], None] | None = None,
        model: LanguageModel | None = None,
        open_index: Callable[[], Index] | None = None,
        embeddings: Callable[[], TextEmbeddings | None] | None = None,
    ) -> None:
        """`open_index` is asked for the index when it is first needed; without it, the one that needs no setting.

        `embeddings` gives the embedding model that somebody chose, where the reviewer may use one.
        """
        self.workspace, self.home, self.model = workspace.with_home(home), home, model
        self._on_index_progress, self._open_index, self._embeddings = on_index_progress, open_index, embeddings

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.workspace, self.home / "models")

    @cached_property
    def reviewer(self) -> Reviewer:
        accepted = Accepted(self.workspace, self.reader)
        return Reviewer(self.workspace, self.reader, self.home / "models", accepted, self._embeddings)

    @cached_property
    def judge(self) -> QuotationAwareReviewer:
        """The reviewer as everybody meets it: what a clause says word for word is a quotation."""
        return QuotationAwareReviewer(self.reviewer, lambda: self.index.clauses)

    @cached_property
    def tracker(self) -> Tracker:
        return Tracker(self.workspace, self.reader, self.casebook.procedures)

    @cached_property
    def casebook(self) -> CaseBook:
        return CaseBook(self.workspace)

    @cached_property
    def phrasebook(self) -> Phrasebook:
        from copilot.phrasing import Phrasebook

        return Phrasebook(self.workspace)

    @cached_property
    def index(self) -> Index:
        from copilot.retrieval import Index

        if self._open_index is not None:
            return self._open_index()
        return Index.open(self.workspace, self.home, self._on_index_progress)

    @cached_property
    def answerer(self) -> Answerer:
        from copilot.answering import Answerer, Topics

        return Answerer(self.index, topics=Topics.of(self.workspace))

    @cached_property
    def practice(self) -> Practice:
        from copilot.practice import Practice

        return Practice(self.workspace, self.reader, self.judge, self.tracker)

    @cached_property
    def guard(self) -> Guard:
        return Guard(self.judge, self.index)

    @cached_property
    def assistant(self) -> Assistant | None:
        """The language model's part; None without a model."""
        from copilot.assist import Assistant

        return None if self.model is None else Assistant(self.model, self.workspace, self.reader, self.guard, self._own_sentences)

    def _own_sentences(self) -> Iterator[str]:
        """What this company says, in phrases and in policies."""
        yield from (phrase.text for phrase in self.phrasebook.phrases)
        for clause in self.index.clauses:
            yield from (clause.text, *clause.say)

    def prepare(self) -> None:
        """Make every part that a first message needs, building what is missing; the search itself loads with `warm`."""
        self.review("您好，马上为您核实。", Conversation.from_customer("快递还没到，麻烦查一下"))
        _ = self.tracker, self.phrasebook, self.index

    def warm(self) -> None:
        """Load everything now, so that the first message is as fast as the others."""
        self.prepare()
        self.reviewer.warm()
        self.index.warm()
        self.suggest(Conversation.from_customer("快递还没到，麻烦查一下"))
        self.ask("在线消息多久要回复")
        self.mask("找王小明")  # loads the dictionary by which names are told from words
        give_back_memory()

    # What the customer wrote

    def read(self, conversation: Conversation) -> Reading:
        """The reading of the last customer message, in view of the whole conversation."""
        return self.reader.read(conversation)

    def mask(self, text: str) -> Masked:
        """The text with personal data replaced, and where it was."""
        return self.reader.mask(text)

    # What the agent may say

    def suggest(self, conversation: Conversation) -> Suggestions:
        """At most three replies, each clean, cited and without invented figures, different in kind."""
        reading = self.reader.read(conversation)
        progress = self.progress(conversation, reading)
        step = progress.step if progress is not None and progress.procedure == "complaint" else None
        hits = self._policies_for(conversation, reading)
        candidates = self.phrasebook.candidates(
            conversation, reading, step=step,
            clauses=[hit.clause for hit in hits], likely={hit.clause.ref: hit.score for hit in hits},
        )  # fmt: skip
        chosen = tuple(self._choose(candidates, conversation))
        if not chosen and conversation.last_customer_text.strip():
            chosen = tuple(self._choose(self._neutral(conversation, reading), conversation))
        return Suggestions(chosen, reading, progress)

    async def improvements(self, conversation: Conversation, offline: Suggestions) -> AsyncGenerator[Suggestions]:
        """The offline suggestions with the language model's in front, anew with each of its own that is fit to be shown.

        Nothing without a model. Raises ModelError where not one came in time; the offline suggestions stand.
        """
        if self.assistant is None:
            return
        conduct = {ref for item in offline.suggestions for ref in item.cites}
        clauses = [clause for ref in sorted(conduct, key=str) if (clause := self.index.clause(ref))]
        clauses += [hit.clause for hit in self._policies_for(conversation, offline.reading) if hit.clause not in clauses]
        step = offline.progress.step if offline.progress else None
        shown = [item.text for item in offline.suggestions]
        written: list[Suggestion] = []
        async with aclosing(self.assistant.suggest(conversation, clauses, step, shown)) as found:
            async for each in found:
                written.append(each)
                yield replace(offline, suggestions=tuple([*written, *offline.suggestions][:MAX_SUGGESTIONS]))

    async def improve(self, conversation: Conversation, offline: Suggestions) -> Suggestions:
        """The last of `improvements`; without a model the offline suggestions unchanged. Raises ModelError."""
        return [offline, *[each async for each in self.improvements(conversation, offline)]][-1]

    def review(self, draft: str, conversation: Conversation) -> Review:
        """All findings on a draft, the verdict, and rewrites (of words, of the whole) only if they would pass themselves."""
        review = self._without_flagged_words(self.judge.review(draft, conversation))
        if review.rewrite is None:
            return review
        clean = self.judge.review(review.rewrite, conversation, with_rewrite=False).verdict == "pass"
        sources = conversation.followed_by("agent", draft)
        cited = [clause for finding in review.findings if (clause := self._clause_of(finding.document, finding.clause))]
        if clean and not Guard.unsupported_figures(review.rewrite, cited, sources):
            return review
        return replace(review, rewrite=None)

    def ask(self, question: str, previous: str | None = None) -> Answer:
        """An answer that rests on clauses, or a polite "not covered"; sentences the reviewer would flag are left out."""
        return self._answers.ask(question, previous)

    async def improve_answer(self, answer: Answer) -> Answer:
        """The answer in the language model's words, as far as the clauses support them; without a model unchanged.

        Raises ModelError when nothing is left of them; the offline answer stands.
        """
        return await self._answers.improve(answer, self.assistant)

    @cached_property
    def _answers(self) -> ShownAnswers:
        from copilot.shown_answers import ShownAnswers

        return ShownAnswers(self.answerer, self.judge, self.index.clause)

    # Where the case stands

    def guide(self, turns: Sequence[Turn], procedure: str = "complaint") -> Progress:
        """The complaint's six steps (or another procedure's) over these turns."""
        return self.tracker.track(turns, procedure)

    def progress(self, conversation: Conversation, reading: Reading) -> Progress | None:
        """The procedure that this conversation is in: emergency first, then complaint; None for neither."""
        if reading.urgency == "emergency" or (reading.mood != "happy" and self._just_was_emergency(conversation)):
            return self.tracker.track(conversation.turns, "emergency")
        if reading.complaint or any(self.reader.read(part).complaint for part in self._earlier(conversation)):
            return self.tracker.track(conversation.turns, "complaint")
        return None

    def _just_was_emergency(self, conversation: Conversation) -> bool:
        """Whether one of the customer's two messages before was an emergency: "已经拉闸了" does not end it."""
        return any(self.reader.read(part).urgency == "emergency" for part in self._earlier(conversation, at_most=2))

    @staticmethod
    def _earlier(conversation: Conversation, at_most: int = 12) -> Iterator[Conversation]:
        """The conversation up to each earlier customer message, newest first."""
        ends = [place for place, turn in enumerate(conversation.turns) if turn.role == "customer"]
        for end in reversed(ends[:-1][-at_most:]):
            yield Conversation(conversation.turns[: end + 1])

    def record(self, conversation: Conversation, now: datetime) -> ServiceRecord:
        """The service record of article 2.4, drafted from the conversation."""
        from copilot.records import draft_record

        reading = self.reader.read(conversation)
        progress = self.progress(conversation, reading)
        return draft_record(conversation, reading, progress, self.reader, now)

    @cached_property
    def polisher(self) -> Polisher:
        from copilot.polishing import Polisher

        known = self.index.clause
        return Polisher(self.workspace, self.reader, self.guard.objection, lambda ref: known(ref) is not None, self._breaks)

    def polish(self, draft: str, conversation: Conversation) -> Polished | None:
        """A rough draft as a proper reply that keeps its facts; None where the rules find none that passes the guard."""
        return self.polisher.polish(draft, conversation)

    def summary(self, conversation: Conversation, *, with_step: bool = True) -> Summary:
        """The case in three lines: what the customer wants, what was done, what is open.

        `with_step` false leaves out which step of the procedure is in hand, for where that is told beside it.
        """
        from copilot.summaries import summarise

        reading = self.reader.read(conversation)
        return summarise(conversation, reading, self.progress(conversation, reading), self.reader, with_step=with_step)

    # The guard's way

    def _neutral(self, conversation: Conversation, reading: Reading) -> list[Suggestion]:
        """Replies that fit whatever the matter is, for when everything about it was held back."""
        silent = Conversation((*conversation.turns, Turn("customer", _NOTHING_SAID)))
        return self.phrasebook.candidates(silent, replace(reading, mood="calm", complaint=False, intents=("other",)))

    def _without_flagged_words(self, review: Review) -> Review:
        """The review without replacement words that are themselves a breach. What a fragment lacks is no breach."""
        return replace(
            review,
            findings=tuple(
                replace(each, rewrite=None) if each.rewrite and self._breaks(each.rewrite) else each
                for each in review.findings
            ),
        )

    @cached_property
    def _breaks(self) -> Callable[[str], bool]:
        """Whether words are a breach wherever they stand; remembered, for the norms offer the same few."""

        @lru_cache(maxsize=1024)
        def breaks(words: str) -> bool:
            found = self.judge.review(words, Conversation(), with_rewrite=False).findings
            return any(each.quote and each.severity != "tip" for each in found)

        return breaks

    def _clause_of(self, document: str, number: str) -> Clause | None:
        return self.index.clause(ClauseRef(document, number))

    def _policies_for(self, conversation: Conversation, reading: Reading) -> list[Hit]:
        """Policy clauses that speak about the customer's message, best first."""
        from copilot.phrasing.question import matter_of

        if reading.intents[0] in _TALK or not conversation.last_customer_text:
            return []
        hits = self.index.search(matter_of(conversation), k=6)
        return [hit for hit in hits if hit.clause.document != AGREEMENT and hit.clause.say]

    def _choose(self, candidates: Sequence[Suggestion], conversation: Conversation) -> Iterator[Suggestion]:
        """The first three presentable candidates, each of another style while there are such."""
        presentable: list[Suggestion] = []
        styles: set[str] = set()
        spare: list[Suggestion] = []
        for candidate in candidates:
            if len(presentable) == MAX_SUGGESTIONS:
                break
            if self.guard.objection(candidate.text, candidate.cites, conversation) is not None:
                continue
            if candidate.style in styles:
                spare.append(candidate)
                continue
            styles.add(candidate.style)
            presentable.append(candidate)
        presentable.extend(spare[: MAX_SUGGESTIONS - len(presentable)])
        order = {candidate: place for place, candidate in reversed(list(enumerate(candidates)))}
        yield from sorted(presentable, key=order.__getitem__)
