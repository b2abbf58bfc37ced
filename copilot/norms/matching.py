"""Finds where norms are broken: all patterns in one pass, then exceptions and conditions for the few that matched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from copilot.conversation import Severity
from copilot.language import PatternSet
from copilot.norms.model import Norm, When
from copilot.norms.segments import Segment
from copilot.norms.situation import Situation, content_words

_MOST_PLACES = 5  # of one norm in one draft; more say nothing new, and a draft of one word repeated stays quick
_MOST_LOOKS = 40  # matches of one pattern that are looked at
_REMEMBERED = 32  # texts; a customer's message is asked about again with each draft that answers it


@dataclass(frozen=True, slots=True)
class Hit:
    """A norm is broken at `[start, end)` of the draft's normal form; an empty span means something is missing."""

    norm: Norm
    start: int
    end: int
    severity: Severity | None = None  # of a finding of the linear model; None where a rule found it: the norm's own

    @property
    def guessed(self) -> bool:
        """Whether no rule points at the words."""
        return self.severity is not None


class _AnyOf:
    """Whether any of some patterns matches; made ready when first needed, because most never are."""

    __slots__ = ("_patterns", "_set")

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._set: PatternSet[str] | None = None

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def within(self, text: str) -> bool:
        if not self._patterns:
            return False
        if self._set is None:
            self._set = PatternSet(("", pattern) for pattern in self._patterns)
        return bool(self._set.keys_in(text))


class _Board:
    """All that norms may ask about one kind of text, looked for at once: many norms ask about the same draft."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._set = PatternSet((pattern, pattern) for pattern in dict.fromkeys(patterns))
        self._found = lru_cache(maxsize=_REMEMBERED)(self._look)

    def _look(self, text: str) -> frozenset[str]:
        return frozenset(self._set.keys_in(text))

    def shows(self, text: str, patterns: Sequence[str]) -> bool:
        """Whether one of the patterns, all of them on this board, matches in the text."""
        return bool(patterns) and not self._found(text).isdisjoint(patterns)


@dataclass(frozen=True, slots=True)
class _Boards:
    """What is asked about the whole draft, and about the customer's last message."""

    draft: _Board
    customer: _Board

    @classmethod
    def of(cls, norms: Iterable[Norm]) -> _Boards:
        draft: list[str] = []
        customer: list[str] = []
        for norm in norms:
            draft += [*norm.unless_draft, *(norm.patterns if norm.kind == "require" else ())]
            for when in norm.when:
                draft += [*when.draft, *when.draft_unless]
                customer += [*when.customer, *when.customer_unless]
        return cls(_Board(draft), _Board(customer))


class _Condition:
    """One `when` of a norm, ready to be asked."""

    def __init__(self, when: When, boards: _Boards) -> None:
        self._when, self._boards = when, boards
        self._echo, self._echo_unless = _AnyOf(when.echo), _AnyOf(when.echo_unless)

    def holds(self, situation: Situation, hit: Segment | None) -> bool:
        """Cheap questions first: the reading and the acts are asked only when all else holds."""
        when, draft = self._when, situation.draft.text
        length = len(situation.draft.original)
        if length < when.min_chars or (when.max_chars is not None and length > when.max_chars):
            return False
        if when.first_reply is not None and when.first_reply != situation.is_first_reply:
            return False
        if when.draft and not self._boards.draft.shows(draft, when.draft):
            return False
        if self._boards.draft.shows(draft, when.draft_unless):
            return False
        return self._customer_fits(situation, hit) and self._reading_fits(situation)

    def _customer_fits(self, situation: Situation, hit: Segment | None) -> bool:
        board, customer = self._boards.customer, situation.customer.text
        if self._when.customer and not board.shows(customer, self._when.customer):
            return False
        if board.shows(customer, self._when.customer_unless):
            return False
        if self._echo and not _echoes(self._echo, situation, hit):
            return False
        return not (self._echo_unless and _echoes(self._echo_unless, situation, hit))

    def _reading_fits(self, situation: Situation) -> bool:
        when = self._when
        asks = when.mood or when.urgency or when.intents or when.stage
        if asks or when.complaint is not None or when.vip is not None:
            if not situation.conversation.last_customer_text:
                return False
            reading = situation.reading
            if (
                (when.mood and reading.mood not in when.mood)
                or (when.urgency and reading.urgency not in when.urgency)
                or (when.stage and reading.stage not in when.stage)
                or (when.complaint is not None and reading.complaint != when.complaint)
                or (when.vip is not None and reading.vip != when.vip)
                or (when.intents and not set(when.intents) & set(reading.intents[:1]))
            ):
                return False
        if not when.before and not when.not_before:
            return True
        done = situation.acts_before(when.within)
        return set(when.before) <= done and not set(when.not_before) & done


