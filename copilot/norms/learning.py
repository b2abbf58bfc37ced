"""What the linear models of the reviewer learn from the examples: which text, with which features, counts as what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from copilot.conversation import Conversation
from copilot.language import Example, LinearClassifier, PatternSet, normalise
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
from copilot.norms.situation import Judge, content_words
from copilot.reading import Reading
from copilot.workspace import Workspace

BAD, GOOD = "bad", "good"
_FORMAT = 11  # part of the cache key: raise it when features or training change
_STRENGTH = 20.0  # chosen by four-fold cross-validation over the examples
_RARE = 3  # a gram that fewer examples show says nothing, but takes room and time
_IN_CONTEXT_STRENGTH = 10.0  # chosen, like the one below, on pairs of customers who get the same reply
_RARE_IN_CONTEXT = 4  # a gram or pair of signs that fewer examples show is left out
_LENGTHS = (8, 16, 30, 50)  # characters
_MOST_SHARED = 4  # words that customer and draft have in common; more says nothing new
_REMEMBERED = 32  # texts; both models look at the same draft and the same customer


@dataclass(frozen=True, slots=True)
class Judges:
    """Whether the words read like a breach, whether they do as the answer to this customer, and of which norm."""

    breach: LinearClassifier
    context: LinearClassifier
    which: LinearClassifier

    @classmethod
    def load(cls, folder: Path, key: str) -> Judges:
        """What `save` wrote. Raises OSError, ValueError or KeyError where it is not there."""
        return cls(*map(LinearClassifier.load, cls._paths(folder, key)))

    def save(self, folder: Path, key: str) -> None:
        """Write to the cache; a folder that cannot be written only means training again next time."""
        for judge, path in zip((self.breach, self.context, self.which), self._paths(folder, key), strict=True):
            judge.keep(path, of=path.name.rsplit("-", 1)[0])

    @staticmethod
    def _paths(folder: Path, key: str) -> list[Path]:
        return [folder / f"norms-{part}-{key}.npz" for part in ("breach", "context", "which")]


class Features:
    """What the models see of a draft beside its characters; all texts in normal form."""

    def __init__(self, workspace: Workspace) -> None:
        cues, said = PatternSet(read_cues(workspace).items()), PatternSet(read_said(workspace).items())
        self._cues = lru_cache(maxsize=_REMEMBERED)(lambda text: tuple(sorted(cues.keys_in(text))))
        self._said = lru_cache(maxsize=_REMEMBERED)(lambda text: tuple(sorted(said.keys_in(text))))

    def of(self, draft: str, reading: Reading | None, customer: str = "") -> tuple[str, ...]:
        """The customer's state, cues of tone, and the length in steps.

        Of what the customer said there are cues too, and whether draft and customer speak of the same things.
        """
        length = sum(len(draft) >= step for step in _LENGTHS)
        found = (*_state(reading), *(f"cue={cue}" for cue in self._cues(draft)), f"length={length}")
        if not customer:
            return found
        shared = len(content_words([customer]) & content_words([draft]))
        said = self._said(customer)
        return (
            *found, f"shared={min(shared, _MOST_SHARED)}",
            *(f"said={cue}" for cue in said), *(f"said={cue}&shared={min(shared, 2)}" for cue in said),
        )  # fmt: skip

    def in_context(self, draft: str, customer: str, reading: Reading) -> tuple[str, ...]:
        """Signs of the customer, signs of the draft, and every pair of the two."""
        return crossed_signs(draft, customer, reading, self._cues(draft), self._said(customer))


def train(
    sets: Sequence[ExampleSet], norms: Mapping[str, Norm], features: Features, reader: Judge, workspace: Workspace
) -> Judges | None:
    """The models; None where there are too few examples."""
    unclear = either_way(sets)
    breach: list[Example] = []
    context: list[Example] = []
    kinds: list[Example] = []
    for examples in sets:
        norm = norms.get(examples.norm)
        for lines, label in ((examples.bad, BAD), (examples.good, GOOD)):
            for line in lines:
                told, in_context = _example(line, label, features, reader)
                if label == BAD and norm is not None:
                    kinds.append(replace(told, label=norm.id))
                if line.reply not in unclear and (label == GOOD or speaks_for_itself(norm)):
                    breach.append(told)
                if in_context and (label == GOOD or line.reply in unclear or depends_on_customer(norm)):
                    context.append(in_context)
    # What the phrase bank offers is good by definition, and closer to real talk than careful examples are.
    breach += (Example(plain(text), GOOD, features.of(normalise(text).text, None)) for text in read_bank(workspace))
    if any(len({example.label for example in group}) < 2 for group in (breach, context, kinds)):
        return None
    return Judges(
        LinearClassifier.fit(breach, strength=_STRENGTH, min_count=_RARE),
        LinearClassifier.fit(context, strength=_IN_CONTEXT_STRENGTH, min_count=_RARE_IN_CONTEXT),
        LinearClassifier.fit(kinds, strength=_STRENGTH),
    )


def _example(line: ExampleLine, label: str, features: Features, reader: Judge) -> tuple[Example, Example | None]:
    """The line as the model of words sees it, and as the model of context does where a customer is given."""
    draft, customer = normalise(line.reply).text, normalise(line.customer).text
    reading = reader.read(Conversation.from_customer(line.customer)) if line.customer else None
    told = Example(plain(line.reply), label, features.of(draft, reading, customer))
    if reading is None:
        return told, None
    return told, Example(plain(line.reply), label, features.in_context(draft, customer, reading), line.customer)


def _state(reading: Reading | None) -> Iterable[str]:
    if reading is None:
        return ("alone",)
    return (f"mood={reading.mood}", f"complaint={reading.complaint}", f"urgency={reading.urgency}")


def plain(text: str) -> str:
    """The text without a closing full stop: whether somebody types one says nothing about manners."""
    return text.rstrip("。. ") or text


def speaks_for_itself(norm: Norm | None) -> bool:
    """Whether a breach shows in the words alone; a model of words learns nothing right from the others."""
    return (
        norm is not None and norm.kind == "forbid" and norm.severity != "tip"
        and bool(norm.patterns) and not depends_on_customer(norm)
    )  # fmt: skip


def digest_of(workspace: Workspace) -> str:
    """Changes when any example file changes; the bytes are hashed, not parsed, because that is what a start waits for."""
    digest = hashlib.sha256(f"{_FORMAT}".encode())
    folders = (NORMS_FOLDER, EXAMPLES_FOLDER, BANK_FOLDER)  # the norms say which examples depend on the customer
    files = (path for folder in folders for path in workspace.files(folder, ".yaml"))
    for path in (workspace.knowledge / WORDS_FILE, *files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
