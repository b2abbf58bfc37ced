"""A whole reply that mends every finding and keeps the facts: cut what offends, say what was left out, check again.

Everything that is added is a sentence of a broken norm (`say`) or one of its replacements; nothing is invented, so a
number in a rewrite stands in the draft, or in the norm and thereby in its clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain

from copilot.conversation import SEVERITIES
from copilot.language import PatternSet, normalise
from copilot.norms.facts import NO_FACTS, clauses_to_keep, facts_to_keep
from copilot.norms.matching import Hit
from copilot.norms.model import Fitting, Norm
from copilot.norms.segments import Segment, Segmented

_LOOSE_STARTS = "^(?:所以说|所以|而且|并且|但是|不过|可是|那么|那|就是|反正|因为|毕竟|然后|还有|再说|,|，|、|\\s|的话|[!！?？。~～.…;；:：])+"
_ALONE_IS_EMPTY = "^(?:亲+|您好|你好|好的|嗯+|哦|呢|啊|哈+|请|谢谢|拜托|[\\s,，。!！?？~～、.…])*$"
_FACTS = "[0-9a-z]|今天|明天|今晚|后天|周[一二三四五六日]|上午|下午|分钟|小时|工作日|号楼|门店|地址是"
_ACTS = "(?:帮|为|给|替|陪)您|我(?:来|马上|现在|这就|去|再|会|已)"
_LONGEST = 120  # characters of a rewrite, unless the draft itself is longer
_FIRST_PART = 90  # characters that are kept of a wall of text
_GO_ON = "我先说到这里，您看完告诉我，我再接着往下说。"
_EMERGENCIES = "2.5"
_STEP = "第[一二三四五六七八九十]+步?|[1-9][.、)]"
_ENDINGS = "。！？!?～~…；;\n"


def mended_words(norm: Norm, quote: str) -> str | None:
    """The quoted words with the norm's replacements applied, or None when none applies."""
    if not norm.replace:
        return None
    normal = normalise(quote)
    pieces: list[str] = []
    place = 0
    for match in _pattern_set(tuple((each.with_, each.pattern) for each in norm.replace)).scan(normal.text):
        start, end = normal.span(match.start, match.end)
        if start >= place:
            pieces += [quote[place:start], match.key]
            place = end
    return "".join([*pieces, quote[place:]]) if pieces else None


@cache
def _pattern_set(patterns: tuple[tuple[str, str], ...]) -> PatternSet[str]:
    return PatternSet(patterns)


def _without_loose_start(text: str) -> str:
    """The text without the words and marks that only made sense after what was cut before it."""
    normal = normalise(text)
    found = _pattern_set((("", _LOOSE_STARTS),)).scan(normal.text, most=1)
    return text[normal.span(found[0].start, found[0].end)[1] :] if found else text


class Fittings:
    """What may be said to a customer whatever the draft was: an opening for the feeling, a reply for the matter."""

    def __init__(self, openings: Sequence[Fitting], replies: Sequence[Fitting]) -> None:
        self._openings, self._replies = tuple(openings), tuple(replies)

    def to(self, customer: str) -> tuple[str, str]:
        """The opening and the reply for a message in normal form; each is empty where none fits."""
        return _first_that_fits(self._openings, customer), _first_that_fits(self._replies, customer)


def _first_that_fits(fittings: tuple[Fitting, ...], customer: str) -> str:
    if not fittings:
        return ""
    patterns = _pattern_set(tuple((str(place), fitting.customer) for place, fitting in enumerate(fittings)))
    places = [int(key) for key in patterns.keys_in(customer)]
    return fittings[min(places)].say if places else ""


def rewritten(
    draft: Segmented, hits: Sequence[Hit], passes: Callable[[str], bool], fitting: tuple[str, str] = ("", "")
) -> str | None:
    """The first of several ways to mend the draft that passes, or None: from the gentlest to the most thorough.

    `fitting` is an opening and a reply that suit the customer's message, either of which may be empty. What the draft
    tells and no hit objects to is in it; only the beginning of a wall of text leaves the rest for the next message.
    """
    tried = {draft.original, ""}
    facts = NO_FACTS if all(hit.norm.shorten for hit in hits) else facts_to_keep(draft, hits)
    more = _with_facts(draft, hits, fitting) if facts else ()
    for candidate in chain(_candidates(draft, hits, fitting), more):
        if candidate in tried or len(candidate) > max(_LONGEST, len(draft.original)) or not facts.kept_in(candidate):
            continue
        tried.add(candidate)
        if passes(candidate):
            return candidate
    return None


def _candidates(draft: Segmented, hits: Sequence[Hit], fitting: tuple[str, str]) -> Iterable[str]:
    if all(hit.norm.shorten for hit in hits):
        yield _first_part(draft)
        return
    said = [hit for hit in hits if hit.end > hit.start]
    first, last = _additions(hits)
    if said and not (hits and any(hit.end == hit.start and hit.norm.severity == "block" for hit in hits)):
        yield from _fitted(draft, hits, said, fitting)
    if any(hit.end == hit.start and hit.norm.severity == "block" for hit in hits):
        if any(hit.norm.clause == _EMERGENCIES for hit in hits):
            yield fitting[1]  # passes only where it says what to do in this emergency
        yield _joined(first, "", last)  # what was said is beside the point, or must not be said at all
        return
    if said and (replaced := _replaced(draft, said)):
        yield _joined([], replaced, []) if len(said) == len(hits) else _joined(first, replaced, last)
    by_clause = _without(draft, said, _harmless_clauses(draft, said))
    by_sentence = _without(draft, said, draft.sentences)
    for kept in (by_clause, by_sentence):
        yield _joined(first, kept, last)
    for norm in _norms_of(hits):
        for sentence in norm.say[1:]:
            yield _joined([sentence] if norm.say_first else first, by_sentence, [] if norm.say_first else [sentence])
    yield _joined(first, "", last)
    for norm in _norms_of(hits):
        for sentence in norm.say:
            yield sentence


