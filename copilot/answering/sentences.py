"""The sentences of a clause, and which of them answer a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from copilot.answering.topics import Topics
from copilot.language import character_bigrams, normalise, words
from copilot.language.patterns import compile_pattern

_ENDS = frozenset("。！？；!?;\n")
_CLOSING = frozenset("”’」』）)")
_ITEM_MARK = compile_pattern(r"^\s{0,8}(?:\d{1,2}[.、)）．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[①-⑳]|[-*•·])\s{0,8}")
_LIST_ASKED = compile_pattern(
    "怎么处理|咋处理|如何处理|步骤|流程|环节|哪些|哪几|几步|几条|几项|分几|都有啥|有啥|包括|包含|全部|顺序|先后|依次|都要记|记什么|写什么|写哪|什么内容|方面|各渠道|分别|渠道"
    r"|\b(?:steps?|list|which|stages|procedure|process|items|fields|contain|include|all)\b"
)
_ORDINAL = compile_pattern("第([一二三四五六七八九十]|[1-9])(?:步|项|条|点)")
_QUESTION_CHARACTERS = 300  # of a question that choose a sentence
_NUMERALS = "一二三四五六七八九十"
_TOPIC_WEIGHT = 3.0  # a thing named by either of its names says more than a shared word
_CLEARLY = 2.0  # an item this many times better than the next is the one that was asked for
_LEAST = 2.5  # and so good at least


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or the opening of a list with its items. Joined in order they are the clause's text again."""

    text: str
    items: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        return self.text + "".join(self.items)


def sentences(text: str) -> list[str]:
    """The sentences of `text` with their marks; joined together they are `text` again."""
    found: list[str] = []
    start = 0
    for place, character in enumerate(text):
        following = text[place + 1 : place + 2]
        if character in _ENDS and following not in _ENDS and following not in _CLOSING:
            found.append(text[start : place + 1])
            start = place + 1
    return [*found, text[start:]] if start < len(text) else found


def units(text: str) -> list[Unit]:
    """Sentences and lists. A list opens with a colon; its items follow on lines of their own or behind semicolons."""
    found: list[Unit] = []
    for sentence in sentences(text):
        last = found[-1] if found else None
        if last is not None and _goes_on(last, sentence):
            found[-1] = Unit(last.text, (*last.items, sentence))
        else:
            found.append(_opened(sentence))
    return found


def _opened(sentence: str) -> Unit:
    """The sentence; where it opens a list whose first item it holds already, with that item apart."""
    colon = max(sentence.rfind("："), sentence.rfind(":"))
    if colon >= 0 and sentence.rstrip().endswith(("；", ";")):
        return Unit(sentence[: colon + 1], (sentence[colon + 1 :],))
    return Unit(sentence)


def _goes_on(unit: Unit, sentence: str) -> bool:
    """Whether the sentence is a further item of the list that `unit` opens."""
    if _ITEM_MARK.search(sentence):
        return bool(unit.items) or unit.text.rstrip().endswith(("：", ":"))
    return bool(unit.items) and unit.items[-1].rstrip().endswith(("；", ";"))


def without_mark(item: str) -> str:
    """A list item without its number or bullet."""
    return str(_ITEM_MARK.sub("", item)).strip()


def fitting(text: str, question: str, topics: Topics, most: int, about: str = "") -> str:
    """The sentences of a clause that answer the question, in their order, about `most` characters.

    A text that short is given whole, except where one item of a list is what was asked for. A sentence or a list is
    never cut in the middle, so one long list may be longer. `about` is what the clause as a whole is about (its title):
    words in it tell nothing of one sentence.
    """
    question = question[:_QUESTION_CHARACTERS]
    parts = units(text)
    score = scorer([each.whole for each in parts], question, topics, about)
    if picked := _picked_item(parts, question, topics, about):
        return picked
    if len(text) <= most:
        return text.strip()
    order = sorted(range(len(parts)), key=lambda place: (-score(place), place))
    first = next((place for place, part in enumerate(parts) if len(part.items) > 1), order[0])
    if score(order[0]) >= _LEAST and score(order[0]) > _CLEARLY * score(first):
        first = order[0]  # not even a list stands above the sentence that was clearly asked for
    chosen: set[int] = {first}
    length = len(parts[first].whole)
    for place in order:
        if place not in chosen and length + len(parts[place].whole) <= most:
            chosen.add(place)
            length += len(parts[place].whole)
    return "".join(parts[place].whole for place in sorted(chosen)).strip()


def _picked_item(parts: Sequence[Unit], question: str, topics: Topics, about: str) -> str | None:
    """The item or items of a list that the question names; None where it asks for the list or names none clearly."""
    for unit in parts:
        if len(unit.items) < 2:
            continue
        ordinal = _ORDINAL.search(normalise(question).text)
        if ordinal:
            number = _NUMERALS.find(ordinal.group(1)) + 1 or int(ordinal.group(1))
            if number <= len(unit.items):
                return _closed(without_mark(unit.items[number - 1]))
        if _LIST_ASKED.search(normalise(question).text):
            return None
        score = scorer(unit.items, question, topics, about)
        scores = [score(place) for place in range(len(unit.items))]
        best = max(scores)
        named = [place for place, value in enumerate(scores) if value * _CLEARLY > best]
        if best >= _LEAST and len(named) < len(unit.items):
            return _closed("".join(without_mark(unit.items[place]) for place in named))
    return None


def _closed(text: str) -> str:
    """The text with a full stop in place of the semicolon that went on to the next item."""
    return f"{text[:-1]}。" if text.endswith(("；", ";")) else text


def scorer(parts: Sequence[str], question: str, topics: Topics, about: str = "") -> Callable[[int], float]:
    """A function from a part's place to how well it fits: shared terms, rarer ones counting more, topics most."""
    known = _terms(about, topics)
    asked = {term: weight for term, weight in _terms(question, topics).items() if term not in known}
    held = [_terms(part, topics).keys() & asked.keys() for part in parts]
    counts = {term: sum(term in terms for terms in held) for term in asked}
    fits = [sum(asked[term] / counts[term] for term in sorted(terms)) for terms in held]
    return fits.__getitem__


def _terms(text: str, topics: Topics) -> dict[str, float]:
    """Words, pairs of characters and topics of a text with their weights."""
    found: dict[str, float] = {term: 0.5 for term in character_bigrams(text)}
    found.update({word: 1.0 for word in words(text) if len(word) > 1})
    found.update({f"={each.id}": _TOPIC_WEIGHT for each in topics.mentions(text) if each.kind != "person"})
    return found


def best_passage(text: str, question: str, max_characters: int) -> str:
    """The whole text if it is short enough, else the run of neighbouring sentences that fits the question best.

    A single sentence longer than `max_characters` is returned whole: a rule is not cut in the middle.
    """
    if len(text) <= max_characters:
        return text.strip()
    found = sentences(text)
    score = scorer(found, question[:_QUESTION_CHARACTERS], Topics())
    best, best_fit = 0, -1.0
    for start in range(len(found)):
        end = _end_of_run(found, start, max_characters)
        fit = sum(score(place) for place in range(start, end))
        if fit > best_fit:
            best, best_fit = start, fit
    return "".join(found[best : _end_of_run(found, best, max_characters)]).strip()


def _end_of_run(parts: Sequence[str], start: int, max_characters: int) -> int:
    """The end of the longest run from `start` that stays within the limit; at least one sentence."""
    length, end = 0, start
    while end < len(parts) and (end == start or length + len(parts[end]) <= max_characters):
        length += len(parts[end])
        end += 1
    return end
