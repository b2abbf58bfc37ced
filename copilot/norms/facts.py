"""What a reply tells that a rewrite must not lose: figures, days, order numbers, links, and what somebody will do.

A fact that belongs to the breach may go: "赔您五百" is the breach itself, and of "说了八百遍了" nobody misses the eight
hundred. Where only the manner is at fault and nobody can point at the words, as with the linear model's findings on
tone, everything that the sentence tells stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copilot.language import compile_pattern, figures, normalise
from copilot.norms.matching import Hit
from copilot.norms.segments import Segment, Segmented

_OF_MANNER = ("1.2", "1.3")  # clauses on how things are said; under the others, what is said is the breach
_NUMERAL = "(?:[0-9]+(?:[.,:][0-9]+)*|[二两三四五六七八九十百千万半]{1,6})"
_FIGURE = compile_pattern(
    f"[0-9]+(?:[.,:][0-9]+)+|[0-9]{{2,}}|{_NUMERAL}个?(?:工作日|小时|分钟|元|块|折|天|日|号|周|月|年|点|楼|栋|单元|秒|级|倍|%)"
)
_DAY = compile_pattern("大?后天|[明今当][天日晚]|明早|下?(?:周|星期|礼拜)[一二三四五六日天]|下个?(?:周|月)|月底|年底")
_CODE = compile_pattern(r"[a-z0-9][a-z0-9._:/?=&#@%+-]{4,}")  # order and parcel numbers, links, mail addresses
_PROMISE = compile_pattern(
    "(?:我们?|这边)(?:会|马上|立刻|立即|现在就|这就|稍后|尽快|已经?)[^,。!?;~]{0,6}"
    "(?:帮您|为您|给您|替您|联系|回复|回电|登记|跟进|核实|补寄|补发)[^,。!?;~]*"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text tells, in normal form; words without blanks."""

    figures: frozenset[str]
    words: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.figures or self.words)

    def kept_in(self, text: str) -> bool:
        """Whether a text tells all of them too."""
        plain = _plain(text)
        return self.figures <= figures(text) and all(word in plain for word in self.words)


NO_FACTS = Facts(frozenset(), frozenset())


def facts_to_keep(draft: Segmented, hits: Sequence[Hit]) -> Facts:
    """The facts of a draft that none of the hits objects to; none where what must be said first was left out."""
    if any(hit.end <= hit.start and hit.norm.severity == "block" for hit in hits):
        return NO_FACTS  # whatever else was said is beside the point now
    found = [_facts_of(draft.of(piece)) for piece in clauses_to_keep(draft, hits)]
    return Facts(
        frozenset().union(*(each.figures for each in found)), frozenset().union(*(each.words for each in found))
    )


def clauses_to_keep(draft: Segmented, hits: Sequence[Hit]) -> list[Segment]:
    """The clauses that tell something and that no hit objects to."""
    blamed = [place for hit in hits if (place := _blamed(draft, hit)) is not None]
    return [
        piece
        for piece in draft.clauses
        if not any(place.start < piece.end and piece.start < place.end for place in blamed)
        and _facts_of(draft.of(piece))
    ]


def _blamed(draft: Segmented, hit: Hit) -> Segment | None:
    """What goes with a breach: the clause where the manner is wrong, the whole sentence where what is said is."""
    if hit.end <= hit.start:
        return None
    if not hit.norm.clause.startswith(_OF_MANNER):
        return draft.around(hit.start, hit.end, draft.sentences)
    if hit.guessed:
        return None
    # A pattern may take the first character after a breach along to see that it ends there.
    return draft.around(hit.start, max(hit.start + 1, hit.end - 1), draft.clauses)


def _facts_of(text: str) -> Facts:
    """The facts of a piece of a text in normal form."""
    words = frozenset(_plain(word) for word in _words(text))
    told = frozenset().union(*(figures(match.group()) for match in _FIGURE.finditer(text)))
    return Facts(told, words)


def _words(text: str) -> Iterator[str]:
    yield from (match.group() for match in _DAY.finditer(text))
    yield from (match.group() for match in _PROMISE.finditer(text))
    for match in _CODE.finditer(text):
        if any(character.isdigit() for character in match.group()) or "." in match.group().strip("."):
            yield match.group().rstrip(".,:/?")


def _plain(text: str) -> str:
    return normalise(text).text.replace(" ", "")
