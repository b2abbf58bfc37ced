"""Who says things twice in a conversation: the agent, the customer who was not heard, the agent who asks for what was given."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from copilot.conversation import Act, PersonalDataType, Turn
from copilot.language import PatternSet, character_bigrams, normalise
from copilot.quality.report import Mark, MarkKind
from copilot.quality.rules import RepetitionRules

_MAX_CHARACTERS = 4_000  # of a message; what lies beyond is no repetition that anybody notices
_SHORTEST = 6  # characters without punctuation; "好的谢谢" may be said twice
_ALIKE = 0.75  # share of character pairs in common from which a customer says the same again
_LOOK_BACK = 30  # customer messages
_MANNERS: frozenset[Act] = frozenset({"greet", "thank", "close", "accept", "confirm_satisfied", "other"})


class Repetitions:
    """Finds repetition. Raises ValueError naming a pattern that RE2 refuses."""

    def __init__(self, rules: RepetitionRules) -> None:
        self._rules = rules
        self._says_so = PatternSet(
            [(True, pattern) for pattern in rules.customer_says_so]
            + [(False, pattern) for pattern in rules.customer_says_so_unless]
        )
        self._asked = PatternSet((item.kind, pattern) for item in rules.asked_again for pattern in item.asked)
        self._asked_unless = PatternSet((True, pattern) for pattern in rules.asked_unless)
        self._titles = {item.kind: item.title for item in rules.asked_again}

    def marks(
        self,
        turns: Sequence[Turn],
        acts: Callable[[int], Collection[Act]],
        given: Callable[[int], Collection[PersonalDataType]],
    ) -> list[Mark]:
        """The repetitions in order.

        `acts` tells what the turn at a place does, `given` the personal data that a customer's holds; they are asked
        only about turns for which that counts, as few repeat anything.
        """
        found: list[Mark] = []
        heard = _Heard()
        said: dict[str, int] = {}  # place of what the agent said first
        customers: list[int] = []
        for place, turn in enumerate(turns):
            normal = normalise(turn.text[:_MAX_CHARACTERS])
            key = normal.squeezed.text
            if turn.role == "customer":
                again = heard.before(key) and not set(acts(place)) <= _MANNERS
                if again or (heard.was_answered and self._complains_of_it(normal.text)):
                    found.append(self._mark("customer_repeats", "客户重复自己", place, self._rules.customer_repeats))
                heard.take(key)
                customers.append(place)
                continue
            heard.answer()
            first = said.setdefault(key, place)
            if first < place and len(key) >= _SHORTEST and not set(acts(place)) <= _MANNERS:
                if set(acts(first)) <= _MANNERS:
                    said[key] = place
                else:
                    reason = f"{self._rules.same_again}（与第 {first + 1} 条相同）"
                    found.append(self._mark("said_again", "重复发送", place, reason))
            found += self._asks_again(place, normal.text, customers, given)
        return found

    def _complains_of_it(self, text: str) -> bool:
        hits = self._says_so.keys_in(text)
        return True in hits and False not in hits

    def _asks_again(
        self, place: int, text: str, customers: Sequence[int], given: Callable[[int], Collection[PersonalDataType]]
    ) -> Iterator[Mark]:
        asked = self._asked.keys_in(text) if customers else []
        if not asked or self._asked_unless.keys_in(text):
            return
        for kind in dict.fromkeys(asked):
            first = next((customer for customer in customers if kind in given(customer)), None)
            if first is not None:
                title = self._titles[kind]
                yield self._mark(
                    "asked_again", "再问给过的信息", place, f"客户在第 {first + 1} 条已经给过{title}，不要再问一遍。"
                )

    def _mark(self, kind: MarkKind, title: str, place: int, reason: str) -> Mark:
        return Mark(kind, kind, title, place + 1, self._rules.ref, "warn", reason)


class _Heard:
    """What the customer has said so far, and whether the agent has answered since."""

    def __init__(self) -> None:
        self._answered: list[tuple[str, frozenset[str]]] = []
        self._waiting: list[tuple[str, frozenset[str]]] = []

    @property
    def was_answered(self) -> bool:
        return bool(self._answered)

    def answer(self) -> None:
        self._answered = [*self._answered, *self._waiting][-_LOOK_BACK:]
        self._waiting.clear()

    def take(self, key: str) -> None:
        pairs = frozenset(character_bigrams(key)) if len(key) >= _SHORTEST else frozenset()
        self._waiting.append((key, pairs))
        del self._waiting[:-_LOOK_BACK]

    def before(self, key: str) -> bool:
        """Whether the customer has said this, or nearly this, before an answer of the agent."""
        if len(key) < _SHORTEST:
            return False
        pairs = frozenset(character_bigrams(key))
        return any(key == earlier or _likeness(pairs, others) >= _ALIKE for earlier, others in self._answered)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    together = len(one | other)
    return len(one & other) / together if together else 0.0
