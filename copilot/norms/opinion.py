"""A second opinion for what no rule caught: linear models over characters and context, trained from the examples.

It decides in two steps: whether a draft reads like the bad examples at all, by its words or as the answer to this
customer, and if so, which norm's. The thresholds are set high on purpose: what it adds must not make the reviewer cry
wolf on the short warm talk of real chats.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.conversation import Severity
from copilot.errors import CopilotError
from copilot.language import squeeze
from copilot.norms.in_context import depends_on_customer
from copilot.norms.learning import BAD, Features, Judges, digest_of, plain, speaks_for_itself, train
from copilot.norms.model import ExampleSet, Norm
from copilot.norms.segments import Segment
from copilot.norms.situation import Judge, Situation
from copilot.reading import Reading
from copilot.workspace import Workspace

if TYPE_CHECKING:
    from copilot.norms.head import Embeds, Head

logger = logging.getLogger(__name__)
_THRESHOLD = 0.86  # by cross-validation over the examples: here 1 good example in 40 is flagged, and half of the bad ones that no rule finds and the model has never seen
_LIKELY = 0.8  # is enough where one clause stands out; chosen with the two below on examples left out and on real chats
_ONE_CLAUSE = 0.45  # share of the likeliest clause from which it stands out
_SOME_CLAUSE = 0.3  # least share in context: below that the answer is odd rather than wrong
_CERTAIN = 0.93  # by words, where no clause has that share
_SURE = 0.97  # from here a norm that blocks may block on the model's word alone; below, it warns
_MOSTLY = 0.5  # ... and only where its clause is at least this likely
_NEARLY = 0.65  # a second clause is named when it is at least this likely compared with the first
_SHORTEST = 3  # characters; below that there is too little to judge by words alone
_IN_CONTEXT_THRESHOLD = 0.95  # chosen on pairs of customers who get the same reply
_LIKELY_IN_CONTEXT = 0.7  # is enough where the words leave little doubt which clause is meant
_TOGETHER = 0.6  # least probability that something is wrong and that it is this, below the threshold
_NOTHING = 0.05  # below that both models are sure that nothing is wrong; few real breaches score so low
_PLAINLY = 8  # characters, from which on the models may be as sure as that, and accuse without a clause in mind


@dataclass(frozen=True, slots=True)
class Opinion:
    """The draft reads like a breach of `norm`, most of all at `[start, end)` of its normal form."""

    norm: Norm
    start: int
    end: int
    probability: float
    share: float = 1.0  # of its clause among all clauses that the draft might break

    @property
    def severity(self) -> Severity:
        """As serious as the norm where the model is sure, else a warning; what is only missing is never sure."""
        unsure = self.probability < _SURE or self.share < _MOSTLY or self.norm.kind == "require"
        return "warn" if unsure and self.norm.severity == "block" else self.norm.severity


class SecondOpinion:
    """Three classifiers, loaded from `cache` when the examples are unchanged, else trained from them."""

    def __init__(
        self,
        workspace: Workspace,
        norms: Sequence[Norm],
        examples: Callable[[], Iterable[ExampleSet]],
        reader: Judge,
        cache: Path,
        embeddings: Callable[[], Embeds | None] | None = None,
    ) -> None:
        """`embeddings` gives the model that somebody chose, when it is first needed; None where it cannot be used."""
        self._embeddings = embeddings
        self._norms = {norm.id: norm for norm in norms}
        self._examples, self._reader, self._cache = examples, reader, cache
        self._features = Features(workspace)
        self._workspace = workspace
        self._key = digest_of(workspace)

    @cached_property
    def _judges(self) -> Judges | None:
        try:
            return Judges.load(self._cache, self._key)
        except (OSError, ValueError, KeyError):
            judges = train(tuple(self._examples()), self._norms, self._features, self._reader, self._workspace)
        if judges is not None:
            judges.save(self._cache, self._key)
        return judges

    def prepare(self) -> None:
        """Load or train now rather than at the first draft."""
        _ = self._judges

    @cached_property
    def _head(self) -> Head | None:
        """What a chosen embedding model adds; None without one."""
        from copilot.norms.head import Head, Labelled

        def lines() -> list[Labelled]:
            return [
                Labelled(line.customer, line.reply, bad)
                for examples in self._examples()
                for found, bad in ((examples.bad, True), (examples.good, False))
                for line in found
                if not bad or line.customer or speaks_for_itself(self._norms.get(examples.norm))
            ]

        try:
            embeddings = self._embeddings() if self._embeddings is not None else None
            return Head.trained(embeddings, self._cache, self._key, lines) if embeddings is not None else None
        except CopilotError as error:
            logger.warning("no opinion from the embedding model: %s", error)
            return None

    def probability(self, text: str, extras: Sequence[str]) -> float:
        """How much a text reads like a breach, in [0, 1]; 0 where there are too few examples to say."""
        judges = self._judges
        return judges.breach.scores(plain(text), extras)[BAD] if judges else 0.0

    def of(self, situation: Situation) -> tuple[Opinion, ...]:
        """What the models think of a draft: nothing when it does not clearly read like a breach, at most two norms."""
        return self._from(situation, _THRESHOLD, _IN_CONTEXT_THRESHOLD, only_clear=True)

    def leanings(self, situation: Situation, least: float) -> tuple[Opinion, ...]:
        """What the models think of a draft that reads like a breach with a probability of `least`, sure or not."""
        return self._from(situation, least, least, only_clear=False)

    def _from(
        self, situation: Situation, by_words: float, in_context: float, *, only_clear: bool
    ) -> tuple[Opinion, ...]:
        judges = self._judges
        draft = situation.draft
        if judges is None or not draft.normal.squeezed.text:
            return ()
        customer = situation.conversation.last_customer_text
        extras = self._extras_of(situation)
        probability = self.probability(draft.original, extras)
        if self._embeddings is not None and self._head is not None:
            probability = self._head.joined(probability, customer, draft.original)
        if probability >= min(by_words, _LIKELY) and len(draft.normal.squeezed.text) >= _SHORTEST:
            found = self._by_words(situation, judges, extras, probability)
            if found and _stands_out(found[0]):
                return found
            if found and probability >= by_words and (not only_clear or _is_clear(found[0], situation)):
                return found
        return self._in_context(situation, judges, extras, in_context) if customer else ()

    def _by_words(
        self, situation: Situation, judges: Judges, extras: Sequence[str], probability: float
    ) -> tuple[Opinion, ...]:
        """Which norms a draft that reads like a breach breaks, the likeliest clause first."""
        worst = self._worst_sentence(situation, extras)
        scores = judges.which.scores(plain(situation.draft.of(worst)), extras)
        norms = self._likely({
            label: score for label, score in scores.items()
            if not _is_missing(self._norms.get(label)) and _could_break(self._norms.get(label), situation)
        })  # fmt: skip
        return tuple(Opinion(norm, worst.start, worst.end, probability, share) for norm, share in norms)

    def _in_context(
        self, situation: Situation, judges: Judges, extras: Sequence[str], least: float
    ) -> tuple[Opinion, ...]:
        """A breach that shows only beside what the customer said; a norm that asks for an act is broken nowhere."""
        draft = situation.draft
        probability = self._probability_in_context(situation, judges)
        if probability < min(least, _LIKELY_IN_CONTEXT):
            return ()
        scores = judges.which.scores(plain(draft.text), extras)
        norms = self._likely({
            label: score for label, score in scores.items()
            if _asks_who(self._norms.get(label)) and _could_break(self._norms.get(label), situation)
            and (probability >= _IN_CONTEXT_THRESHOLD or _suits_mood(self._norms.get(label), situation.reading))
        })  # fmt: skip
        if norms and norms[0][1] < (_SOME_CLAUSE if probability >= least else _TOGETHER / probability):
            return ()
        return tuple(
            Opinion(norm, 0, 0 if norm.kind == "require" else len(draft.text), probability, share)
            for norm, share in norms
            if not _already_done(norm, situation)
        )

    def finds_nothing(self, situation: Situation, places: Iterable[Segment]) -> bool:
        """Whether both models are sure that nothing is wrong, so that a rule with broad patterns may give way to them.

        They must be sure of the sentence at each of `places` by itself: much that is right would outweigh a short breach.
        """
        judges, draft = self._judges, situation.draft
        if judges is None:
            return False
        extras = self._extras_of(situation)
        sentences = {draft.around(*place, draft.sentences) for place in places if place.end > place.start}
        for text in {draft.original, *map(draft.of, sentences)}:
            if len(squeeze(text)) < _PLAINLY or self.probability(text, extras) >= _NOTHING:
                return False
        alone = not situation.conversation.last_customer_text
        return alone or self._probability_in_context(situation, judges) < _NOTHING

    def _probability_in_context(self, situation: Situation, judges: Judges) -> float:
        draft, customer = situation.draft, situation.conversation.last_customer_text
        signs = self._features.in_context(draft.text, situation.customer.text, situation.reading)
        return judges.context.scores(plain(draft.original), signs, customer)[BAD]

    def _extras_of(self, situation: Situation) -> tuple[str, ...]:
        reading = situation.reading if situation.conversation.last_customer_text else None
        return self._features.of(situation.draft.text, reading, situation.customer.text)

    def _likely(self, scores: dict[str, float]) -> list[tuple[Norm, float]]:
        """The likeliest norm of the likeliest clause and the clause's share; the next clause too if nearly as likely."""
        best: dict[str, str] = {}
        clauses: dict[str, float] = {}
        for label, score in sorted(scores.items(), key=lambda item: -item[1]):
            if norm := self._norms.get(label):
                best.setdefault(norm.clause, label)
                clauses[norm.clause] = clauses.get(norm.clause, 0.0) + score
        ranked = sorted(clauses, key=lambda clause: -clauses[clause])[:2]
        near = [clause for clause in ranked if clauses[clause] >= _NEARLY * clauses[ranked[0]]]
        return [(self._norms[best[clause]], clauses[clause]) for clause in near]

    def _worst_sentence(self, situation: Situation, extras: Sequence[str]) -> Segment:
        sentences = situation.draft.sentences[:20]
        if len(sentences) == 1:
            return sentences[0]
        return max(sentences, key=lambda piece: self.probability(situation.draft.of(piece), extras))


