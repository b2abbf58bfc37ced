"""What a customer message means: mood, complaint, urgency, intents, VIP.

Two views of a text are added up. *Signals* are rules written as data (`knowledge/reading/signals/`): each says which
labels it speaks for and how strongly, in logits. *Classifiers* learn from the hand-written examples
(`knowledge/reading/examples/`) with characters and the same signals as features. A rule can so be weak on its own and
still be learnt from, and a wording that no rule foresaw is still judged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

from copilot.conversation import INTENTS, MOODS, URGENCIES, Conversation, Intent, Mood, Urgency
from copilot.errors import WorkspaceError
from copilot.language import Example, LinearClassifier, PatternSet, normalise, trained_for
from copilot.workspace import DataRecord, Workspace

_MAX_CHARACTERS = 2_000
_EARLIER = 3  # customer messages before the last one that still count as context
_SHORT = 8  # letters and characters; a shorter message borrows its meaning from the ones before
_STRENGTH = {"mood": 6.0, "complaint": 6.0, "urgency": 6.0, "intent": 8.0}
_KEPT_INTENTS = 3
_UNHAPPY_THRESHOLD, _OTHER_THRESHOLD = -0.5, 0.25  # logits; who is unhappy mostly complains (found by cross-validation)
_FAMILIES: dict[str, tuple[str, ...]] = {
    "mood": MOODS, "urgency": URGENCIES, "intent": INTENTS, "complaint": ("complaint",), "vip": ("vip",),
}  # fmt: skip
_KNOWN = frozenset(label for labels in _FAMILIES.values() for label in labels)


class SignalRule(DataRecord):
    """A signal: when a pattern matches and no overlapping `unless` does, `weights` (logits) go to the labels."""

    id: str
    weights: dict[str, float]
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...] = ()


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


_NOTHING = Judgement("calm", False, "normal", ("other",), False)


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
            family: trained_for(cache, f"reading-{family}", source, partial(examples, family), strength=strength)
            for family, strength in _STRENGTH.items()
        }

    def judge(self, conversation: Conversation) -> Judgement:
        """The meaning of the last customer message; earlier ones fill in what it leaves unsaid."""
        texts = conversation.customer_texts
        if not texts:
            return _NOTHING
        judgement = self.judge_text(texts[-1])
        for earlier in reversed(texts[-1 - _EARLIER : -1]):
            judgement = self._in_view_of(judgement, texts[-1], self.judge_text(earlier))
        return judgement

    def judge_text(self, text: str) -> Judgement:
        """The meaning of one message by itself."""
        if not any(character.isalnum() or ord(character) > 0x2600 for character in text):
            return _NOTHING
        plain = _plain(text)
        signals = self.signals_in(plain)
        scores = {family: self._scores(family, plain, signals) for family in _STRENGTH}
        vip = sum(self.rules[number].weights.get("vip", 0.0) for number in signals) > 0
        moods, urgencies = scores["mood"], scores["urgency"]
        mood = max(MOODS, key=lambda label: moods[label])
        threshold = _UNHAPPY_THRESHOLD if mood in ("dissatisfied", "angry") else _OTHER_THRESHOLD
        return Judgement(
            mood=mood,
            complaint=scores["complaint"]["complaint"] > threshold,
            urgency=max(URGENCIES, key=lambda label: urgencies[label]),
            intents=_best(scores["intent"]),
            vip=vip,
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

    def _scores(self, family: str, plain: str, signals: list[int]) -> dict[str, float]:
        classifier = self._classifiers[family]
        extras = [self.rules[number].id for number in signals]
        logits = dict(zip(classifier.labels, classifier.logits(plain, extras).tolist(), strict=True))
        if family == "complaint":
            logits = {"complaint": logits["yes"] - logits["no"]}
        scores = {label: logits.get(label, -9.0) for label in _FAMILIES[family]}
        for number in signals:
            for label, weight in self.rules[number].weights.items():
                if label in scores:
                    scores[label] += weight
        return scores

    def _examples_of(self, message: LabelledMessage, family: str) -> list[Example]:
        plain = _plain(message.text)
        extras = tuple(self.rules[number].id for number in self.signals_in(plain))
        if family == "mood":
            labels = [str(message.mood)]
        elif family == "urgency":
            labels = [str(message.urgency)]
        elif family == "complaint":
            labels = ["yes" if message.complaint else "no"]
        else:  # the first intent is meant most
            labels = [message.intents[0], *message.intents]
        return [Example(plain, label, extras) for label in labels]

    @staticmethod
    def _in_view_of(judgement: Judgement, text: str, earlier: Judgement) -> Judgement:
        closed = judgement.intents[0] == "closing" and not text.rstrip().endswith(("?", "？"))
        if judgement.mood == "happy" or judgement.intents[0] == "praise" or closed:
            return judgement
        short = sum(character.isalnum() for character in text) < _SHORT
        intents = judgement.intents
        if intents[0] in ("other", "greeting", "closing") and earlier.intents[0] not in ("other", "greeting", "closing"):
            intents = tuple(dict.fromkeys((*earlier.intents, *intents)))[:_KEPT_INTENTS]
        return Judgement(
            mood=earlier.mood if short and judgement.mood == "calm" and earlier.mood != "happy" else judgement.mood,
            complaint=judgement.complaint or earlier.complaint,
            urgency=max(judgement.urgency, earlier.urgency if short else "normal", key=URGENCIES.index),
            intents=intents,
            vip=judgement.vip or earlier.vip,
        )


def _plain(text: str) -> str:
    return normalise(text[:_MAX_CHARACTERS]).text.replace(" ", "")


def _best(scores: Mapping[str, float]) -> tuple[Intent, ...]:
    ranked = sorted(get_args(Intent), key=lambda label: -scores[label])
    near = [label for label in ranked[:_KEPT_INTENTS] if scores[ranked[0]] - scores[label] < 1.5]
    return tuple(near)


def _digest(workspace: Workspace) -> bytes:
    """A digest of all that the classifiers are trained from."""
    digest = hashlib.sha256(repr(sorted(_STRENGTH.items())).encode())
    for folder in ("reading/signals", "reading/examples"):
        for path in workspace.files(folder, ".yaml"):
            digest.update(path.read_bytes())
    return digest.digest()