def _echoes(clauses: _AnyOf, situation: Situation, hit: Segment | None) -> bool:
    """Whether the breach speaks of the same thing as a clause of the customer that one of the patterns matches."""
    customer, draft = situation.customer, situation.draft
    said = [customer.of(clause) for clause in customer.clauses if clauses.within(customer.of(clause))]
    if not said:
        return False
    here = draft.text if hit is None else draft.of(draft.around(hit.start, hit.end, draft.clauses))
    return bool(content_words(said) & content_words([here]))


class Matcher:
    """All norms, ready to be held against a draft. Raises ValueError naming a pattern RE2 refuses."""

    def __init__(self, norms: Iterable[Norm]) -> None:
        self._norms = tuple(norms)
        self._forbidding = tuple(norm for norm in self._norms if norm.kind == "forbid")
        self._text = PatternSet((norm, p) for norm in self._forbidding for p in norm.patterns)
        self._squeezed = PatternSet((norm, p) for norm in self._forbidding for p in norm.squeezed_patterns)
        self._boards = _Boards.of(self._norms)
        self._conditions = {n.id: tuple(_Condition(when, self._boards) for when in n.when) for n in self._norms}
        self._unless = {norm.id: _AnyOf(norm.unless) for norm in self._norms}
        self._squeezed_unless = {norm.id: _AnyOf(norm.squeezed_unless) for norm in self._norms}
        self._by_situation = tuple(n for n in self._forbidding if not n.patterns and not n.squeezed_patterns)
        self._requiring = tuple(norm for norm in self._norms if norm.kind == "require")

    def warm(self) -> None:
        """Compile what drafts are held against, so that no draft has to wait for it."""
        self._text.warm()
        self._squeezed.warm()

    def hits(self, situation: Situation) -> list[Hit]:
        """All breaches of norms in force, one per norm and place, in no particular order; an empty draft has none."""
        if not situation.draft.text.strip():
            return []
        hits = [*self._forbidden(situation), *self._missing(situation)]
        return [hit for hit in hits if hit.norm.always_holds or hit.norm.holds_on(situation.day)]

    def _forbidden(self, situation: Situation) -> list[Hit]:
        draft = situation.draft
        found: dict[str, list[Hit]] = {}
        for match in self._text.scan(draft.text, most=_MOST_LOOKS):
            self._consider(situation, match.key, match.start, match.end, found)
        squeezed = draft.normal.squeezed
        for match in self._squeezed.scan(squeezed.text, most=_MOST_LOOKS):
            norm = match.key
            if self._squeezed_unless[norm.id].within(squeezed.text):
                continue
            start = draft.place_in_normal(squeezed.starts[match.start])
            end = draft.place_in_normal(squeezed.starts[match.end - 1]) + 1
            self._consider(situation, norm, start, end, found)
        for norm in self._by_situation:
            if self._applies(norm, situation, None) and not self._boards.draft.shows(draft.text, norm.unless_draft):
                found[norm.id] = [Hit(norm, 0, len(draft.text))]
        return [hit for hits in found.values() for hit in hits]

    def _consider(self, situation: Situation, norm: Norm, start: int, end: int, found: dict[str, list[Hit]]) -> None:
        draft = situation.draft
        earlier = found.setdefault(norm.id, [])
        if len(earlier) >= _MOST_PLACES or any(hit.start < end and start < hit.end for hit in earlier):
            return
        if not norm.even_quoted and draft.inside_quotation(start, end):
            return
        if (unless := self._unless[norm.id]) and unless.within(draft.of(draft.around(start, end, draft.sentences))):
            return
        if self._boards.draft.shows(draft.text, norm.unless_draft):
            return
        if self._applies(norm, situation, Segment(start, end)):
            earlier.append(Hit(norm, start, end))

    def _applies(self, norm: Norm, situation: Situation, place: Segment | None) -> bool:
        conditions = self._conditions[norm.id]
        return not conditions or any(condition.holds(situation, place) for condition in conditions)

    def _missing(self, situation: Situation) -> list[Hit]:
        board, draft = self._boards.draft, situation.draft.text
        return [
            Hit(norm, 0, 0)
            for norm in self._requiring
            if not board.shows(draft, norm.patterns)
            and not board.shows(draft, norm.unless_draft)
            and self._applies(norm, situation, None)
            and not set(norm.acts) & situation.acts
        ]
