"""The phrasebook: ranked replies for this moment of a conversation.

The way of one call: recognise topics → score every phrase → fill slots → join a word of understanding with what is to
be done → add what the company's policies allow to be said → order so that the first ones differ in kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef, Conversation
from copilot.errors import WorkspaceError
from copilot.language import PatternSet
from copilot.phrasing.asking import asked
from copilot.phrasing.compose import Composer, Draft
from copilot.phrasing.explain import Explainer
from copilot.phrasing.moment import ANSWERED, MomentReader
from copilot.phrasing.ordering import naming, ordered
from copilot.phrasing.overlap import PairWeights, repeats
from copilot.phrasing.records import Phrase, Said, Topic, WordLists
from copilot.phrasing.scoring import OVERLAP, Moment, reasons
from copilot.phrasing.slots import SlotReader, Slots
from copilot.phrasing.suggestion import Suggestion
from copilot.phrasing.topics import TopicFinder
from copilot.workspace import Workspace

if TYPE_CHECKING:
    from copilot.clauses import Clause
    from copilot.reading import Reading

MAX_CANDIDATES = 15
NOTHING_LIKELY: Mapping[ClauseRef, float] = MappingProxyType({})
_CONSIDERED = 40  # phrases that go on to be filled and joined
_CLEAR = 0.6  # weight from which a topic tells what to say
_NAMES_IT = 5.0  # for naming the matter in the customer's word, where no topic is clear
_NAMES_IT_BESIDE = 2.0  # ... and where at least the kind of request is plain, which has phrases of its own
_OPEN = frozenset({"other", "product_question"})
_NAMES_AGREED = 4.0  # for telling in the agent's own words what was agreed upon
_LIKE_PHRASES, _LIKE_REPLY = 3, 0.33  # phrases that a reply is compared with, and the share that makes it like one
_CIRCUMSTANCES = frozenset({"hardship", "important_day"})  # what is felt whatever the matter is
_FOLDER = "phrases"


class Phrasebook:
    """All phrases of a workspace. Raises WorkspaceError when a file cannot be used."""

    def __init__(self, workspace: Workspace) -> None:
        self.phrases: tuple[Phrase, ...] = tuple(workspace.read_records(f"{_FOLDER}/bank", Phrase))
        self.topics: tuple[Topic, ...] = tuple(workspace.read_records(f"{_FOLDER}/topics", Topic))
        self.words = workspace.read_record(f"{_FOLDER}/words.yaml", WordLists)
        known = {topic.id for topic in self.topics}
        for phrase in self.phrases:
            if unknown := [name for name in phrase.about if name not in known]:
                raise WorkspaceError(
                    f"knowledge/{_FOLDER}/bank：话术 {phrase.id!r} 提到的主题 {unknown[0]!r} 不存在，"
                    f"请在 knowledge/{_FOLDER}/topics 里补上，或更正拼写。"
                )
        self._finder = TopicFinder(
            self.topics, tuple(workspace.read_records(f"{_FOLDER}/said", Said, key="topic")), self.words.english
        )
        self._slots = SlotReader(self.words)
        try:
            self._when = PatternSet((phrase.id, pattern) for phrase in self.phrases for pattern in phrase.when)
            self._unless = PatternSet((phrase.id, pattern) for phrase in self.phrases for pattern in phrase.unless)
        except ValueError as error:
            raise WorkspaceError(f"knowledge/{_FOLDER}/bank：{error}。请更正这个模式。") from error
        self._bodies = tuple(phrase for phrase in self.phrases if phrase.part == "whole")
        self._openers = tuple(phrase for phrase in self.phrases if phrase.part == "opener" and phrase.urgency is None)
        self._checks = tuple(
            phrase for phrase in self.phrases if phrase.part == "opener" and phrase.urgency is not None
        )
        self._pairs = PairWeights([phrase.text for phrase in self.phrases])
        self._explainer = Explainer(self._pairs, self.words.products)
        self._moments = MomentReader(self._finder, self.phrases)
        self._favour: Mapping[str, float] = {}

    @property
    def topic_ids(self) -> frozenset[str]:
        """The ids of all topics."""
        return frozenset(topic.id for topic in self.topics)

    def like(self, text: str) -> tuple[Phrase, ...]:
        """The phrases of the bank that an agent's text is clearly like, the likest first, three at most."""
        shares = self._pairs.shares(text)
        alike = sorted(
            ((self._pairs.overlap(shares, each.text), each) for each in self._bodies), key=lambda pair: -pair[0]
        )
        return tuple(each for likeness, each in alike[:_LIKE_PHRASES] if likeness >= _LIKE_REPLY)

    def address(self, conversation: Conversation) -> str:
        """The form of address that the conversation gives (“王女士”); empty where it gives none."""
        return self._slots.read(conversation).values.get("name", "")

    def favour(self, points: Mapping[str, float]) -> None:
        """Move phrases by these points from now on, per phrase id: what the team takes and leaves (see `habit`)."""
        self._favour = MappingProxyType(dict(points))

    def matters(self, words: str) -> tuple[str, ...]:
        """The topics, two at most, that a customer's words are clearly about, weightiest first; no emergencies."""
        weights = self._finder.situation(Conversation.from_customer(words)).weights
        clear = [
            name for name, weight in sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))
            if weight >= _CLEAR and self._finder.kind(name) in ("matter", "move")
        ]  # fmt: skip
        return tuple(clear[:2])

    def candidates(
        self,
        conversation: Conversation,
        reading: Reading,
        *,
        step: int | None = None,
        clauses: Sequence[Clause] = (),
        likely: Mapping[ClauseRef, float] = NOTHING_LIKELY,
    ) -> list[Suggestion]:
        """Up to 15 replies, best first, the first ones different in kind; none for an empty conversation.

        `step` is the complaint step to work on next; `clauses` are policy clauses that speak about the customer's
        message, best first; `likely` says of clauses how likely they answer it, in [0, 1]. The same input gives the
        same list.
        """
        if not conversation.last_customer_text.strip():
            return []
        moment = self._moments.read(conversation, reading, step, likely)
        slots = self._slots.read(conversation)
        composer = Composer(
            openers=self._ranked(self._openers, moment, slots),
            moment=moment,
            slots=slots,
            said=conversation.agent_texts,
            check=self._ranked(self._checks, moment, slots)[:1] if moment.danger == "unknown" else (),
        )
        drafts = composer.join(self._ranked(self._bodies, moment, slots)[:_CONSIDERED])
        if moment.danger == "none" and not moment.situation.moves & ANSWERED:  # a nod asks for no clause
            drafts += composer.join(self._explainer.drafts(clauses, conversation))
        elif moment.danger != "sure":  # a danger that may be none must not fill the list
            drafts = _few_urgent(drafts, 1 if moment.danger == "kind" else 2)
        return [
            Suggestion(draft.text, draft.cites, draft.style, phrase=draft.phrase)
            for draft in naming(ordered(drafts, conversation, MAX_CANDIDATES), drafts, slots.values.get("topic"))
        ]

    def fitting(
        self,
        phrases: Sequence[Phrase],
        conversation: Conversation,
        reading: Reading,
        *,
        step: int | None = None,
        likely: Mapping[ClauseRef, float] = NOTHING_LIKELY,
    ) -> list[Suggestion]:
        """Those of other phrases than the bank's that clearly fit, best first, as they are written.

        Their matter is the customer's, or a clause that they rest on likely answers the message. None in an emergency,
        none that would say again what was said.
        """
        if not phrases or not conversation.last_customer_text.strip():
            return []
        moment = self._moments.read(conversation, reading, step, likely)
        if moment.danger != "none":
            return []
        weights = moment.situation.weights
        fit: list[Phrase] = []
        for each in phrases:
            if max((weights.get(name, 0.0) for name in each.about), default=0.0) >= _CLEAR:
                fit.append(each.model_copy(update={"answers": ()}))
            elif each.answers:
                fit.append(each.model_copy(update={"about": ()}))
        drafts = self._ranked(fit, moment, self._slots.read(conversation))
        return [
            Suggestion(draft.text, draft.cites, draft.style, phrase=draft.phrase)
            for draft in drafts
            if not repeats(draft.text, conversation.agent_texts)
        ]

    def explain(
        self,
        conversation: Conversation,
        reading: Reading,
        *,
        step: int | None = None,
        likely: Mapping[ClauseRef, float] = NOTHING_LIKELY,
    ) -> list[tuple[str, dict[str, float]]]:
        """Why each phrase stands where it stands: ids with their reasons, best first. For trainers and tests."""
        moment = self._moments.read(conversation, reading, step, likely)
        return [(name, found) for _, name, found in self._scored(self._bodies, moment)]

    def _scored(self, phrases: Sequence[Phrase], moment: Moment) -> list[tuple[float, str, dict[str, float]]]:
        matched = frozenset(self._when.keys_in(moment.recent))
        excluded = frozenset(self._unless.keys_in(moment.text))
        shares = self._pairs.shares(moment.text)
        scored: list[tuple[float, str, dict[str, float]]] = []
        for phrase in phrases:
            if phrase.id in excluded:
                continue
            found = reasons(phrase, moment, matched)
            if found is not None:
                found["overlap"] = OVERLAP * self._pairs.overlap(shares, phrase.text)
                if phrase.id in self._favour:
                    found["team"] = self._favour[phrase.id]
                scored.append((sum(found.values()), phrase.id, found))
        return sorted(scored, key=lambda entry: (-entry[0], entry[1]))

    def _ranked(self, phrases: Sequence[Phrase], moment: Moment, slots: Slots) -> list[Draft]:
        by_id = {phrase.id: phrase for phrase in phrases}
        weights = moment.situation.weights
        unclear = max(weights.values(), default=0.0) < _CLEAR
        names_it = _NAMES_IT if moment.intents[0] in _OPEN else _NAMES_IT_BESIDE
        drafts: list[Draft] = []
        for score, name, _ in self._scored(phrases, moment):
            phrase = by_id[name]
            if (text := _wording(phrase, slots)) is not None:
                bonus = 0.8 * text.bonus + (names_it if unclear and "{topic}" in phrase.text else 0.0)
                bonus += _NAMES_AGREED if any(slot in phrase.text for slot in ("{agreed}", "{chosen}")) else 0.0
                urgent = phrase.urgency == "emergency"
                topics = [name for name in phrase.about if name in weights]
                drafts.append(Draft(
                    text.text, phrase.cites, phrase.style, score + bonus, phrase.stage, phrase.empathic, phrase.id,
                    max(topics, key=weights.__getitem__, default=""), self._matters_of(topics), urgent,
                ))  # fmt: skip
        return sorted(drafts, key=lambda draft: (-draft.score, draft.text))

    def _matters_of(self, topics: Iterable[str]) -> frozenset[str]:
        return frozenset(n for n in topics if n not in _CIRCUMSTANCES and self._finder.kind(n) == "matter")


def _few_urgent(drafts: Sequence[Draft], most: int) -> list[Draft]:
    """The drafts, of those that speak of danger only the best `most`."""
    urgent = sorted((draft for draft in drafts if draft.urgent), key=lambda draft: -draft.score)[:most]
    return [draft for draft in drafts if not draft.urgent or any(draft is kept for kept in urgent)]


class _Worded:
    __slots__ = ("bonus", "text")

    def __init__(self, text: str, bonus: int) -> None:
        self.text, self.bonus = text, bonus


def _wording(phrase: Phrase, slots: Slots) -> _Worded | None:
    """The phrase as it can be said now: never asking for what is known, never with an empty slot."""
    text = phrase.text
    if phrase.asks and slots.provided.intersection(phrase.asks):
        if phrase.known is None or not slots.provided.issuperset(phrase.asks):
            return None
        text = phrase.known
    filled = slots.fill(text)
    if filled is not None and slots.provided & asked(filled):
        return None
    return None if filled is None else _Worded(filled, text.count("{"))