def _fitted(draft: Segmented, hits: Sequence[Hit], said: Sequence[Hit], fitting: tuple[str, str]) -> Iterable[str]:
    """What can be kept of the draft, with an opening and a reply for this customer in place of stock sentences."""
    if len(said) == len(hits) and (replaced := _replaced(draft, said)):
        yield _joined([], replaced, [])
    opening, reply = fitting
    specific = [norm for norm in _norms_of(hits) if norm.say and not norm.general]
    first = [norm.say[0] for norm in specific if norm.say_first][:1] or ([opening] if opening else [])
    last = [norm.say[0] for norm in specific if not norm.say_first][:1] or ([reply] if reply else [])
    if not last or (specific and specific[0].say_first and opening and len(specific[0].say[0]) > len(_GO_ON)):
        last = last if not reply else [reply]
    if not last:
        return
    kept = _without(draft, said, _harmless_clauses(draft, said))
    if kept and not specific and _pattern_set((("", _ACTS),)).keys_in(normalise(kept).text):
        yield _joined(first, kept, [])
    yield _joined(first, kept, last)
    yield _joined(first, "", last)


def _with_facts(draft: Segmented, hits: Sequence[Hit], fitting: tuple[str, str]) -> Iterable[str]:
    """Of the draft only the clauses that tell something, with what a kind reply says around them."""
    told = [draft.original[slice(*draft.normal.span(each.start, each.end))] for each in clauses_to_keep(draft, hits)]
    kept = _without_loose_start("".join(told).strip()).rstrip(",，、")
    first, last = _additions(hits)
    opening, reply = fitting
    yield _joined(first or ([opening] if opening else []), kept, last)
    yield _joined([opening] if opening else [], kept, [reply] if reply else [])
    yield _joined([], kept, [])


def _first_part(draft: Segmented) -> str:
    """The beginning of a long draft, cut between clauses or steps, and the offer to go on."""
    steps = [match.start for match in _pattern_set((("", _STEP),)).scan(draft.text, most=40)]
    cuts = sorted({piece.end for piece in draft.clauses} | {place for place in steps if place})
    fitting = [place for place in cuts if place <= _FIRST_PART]
    if not fitting:
        return ""
    text = draft.original[: draft.normal.span(0, fitting[-1])[1]].strip().rstrip(",，、")
    return _joined([], text, [_GO_ON])


def _norms_of(hits: Sequence[Hit]) -> list[Norm]:
    """The broken norms, most serious first."""
    norms = list({hit.norm.id: hit.norm for hit in hits}.values())
    return sorted(norms, key=lambda norm: SEVERITIES.index(norm.severity))


def _additions(hits: Sequence[Hit]) -> tuple[list[str], list[str]]:
    """What the most serious norms say, at most one sentence before and one after: a reply stays a reply."""
    first: list[str] = []
    last: list[str] = []
    for norm in _norms_of(hits):
        if norm.say:
            place = first if norm.say_first else last
            if norm.say[0] not in place:
                place.append(norm.say[0])
    return first[:1], last[:1]


def _replaced(draft: Segmented, hits: Sequence[Hit]) -> str:
    """The draft with quoted words replaced where the norm knows better ones, and cut where it does not."""
    pieces: list[str] = []
    place = 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        start, end = draft.normal.span(hit.start, hit.end)
        if start < place:
            continue
        mended = mended_words(hit.norm, draft.original[start:end])
        if mended is None:
            return ""
        pieces += [draft.original[place:start], mended]
        place = end
    return "".join([*pieces, draft.original[place:]])


def _without(draft: Segmented, hits: Sequence[Hit], pieces: Sequence[Segment]) -> str:
    """The pieces of the draft that no hit touches; the sentence structure around a cut is mended."""
    kept: list[str] = []
    after_cut = True
    for piece in pieces:
        if any(hit.start < piece.end and piece.start < hit.end for hit in hits):
            if kept and kept[-1][-1:] in ",，、":
                kept[-1] = kept[-1][:-1] + "。"
            after_cut = True
            continue
        start, end = draft.normal.span(piece.start, piece.end)
        text = draft.original[start:end]
        kept.append(_without_loose_start(text) if after_cut else text)
        after_cut = False
    whole = "".join(kept).strip()
    if not whole or _pattern_set((("", _ALONE_IS_EMPTY),)).keys_in(normalise(whole).text):
        return ""
    return whole[:-1] + "。" if whole[-1:] in ",，、" else whole


def _harmless_clauses(draft: Segmented, hits: Sequence[Hit]) -> tuple[Segment, ...]:
    """The clauses; of a sentence with a breach only those with facts, because the rest of it is rarely kinder."""
    foul = [draft.around(hit.start, hit.end, draft.sentences) for hit in hits]
    return tuple(
        piece
        for piece in draft.clauses
        if any(hit.start < piece.end and piece.start < hit.end for hit in hits)
        or not any(place.start <= piece.start < place.end for place in foul)
        or _pattern_set((("", _FACTS),)).keys_in(draft.of(piece))
    )


def _joined(first: Sequence[str], middle: str, last: Sequence[str]) -> str:
    parts = [part.strip() for part in (*first, middle, *last) if part.strip()]
    return "".join(part if part[-1] in _ENDINGS or i + 1 == len(parts) else f"{part}。" for i, part in enumerate(parts))
