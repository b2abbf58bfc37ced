"""What a customer message means: mood, complaint, urgency, intents, VIP.

Two views of a text are added up. *Signals* are rules written as data (`knowledge/reading/signals/`): each says which
labels it speaks for and how strongly, in logits; one without weights only points at a group of words. *Classifiers*
learn from the hand-written examples (`knowledge/reading/examples/`) with characters, the signals and the manner of
writing as features. What a signal is worth is so mostly learnt, and its own weight only tips the balance; a wording
that no rule foresaw is still judged.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import get_args

from copilot.conversation import INTENTS, MOODS, URGENCIES, Intent, Mood, Urgency
from copilot.errors import WorkspaceError
from copilot.language import Example, LinearClassifier, PatternSet, normalise, trained_for
from copilot.reading.pasted import own_words
from copilot.workspace import DataRecord, Workspace

_MAX_CHARACTERS = 2_000
_STRENGTH = {"feeling": 25.0, "complaint": 25.0, "urgency": 20.0, "intent": 8.0}
_SIGNALS_SHARE = 0.5  # how much the signals are trusted beside the characters
_KEPT_INTENTS = 3
_RULES_ADD = 0.25  # of a signal's own weight, beside what the classifier has learnt from it
_BY_FEELING = 0.6  # share of the feeling, beside the question by itself, in how likely a complaint is
_COMPLAINS = 0.55  # that likelihood from which a message is a complaint; from development sets and cross-validation
_PRAISES = 2.0  # logits: who is happy mostly praises, who is not does not
_DANGER_AHEAD = 0.9  # logits an emergency gets beside a signal of danger: to miss one is worse than to warn in vain
_NO_DANGER_BEHIND = -0.5  # and where there is none: ordinary words alone have to say very clearly that it is one
_FEATURES = 3  # raise it when the features below change, so that old classifiers are not used with new features
_PLUS = "+"  # marks the feeling of somebody who complains: "calm+"
_FAMILIES: dict[str, tuple[str, ...]] = {
    "mood": MOODS, "urgency": URGENCIES, "intent": INTENTS, "complaint": ("complaint",), "vip": ("vip",),
}  # fmt: skip
_LENGTHS = (8, 16, 30, 60)  # characters
_REMEMBERED = 256  # messages by themselves
_NEVER = -9.0  # logits of a label that no example has
_KNOWN = frozenset(label for labels in _FAMILIES.values() for label in labels)


class SignalRule(DataRecord):
    """A signal: when a pattern matches and no overlapping `unless` does, `weights` (logits) go to the labels.

    `danger` marks a group of words that may tell of a danger though it has no weight of its own.
    """

    id: str
    weights: dict[str, float]
    danger: bool = False
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()

    @property
    def tells_of_danger(self) -> bool:
        """Whether a message with this signal may be about a danger."""
        return self.danger or self.weights.get("emergency", 0.0) > 0


class LabelledMessage(DataRecord):
    """A customer message and what it means; intents best first."""

    id: str
    text: str
    mood: Mood
    complaint: bool = False
    urgency: Urgency = "normal"
    intents: tuple[Intent, ...]
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one message means."""

    mood: Mood
    complaint: bool
    urgency: Urgency
    intents: tuple[Intent, ...]
    vip: bool


NOTHING = Judgement("calm", False, "normal", ("other",), False)
ONLY_A_PAGE = Judgement("calm", False, "normal", ("product_question", "other"), False)


