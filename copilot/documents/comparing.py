"""What a knowledge owner should look at when documents come together: rules written twice, and figures that disagree.

Two clauses disagree when each states a figure of the same kind about the same thing and both cannot be true: "邮件 24
小时内回复" and "收到邮件 48 小时内答复". What a figure is about is read from the words around it. A report that cries wolf
is not read, so clauses that name different channels, tiers, roles or cases, or of which only one is about a special
case, are never held against each other, and a pair in doubt is not reported.

Clauses meet through the rarest words they share, so the work grows with their number and not with its square.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copilot.clauses import Clause
from copilot.documents.comparing_words import ComparingWords, Kinds
from copilot.documents.quantities import Quantity, quantities
from copilot.documents.repeated import Duplicate, find_duplicates
from copilot.language import normalise

_SENTENCE = re.compile(r"[^。!?;\n]+")
_SEGMENT = re.compile(r"[^,:]+")
_EVENT = re.compile(r"([\u4e00-\u9fff]{2})(?:之|以)?([后前])")
_NO_EVENT = re.compile("提前|目前|当前|此前|先前|事前|然后|最后|今后|此后|随后|售后|前后|后续|前往|前台|后台")
_MOST_SHARING = 60  # statements that share a word; a commoner word brings nobody together
_ENOUGH_WORDS = 3  # a part of a sentence with fewer words of its own is read with what stands before it
_FEWEST_WORDS = 2  # with fewer, the title is part of what must be the same, and not only a further sign of it
_LEAST_SHARED = 1.5  # words, at least, that both figures are about
_OF_WEAK, _MOST_OF_WEAK = 0.25, 0.5  # what each word in common counts that says little, and all of them
_OF_A_KIND = 0.5  # what it counts, in words, that both are of one kind: both about mail, both about a team leader
_MOST_UNSHARED = 0.4  # of the words of one side; the other side must share all of its words


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two clauses that state different figures for the same thing."""

    first: Clause
    second: Clause
    first_words: str  # the figure as it stands there: "24 小时"
    second_words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found among some clauses; both lists in the order of the clauses."""

    duplicates: tuple[Duplicate, ...]
    disagreements: tuple[Disagreement, ...]

    def touching(self, edition: str) -> Comparison:
        """Only what concerns one version of a document."""
        return Comparison(
            tuple(each for each in self.duplicates if edition in (each.first.edition, each.second.edition)),
            tuple(each for each in self.disagreements if edition in (each.first.edition, each.second.edition)),
        )


@dataclass(frozen=True, slots=True)
class _Statement:
    """A figure with what it is about."""

    clause: int
    quantity: Quantity
    others: tuple[tuple[str, float, float, bool], ...]  # the other figures of the same part, and whether it takes more
    core: frozenset[str]  # words that say what the figure is about
    weak: frozenset[str]  # words beside it that say little
    named: frozenset[str]  # words of the title, where the core is small
    text: str  # normal form of the sentence and the headings
    kinds: Kinds
    counted_from: tuple[str, str] | None  # what a time is counted from: ("签收", "后")
    cases: frozenset[str]  # special cases that the rule is narrowed to


def compare(clauses: Sequence[Clause], vocabulary: ComparingWords) -> Comparison:
    """Duplicates, and figures on which two documents disagree, among clauses that hold on a common day."""
    statements = [each for place, clause in enumerate(clauses) for each in _statements(place, clause, vocabulary)]
    found: dict[tuple[int, int, str], Disagreement] = {}
    settled: set[tuple[int, int, str]] = set()
    for one, other in _pairs(statements, clauses):
        pair = (one.clause, other.clause)
        if not _same_matter(one, other, vocabulary):
            continue
        if one.quantity.agrees(other.quantity):
            settled.add((*pair, one.quantity.dimension))
        else:
            stated = Disagreement(clauses[pair[0]], clauses[pair[1]], one.quantity.words, other.quantity.words)
            found.setdefault((*pair, one.quantity.dimension), stated)
    disagreements = tuple(found[key] for key in sorted(found) if key not in settled)
    return Comparison(tuple(find_duplicates(clauses)), disagreements)


def _statements(place: int, clause: Clause, vocabulary: ComparingWords) -> Iterator[_Statement]:
    title = normalise(clause.title).text
    headings = f"{title} {normalise(clause.path[-1]).text if clause.path else ''}"
    for sentence in _SENTENCE.findall(normalise(clause.text).text):
        before = ""
        for segment in _SEGMENT.findall(sentence):
            stated = quantities(segment)
            wording = _without(segment, stated)
            if stated:
                core = vocabulary.names(wording)
                if len(core) < _ENOUGH_WORDS:
                    core |= vocabulary.names(before)
                named = vocabulary.names(title) - core if len(core) < _ENOUGH_WORDS else frozenset()
                if len(core) < _FEWEST_WORDS:
                    core, named = core | named, frozenset()
                weak = vocabulary.weak(wording)
                kinds = vocabulary.kinds(wording, f"{before} {wording}", sentence, headings)
                cases = vocabulary.cases(f"{headings} {before} {wording}")
                for quantity in stated:
                    others = tuple(sorted(_condition(other) for other in stated if other.value != quantity.value))
                    since = _counted_from(segment[: quantity.start])
                    yield _Statement(
                        place, quantity, others, core, weak, named, f"{sentence} {headings}", kinds, since, cases
                    )  # fmt: skip
            before = f"{before} {wording}"


def _counted_from(text: str) -> tuple[str, str] | None:
    """The last event before a figure that something comes after or before, and which of the two; None for none."""
    found = _EVENT.findall(_NO_EVENT.sub(",", text))
    return found[-1] if found else None


def _condition(quantity: Quantity) -> tuple[str, float, float, bool]:
    """A figure beside the one in question, and whether it is to be passed."""
    return (*quantity.value, quantity.role == "beyond")


def _without(segment: str, stated: Sequence[Quantity]) -> str:
    """The segment with blanks in place of its figures."""
    for quantity in stated:
        segment = segment[: quantity.start] + " " * (quantity.end - quantity.start) + segment[quantity.end :]
    return segment


def _pairs(statements: Sequence[_Statement], clauses: Sequence[Clause]) -> Iterator[tuple[_Statement, _Statement]]:
    """Statements of two documents in the same unit that share words, each pair once, the earlier clause first."""
    sharing: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, statement in enumerate(statements):
        for name in statement.core:
            sharing[statement.quantity.dimension, name].append(place)
    for place, statement in enumerate(statements):
        shared: Counter[int] = Counter()
        for name in statement.core:
            places = sharing[statement.quantity.dimension, name]
            if len(places) <= _MOST_SHARING:
                shared.update(other for other in places if other > place)
        for other in sorted(shared):
            first, second = clauses[statement.clause], clauses[statements[other].clause]
            if first.document != second.document and first.overlaps(second):
                yield statement, statements[other]


def _same_matter(one: _Statement, other: _Statement, vocabulary: ComparingWords) -> bool:
    """Whether two figures are about the same thing, said with confidence."""
    if not _roles_fit(one.quantity, other.quantity) or one.others != other.others or one.cases != other.cases:
        return False
    if vocabulary.contrast(one.kinds, other.kinds) or not vocabulary.same_start(one.counted_from, other.counted_from):
        return False
    shared = vocabulary.shared(one.core, other.core, one.text, other.text)
    common = shared.common + len(one.named & other.named) + min(_MOST_OF_WEAK, _OF_WEAK * len(one.weak & other.weak))
    common += _OF_A_KIND * vocabulary.alike(one.kinds, other.kinds)
    less, more = sorted((shared.first_only, shared.second_only))
    return common >= _LEAST_SHARED and less == 0 and more <= _MOST_UNSHARED * (common + more)


def _roles_fit(one: Quantity, other: Quantity) -> bool:
    """Whether the figures limit in the same way: a least is no most, and a condition is no result."""
    if one.role == other.role:
        return True
    roles = {one.role, other.role}
    return "below" not in roles and roles not in ({"at_most", "at_least"}, {"at_most", "beyond"})
