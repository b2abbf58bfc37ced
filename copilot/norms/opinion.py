"""A second opinion for what no rule caught: a linear model over characters and context, trained from the examples.

It decides in two steps: whether a draft reads like the bad examples at all, and if so, which norm's. The threshold is
set high on purpose: what it adds must not make the reviewer cry wolf on the short warm talk of real chats.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from copilot.conversation import Conversation, Severity
from copilot.language import Example, LinearClassifier, PatternSet, normalise
from copilot.norms.model import (
    BANK_FOLDER,
    EXAMPLES_FOLDER,
    WORDS_FILE,
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

_FORMAT = 8  # part of the cache key: raise it when features or training change
_BAD, _GOOD = "bad", "good"
_STRENGTH = 20.0  # both chosen by four-fold cross-validation over the examples:
_THRESHOLD = 0.86  # here 1 good example in 40 is flagged and 2 bad ones in 3 that the model has never seen
_SURE = 0.97  # from here a norm that blocks may block on the model's word alone; below, it warns
_MOSTLY = 0.5  # ... and only where its clause is at least this likely
_NEARLY = 0.65  # a second clause is named when it is at least this likely compared with the first
_LENGTHS = (8, 16, 30, 50)  # characters
_MOST_SHARED = 4  # words that customer and draft have in common; more says nothing new
_SHORTEST = 6  # characters; below that there is too little to judge


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


class SecondOpinion:
    """Two classifiers, loaded from `cache` when the examples are unchanged, else trained from them."""

    def __init__(
        self,
        workspace: Workspace,
        norms: Sequence[Norm],
        examples: Callable[[], Iterable[ExampleSet]],
        reader: Judge,
        cache: Path,
    ) -> None:
        self._norms = {norm.id: norm for norm in norms}
        self._examples, self._reader, self._cache = examples, reader, cache
        self._cues = PatternSet(read_cues(workspace).items())
        self._said = PatternSet(read_said(workspace).items())
        self._workspace = workspace
        self._key = _digest(workspace)

    @cached_property
    def _judges(self) -> tuple[LinearClassifier, LinearClassifier] | None:
        breach, which = (self._cache / f"norms-{part}-{self._key}.npz" for part in ("breach", "which"))
        try:
            return LinearClassifier.load(breach), LinearClassifier.load(which)
        except (OSError, ValueError, KeyError):
            return self._train(breach, which)

    def prepare(self) -> None:
        """Load or train now rather than at the first draft."""
        _ = self._judges

    def _train(self, breach: Path, which: Path) -> tuple[LinearClassifier, LinearClassifier] | None:
        verdicts: list[Example] = []
        kinds: list[Example] = []
        for examples in self._examples():
            norm = self._norms.get(examples.norm)
            for lines, label in ((examples.bad if _speaks_for_itself(norm) else (), _BAD), (examples.good, _GOOD)):
                for line in lines:
                    conversation = Conversation.from_customer(line.customer)
                    reading = self._reader.read(conversation) if line.customer else None
                    extras = self._extras(normalise(line.reply).text, reading, normalise(line.customer).text)
                    verdicts.append(Example(_plain(line.reply), label, extras))
                    if label == _BAD and norm is not None:
                        kinds.append(Example(_plain(line.reply), norm.id, extras))
        # What the phrase bank offers is good by definition, and closer to real talk than careful examples are.
        verdicts += (Example(_plain(text), _GOOD, self._extras(normalise(text).text, None)) for text in read_bank(self._workspace))
        if len({e.label for e in verdicts}) < 2 or len({e.label for e in kinds}) < 2:
            return None
        judges = LinearClassifier.fit(verdicts, strength=_STRENGTH), LinearClassifier.fit(kinds, min_count=1, strength=_STRENGTH)
        for judge, path in zip(judges, (breach, which), strict=True):
            self._keep(judge, path)
        return judges

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
        return judges[0].scores(_plain(text), extras)[_BAD] if judges else 0.0

    def of(self, situation: Situation) -> tuple[Opinion, ...]:
        """What the models think of a draft: nothing when it does not clearly read like a breach, at most two norms."""
        judges = self._judges
        draft = situation.draft
        if judges is None or len(draft.normal.squeezed.text) < _SHORTEST:
            return ()
        customer = situation.conversation.last_customer_text
        reading = situation.reading if customer else None
        extras = self._extras(draft.text, reading, situation.customer.text)
        if (probability := self.probability(draft.original, extras)) < _THRESHOLD:
            return ()
        worst = self._worst_sentence(situation, extras)
        norms = self._likely(judges[1].scores(_plain(draft.of(worst)), extras))
        return tuple(Opinion(norm, worst.start, worst.end, probability, share) for norm, share in norms)

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


def _speaks_for_itself(norm: Norm | None) -> bool:
    """Whether a breach shows in the words alone; a model of words learns nothing right from the others."""
    return norm is not None and norm.kind == "forbid" and norm.severity != "tip" and not norm.when


def _digest(workspace: Workspace) -> str:
    """Changes when any example file changes; the bytes are hashed, not parsed, because that is what a start waits for."""
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    folders = (EXAMPLES_FOLDER, BANK_FOLDER)
    files = (path for folder in folders for path in workspace.files(folder, ".yaml"))
    for path in (workspace.knowledge / WORDS_FILE, *files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