def _stands_out(opinion: Opinion) -> bool:
    """Whether one clause is clearly meant, and one that words alone can break."""
    return opinion.share >= _ONE_CLAUSE and not depends_on_customer(opinion.norm)


def _is_clear(opinion: Opinion, situation: Situation) -> bool:
    """Whether the draft says enough to be judged, and it shows what would be wrong with it or is hardly ever right."""
    long_enough = len(situation.draft.normal.squeezed.text) >= _PLAINLY
    return long_enough and (opinion.share >= _SOME_CLAUSE or opinion.probability >= _CERTAIN)


def _is_missing(norm: Norm | None) -> bool:
    """Whether the norm is broken by what a draft leaves out, which its words alone cannot show."""
    return norm is not None and norm.kind == "require"


def _asks_who(norm: Norm | None) -> bool:
    """Whether the norm looks at the conversation at all, and is not a mere tip."""
    return norm is not None and bool(norm.when) and norm.severity != "tip"


def _could_break(norm: Norm | None, situation: Situation) -> bool:
    """Whether the draft does what a breach of the norm takes: who asks for nothing makes nobody repeat."""
    return norm is None or norm.kind == "require" or not norm.acts or bool(set(norm.acts) & situation.acts)


def _suits_mood(norm: Norm | None, reading: Reading) -> bool:
    """Whether the customer is in one of the states that the norm names, where it names any."""
    named = [when for when in norm.when if when.mood or when.complaint is not None or when.urgency] if norm else []
    return not named or any(
        (not when.mood or reading.mood in when.mood)
        and (when.complaint is None or when.complaint == reading.complaint)
        and (not when.urgency or reading.urgency in when.urgency)
        for when in named
    )


def _already_done(norm: Norm, situation: Situation) -> bool:
    """Whether the agent has done before what the norm would ask for now, in each case that it names."""
    return bool(norm.when) and all(
        when.not_before and set(when.not_before) & situation.acts_before(when.within) for when in norm.when
    )