class Judge:
    """Judges customer messages. `cache` is the folder for trained classifiers.

    Raises WorkspaceError when a signal or an example cannot be used.
    """

    def __init__(self, workspace: Workspace, cache: Path) -> None:
        self.rules = tuple(workspace.read_records("reading/signals", SignalRule))
        for rule in self.rules:
            unknown = set(rule.weights) - _KNOWN
            if unknown:
                raise WorkspaceError(
                    f"knowledge/reading/signals：条目 {rule.id} 的 weights 里有不认识的标签 {sorted(unknown)}，"
                    f"可用的标签：{'、'.join(sorted(_KNOWN))}。"
                )
        self._signals = PatternSet(
            [((number, True), pattern) for number, rule in enumerate(self.rules) for pattern in rule.patterns]
            + [((number, False), pattern) for number, rule in enumerate(self.rules) for pattern in rule.unless]
        )
        source = _digest(workspace)
        messages: list[LabelledMessage] = []

        def examples(family: str) -> list[Example]:
            if not messages:
                messages.extend(workspace.read_records("reading/examples", LabelledMessage))
            return [example for message in messages for example in self._examples_of(message, family)]

        self._classifiers: Mapping[str, LinearClassifier] = {
            family: trained_for(
                cache,
                f"reading-{family}",
                source,
                partial(examples, family),
                strength=strength,
                extras_share=_SIGNALS_SHARE,
            )
            for family, strength in _STRENGTH.items()
        }
        # Each message is judged again with each later one, and once more for the procedure and for each draft.
        self.judge_text = lru_cache(maxsize=_REMEMBERED)(self._judge_text)

    def _judge_text(self, text: str) -> Judgement:
        """The meaning of one message by itself."""
        if not any(character.isalnum() or ord(character) > 0x2600 for character in text):
            return NOTHING
        said = own_words(text)
        if not any(character.isalnum() for character in said) and said != text:
            return ONLY_A_PAGE
        text = said
        plain = _plain(text)
        signals = self.signals_in(plain)
        extras = [*(self.rules[number].id for number in signals), *_manner(text, plain)]
        added = self._added_by_rules(signals)
        feelings = self._classifiers["feeling"].scores(plain, extras)
        complains = self._classifiers["complaint"].scores(plain, extras)["yes"]
        by_feeling = sum(share for feeling, share in feelings.items() if feeling.endswith(_PLUS))
        complains = _BY_FEELING * by_feeling + (1 - _BY_FEELING) * complains
        moods = {mood: feelings.get(mood, 0.0) + feelings.get(mood + _PLUS, 0.0) for mood in MOODS}
        urgencies = self._logits("urgency", plain, extras)
        in_danger = any(self.rules[number].tells_of_danger for number in signals)
        ahead = _DANGER_AHEAD if in_danger else _NO_DANGER_BEHIND
        urgencies["emergency"] = urgencies.get("emergency", _NEVER) + ahead
        intents = self._logits("intent", plain, extras)
        intents["praise"] = intents.get("praise", _NEVER) + _PRAISES * (moods["happy"] - 0.4)
        mood = max(MOODS, key=lambda label: math.log(moods[label] + 1e-9) + added.get(label, 0.0))
        return Judgement(
            mood=mood,
            complaint=mood != "happy" and _logit(complains) + added.get("complaint", 0.0) > _logit(_COMPLAINS),
            urgency=max(URGENCIES, key=lambda label: urgencies.get(label, _NEVER) + added.get(label, 0.0)),
            intents=_best({label: intents.get(label, _NEVER) + added.get(label, 0.0) for label in INTENTS}),
            vip=added.get("vip", 0.0) > 0,
        )

    def signal_names(self, text: str) -> frozenset[str]:
        """Ids of the signals in a message, for whoever wants to know why."""
        return frozenset(self.rules[number].id for number in self.signals_in(_plain(text)))

    def signals_in(self, plain: str) -> list[int]:
        """Numbers of the rules whose signal is in a plain text."""
        wanted: dict[int, list[tuple[int, int]]] = {}
        excluded: dict[int, list[tuple[int, int]]] = {}
        for match in self._signals.scan(plain):
            number, counts = match.key
            (wanted if counts else excluded).setdefault(number, []).append((match.start, match.end))
        return sorted(
            number
            for number, spans in wanted.items()
            if any(not any(s < e2 and s2 < e for s2, e2 in excluded.get(number, ())) for s, e in spans)
        )

    def _logits(self, family: str, plain: str, extras: Sequence[str]) -> dict[str, float]:
        classifier = self._classifiers[family]
        return dict(zip(classifier.labels, classifier.logits(plain, extras).tolist(), strict=True))

    def _added_by_rules(self, signals: Sequence[int]) -> dict[str, float]:
        added: dict[str, float] = {}
        for number in signals:
            for label, weight in self.rules[number].weights.items():
                added[label] = added.get(label, 0.0) + _RULES_ADD * weight
        return added

    def _examples_of(self, message: LabelledMessage, family: str) -> list[Example]:
        said = own_words(message.text) or message.text
        plain = _plain(said)
        extras = (*(self.rules[number].id for number in self.signals_in(plain)), *_manner(said, plain))
        if family == "feeling":
            labels = [message.mood + (_PLUS if message.complaint else "")]
        elif family == "urgency":
            labels = [str(message.urgency)]
        elif family == "complaint":
            labels = ["yes" if message.complaint else "no"]
        else:  # the first intent is meant most
            labels = [message.intents[0], *message.intents]
        return [Example(plain, label, extras) for label in labels]


def _plain(text: str) -> str:
    return normalise(text[:_MAX_CHARACTERS]).text.replace(" ", "")


def _manner(text: str, plain: str) -> list[str]:
    """How a message is written, as named features: loudly, asking, at what length, at whom."""
    found = [f"manner:length-{sum(len(plain) >= bound for bound in _LENGTHS)}"]
    for name, is_so in (
        ("calls", "!" in plain),
        ("shouts", plain.count("!") > 1),
        ("asks", "?" in plain),
        ("ends-asking", plain.endswith(("?", "吗", "呢", "么", "不", "没"))),
        ("trails-off", "…" in text or "..." in text),
        ("you", "你们" in plain),
    ):
        if is_so:
            found.append(f"manner:{name}")
    return found


def _logit(probability: float) -> float:
    return math.log((probability + 1e-9) / (1 - probability + 1e-9))


def _best(scores: Mapping[str, float]) -> tuple[Intent, ...]:
    ranked = sorted(get_args(Intent), key=lambda label: -scores[label])
    near = [label for label in ranked[:_KEPT_INTENTS] if scores[ranked[0]] - scores[label] < 1.5]
    return tuple(near)


def _digest(workspace: Workspace) -> bytes:
    """A digest of all that the classifiers are trained from."""
    digest = hashlib.sha256(repr((_FEATURES, _SIGNALS_SHARE, sorted(_STRENGTH.items()))).encode())
    for folder in ("reading/signals", "reading/examples"):
        for path in workspace.files(folder, ".yaml"):
            digest.update(path.read_bytes())
    return digest.digest()
