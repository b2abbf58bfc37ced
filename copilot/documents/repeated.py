"""Finds the same or nearly the same rule in two clauses."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copilot.clauses import Clause
from copilot.documents.quantities import quantities
from copilot.language import figures, normalise

_GRAM = 3  # characters
_ALIKE = 0.7  # Jaccard similarity of the sets of grams, from which on two clauses are the same rule
_SHORTEST = 12  # characters; shorter clauses are alike by chance
_MOST_SHARING = 40  # clauses that share a gram; a commoner one brings nobody together
_TURNS = "不无未非没勿免禁别"  # characters that turn a rule round: may and may not are never the same rule


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two clauses that say the same; `similarity` in [0, 1], 1 for word for word."""

    first: Clause
    second: Clause
    similarity: float


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a clause is compared by."""

    text: str
    grams: frozenset[str]
    quantities: frozenset[tuple[str, float, float]]
    figures: frozenset[str]  # those without a unit: 第 3 类, 4008208820
    turns: int


def find_duplicates(clauses: Sequence[Clause]) -> Iterator[Duplicate]:
    """Clauses that say the same and hold on a common day, in one document or in two, in the order of the clauses."""
    shapes = [_shape(clause) for clause in clauses]
    count = Counter(gram for shape in shapes for gram in shape.grams)
    holders: dict[str, list[int]] = defaultdict(list)
    exact: dict[str, list[int]] = defaultdict(list)
    for place, shape in enumerate(shapes):
        rare = [gram for gram in _rarest(shape, count) if count[gram] <= _MOST_SHARING]
        near = {other for gram in rare for other in holders[gram]}
        near.update(exact[shape.text][:_MOST_SHARING])
        for other in sorted(near):
            similarity = _similarity(shapes[other], shape)
            if similarity >= _ALIKE and clauses[other].overlaps(clauses[place]):
                yield Duplicate(clauses[other], clauses[place], round(similarity, 3))
        if len(shape.text) >= _SHORTEST:
            exact[shape.text].append(place)
            for gram in rare:
                holders[gram].append(place)


def _shape(clause: Clause) -> _Shape:
    plain = normalise(clause.text)
    text = plain.squeezed.text
    places = range(len(text) - _GRAM + 1) if len(text) >= _SHORTEST else ()
    grams = frozenset(text[i : i + _GRAM] for i in places)
    rest = plain.text
    for quantity in (stated := quantities(rest)):
        rest = rest.replace(quantity.words, " ")
    values = frozenset(quantity.value for quantity in stated)
    return _Shape(text, grams, values, figures(rest), sum(text.count(turn) for turn in _TURNS))


def _rarest(shape: _Shape, count: Counter[str]) -> list[str]:
    """So many of the rarest grams that two sets as alike as asked for have at least one of them in common."""
    ordered = sorted(shape.grams, key=lambda gram: (count[gram], gram))
    return ordered[: len(ordered) - int(_ALIKE * len(ordered)) + 1]


def _similarity(first: _Shape, second: _Shape) -> float:
    """Jaccard similarity of the grams, 0 where figures differ or one rule turns the other round."""
    if first.text == second.text:
        return 1.0
    if (first.quantities, first.figures, first.turns) != (second.quantities, second.figures, second.turns):
        return 0.0
    return len(first.grams & second.grams) / len(first.grams | second.grams) if first.grams | second.grams else 0.0
