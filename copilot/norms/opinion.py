"""A second opinion for what no rule caught: linear models over characters and context, trained from the examples.

It decides in two steps: whether a draft reads like the bad examples at all, by its words or as the answer to this
customer, and if so, which norm's. The thresholds are set high on purpose: what it adds must not make the reviewer cry
wolf on the short warm talk of real chats.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.conversation import Conversation, Severity
from copilot.errors import CopilotError
from copilot.language import Example, LinearClassifier, PatternSet, normalise, squeeze
from copilot.norms.in_context import crossed_signs, depends_on_customer, either_way
from copilot.norms.model import (
    BANK_FOLDER,
    EXAMPLES_FOLDER,
    NORMS_FOLDER,
    WORDS_FILE,
    ExampleLine,
    ExampleSet,
    Norm,
    read_bank,
    read_cues,
    read_said,
)
from copilot.norms.segments import Segment
from copilot.norms.situation import Judge, Situation, content_words
from copilot.reading import Reading
from copilot.workspace import Workspace

if TYPE_CHECKING:
    from copilot.norms.head import Embeds, Head

logger = logging.getLogger(__name__)
_FORMAT = 10  # part of the cache key: raise it when features or training change
_BAD, _GOOD = "bad", "good"
_STRENGTH = 20.0  # both chosen by four-fold cross-validation over the examples:
_THRESHOLD = 0.86  # here 1 good example in 40 is flagged, and half of the bad ones that no rule finds and the model has never seen
_LIKELY = 0.7  # is enough where one clause stands out; chosen with the two below on examples left out and on real chats
_ONE_CLAUSE = 0.45  # share of the likeliest clause from which it stands out
_SOME_CLAUSE = 0.3  # least share in context: below that the answer is odd rather than wrong
_SURE = 0.97  # from here a norm that blocks may block on the model's word alone; below, it warns
_MOSTLY = 0.5  # ... and only where its clause is at least this likely
_NEARLY = 0.65  # a second clause is named when it is at least this likely compared with the first
_LENGTHS = (8, 16, 30, 50)  # characters
_MOST_SHARED = 4  # words that customer and draft have in common; more says nothing new
_SHORTEST = 3  # characters; below that there is too little to judge by words alone
_IN_CONTEXT_STRENGTH = 10.0  # chosen, like the two below, on pairs of customers who get the same reply
_IN_CONTEXT_THRESHOLD = 0.95
_NOTHING = 0.1  # below that both models are sure that nothing is wrong; few real breaches score so low
_PLAINLY = 8  # characters, from which on the models may be as sure as that
_RARE_IN_CONTEXT = 4  # a gram or pair of signs that fewer examples show is left out


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
        """As serious as the norm where the model is sure, else a warning."""
        unsure = self.probability < _SURE or self.share < _MOSTLY
        return "warn" if unsure and self.norm.severity == "block" else self.norm.severity


def _features(reading: Reading | None) -> tuple[str, ...]:
    if reading is None:
        return ("alone",)
    return (f"mood={reading.mood}", f"complaint={reading.complaint}", f"urgency={reading.urgency}")


@dataclass(frozen=True, slots=True)
class _Judges:
    """Whether the words read like a breach, whether they do as the answer to this customer, and of which norm."""

    breach: LinearClassifier
    context: LinearClassifier
    which: LinearClassifier


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
        self._cues = PatternSet(read_cues(workspace).items())
        self._said = PatternSet(read_said(workspace).items())
        self._workspace = workspace
        self._key = _digest(workspace)

    @cached_property
    def _judges(self) -> _Judges | None:
        paths = [self._cache / f"norms-{part}-{self._key}.npz" for part in ("breach", "context", "which")]
        try:
            return _Judges(*map(LinearClassifier.load, paths))
        except (OSError, ValueError, KeyError):
            return self._train(paths)

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
                if not bad or line.customer or _speaks_for_itself(self._norms.get(examples.norm))
            ]

        try:
            embeddings = self._embeddings() if self._embeddings is not None else None
            return Head.trained(embeddings, self._cache, self._key, lines) if embeddings is not None else None
        except CopilotError as error:
            logger.warning("no opinion from the embedding model: %s", error)
            return None

    def _train(self, paths: Sequence[Path]) -> _Judges | None:
        sets = tuple(self._examples())
        unclear = either_way(sets)
        breach: list[Example] = []
        context: list[Example] = []
        kinds: list[Example] = []
        for examples in sets:
            norm = self._norms.get(examples.norm)
            for lines, label in ((examples.bad, _BAD), (examples.good, _GOOD)):
                for line in lines:
                    told, in_context = self._example(line, label)
                    if label == _BAD and norm is not None:
                        kinds.append(replace(told, label=norm.id))
                    if line.reply not in unclear and (label == _GOOD or _speaks_for_itself(norm)):
                        breach.append(told)
                    if in_context and (label == _GOOD or line.reply in unclear or depends_on_customer(norm)):
                        context.append(in_context)
        # What the phrase bank offers is good by definition, and closer to real talk than careful examples are.
        breach += (
            Example(_plain(text), _GOOD, self._extras(normalise(text).text, None))
            for text in read_bank(self._workspace)
        )
        if any(len({example.label for example in group}) < 2 for group in (breach, context, kinds)):
            return None
        judges = _Judges(
            LinearClassifier.fit(breach, strength=_STRENGTH),
            LinearClassifier.fit(context, strength=_IN_CONTEXT_STRENGTH, min_count=_RARE_IN_CONTEXT),
            LinearClassifier.fit(kinds, strength=_STRENGTH),
        )
        for judge, path in zip((judges.breach, judges.context, judges.which), paths, strict=True):
            self._keep(judge, path)
        return judges

    def _example(self, line: ExampleLine, label: str) -> tuple[Example, Example | None]:
        """The line as the model of words sees it, and as the model of context does where a customer is given."""
        draft, customer = normalise(line.reply).text, normalise(line.customer).text
        reading = self._reader.read(Conversation.from_customer(line.customer)) if line.customer else None
        told = Example(_plain(line.reply), label, self._extras(draft, reading, customer))
        if reading is None:
            return told, None
        return told, Example(_plain(line.reply), label, self._signs(draft, customer, reading), line.customer)

    def _signs(self, draft: str, customer: str, reading: Reading) -> tuple[str, ...]:
        cues, said = sorted(self._cues.keys_in(draft)), sorted(self._said.keys_in(customer))
        return crossed_signs(draft, customer, reading, cues, said)

    def _keep(self, judge: LinearClassifier, path: Path) -> None:
        """Write to the cache; a folder that cannot be written only means training again next time."""
        try:
            judge.save(path)
            for old in path.parent.glob(f"{path.name.rsplit('-', 1)[0]}-*.npz"):
                if old != path:
                    old.unlink(missing_ok=True)
        except OSError:
            return

    def _extras(self, text: str, reading: Reading | None, customer: str = "") -> tuple[str, ...]:
        """What the model sees beside the characters: the customer's state, cues of tone, and the length in steps.

        Of what the customer said it sees cues too, and whether draft and customer speak of the same things.
        """
        length = sum(len(text) >= step for step in _LENGTHS)
        found = (*_features(reading), *(f"cue={cue}" for cue in sorted(self._cues.keys_in(text))), f"length={length}")
        if not customer:
            return found
        shared = len(content_words([customer]) & content_words([text]))
        said = sorted(self._said.keys_in(customer))
        return (
            *found, f"shared={min(shared, _MOST_SHARED)}",
            *(f"said={cue}" for cue in said), *(f"said={cue}&shared={min(shared, 2)}" for cue in said),
        )  # fmt: skip

    def probability(self, text: str, extras: Sequence[str]) -> float:
        """How much a text reads like a breach, in [0, 1]; 0 where there are too few examples to say."""
        judges = self._judges
        return judges.breach.scores(_plain(text), extras)[_BAD] if judges else 0.0

    def of(self, situation: Situation) -> tuple[Opinion, ...]:
        """What the models think of a draft: nothing when it does not clearly read like a breach, at most two norms."""
        return self._from(situation, _THRESHOLD, _IN_CONTEXT_THRESHOLD)

    def leanings(self, situation: Situation, least: float) -> tuple[Opinion, ...]:
        """What the models think of a draft that reads like a breach with a probability of `least`, sure or not."""
        return self._from(situation, least, least)

    def _from(self, situation: Situation, by_words: float, in_context: float) -> tuple[Opinion, ...]:
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
            if found and (probability >= by_words or _stands_out(found[0])):
                return found
        return self._in_context(situation, judges, extras, in_context) if customer else ()

    def _by_words(
        self, situation: Situation, judges: _Judges, extras: Sequence[str], probability: float
    ) -> tuple[Opinion, ...]:
        """Which norms a draft that reads like a breach breaks, the likeliest clause first."""
        worst = self._worst_sentence(situation, extras)
        scores = judges.which.scores(_plain(situation.draft.of(worst)), extras)
        norms = self._likely(
            {label: score for label, score in scores.items() if not _is_missing(self._norms.get(label))}
        )
        return tuple(Opinion(norm, worst.start, worst.end, probability, share) for norm, share in norms)

    def _in_context(
        self, situation: Situation, judges: _Judges, extras: Sequence[str], least: float
    ) -> tuple[Opinion, ...]:
        """A breach that shows only beside what the customer said; a norm that asks for an act is broken nowhere."""
        draft = situation.draft
        probability = self._probability_in_context(situation, judges)
        if probability < least:
            return ()
        scores = judges.which.scores(_plain(draft.text), extras)
        norms = self._likely({label: score for label, score in scores.items() if _asks_who(self._norms.get(label))})
        if norms and norms[0][1] < _SOME_CLAUSE:
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

    def _probability_in_context(self, situation: Situation, judges: _Judges) -> float:
        draft, customer = situation.draft, situation.conversation.last_customer_text
        signs = self._signs(draft.text, situation.customer.text, situation.reading)
        return judges.context.scores(_plain(draft.original), signs, customer)[_BAD]

    def _extras_of(self, situation: Situation) -> tuple[str, ...]:
        reading = situation.reading if situation.conversation.last_customer_text else None
        return self._extras(situation.draft.text, reading, situation.customer.text)

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


def _plain(text: str) -> str:
    """The text without a closing full stop: whether somebody types one says nothing about manners."""
    return text.rstrip("。. ") or text


def _stands_out(opinion: Opinion) -> bool:
    """Whether one clause is clearly meant, and one that words alone can break."""
    return opinion.share >= _ONE_CLAUSE and not depends_on_customer(opinion.norm)


def _is_missing(norm: Norm | None) -> bool:
    """Whether the norm is broken by what a draft leaves out, which its words alone cannot show."""
    return norm is not None and norm.kind == "require"


def _asks_who(norm: Norm | None) -> bool:
    """Whether the norm looks at the conversation at all, and is not a mere tip."""
    return norm is not None and bool(norm.when) and norm.severity != "tip"


def _already_done(norm: Norm, situation: Situation) -> bool:
    """Whether the agent has done before what the norm would ask for now, in each case that it names."""
    return bool(norm.when) and all(
        when.not_before and set(when.not_before) & situation.acts_before(when.within) for when in norm.when
    )


def _speaks_for_itself(norm: Norm | None) -> bool:
    """Whether a breach shows in the words alone; a model of words learns nothing right from the others."""
    return (
        norm is not None and norm.kind == "forbid" and norm.severity != "tip"
        and bool(norm.patterns) and not depends_on_customer(norm)
    )  # fmt: skip


def _digest(workspace: Workspace) -> str:
    """Changes when any example file changes; the bytes are hashed, not parsed, because that is what a start waits for."""
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    folders = (NORMS_FOLDER, EXAMPLES_FOLDER, BANK_FOLDER)  # the norms say which examples depend on the customer
    files = (path for folder in folders for path in workspace.files(folder, ".yaml"))
    for path in (workspace.knowledge / WORDS_FILE, *files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
