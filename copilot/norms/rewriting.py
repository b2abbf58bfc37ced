"""A whole reply that mends every finding and keeps the facts: cut what offends, say what was left out, check again.

Everything that is added is a sentence of a broken norm (`say`) or one of its replacements; nothing is invented, so a
number in a rewrite stands in the draft, or in the norm and thereby in its clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from copilot.conversation import SEVERITIES
from copilot.language import PatternSet, normalise
from copilot.norms.matching import Hit
from copilot.norms.model import Norm
from copilot.norms.segments import Segment, Segmented

_LOOSE_STARTS = "^(?:所以说|所以|而且|并且|但是|不过|可是|那么|那|就是|反正|因为|毕竟|然后|还有|再说|,|，|、|\\s|的话|[!！?？。~～.…;；:：])+"
_ALONE_IS_EMPTY = "^(?:亲+|您好|你好|好的|嗯+|哦|呢|啊|哈+|请|谢谢|拜托|[\\s,，。!！?？~～、.…])*$"
_FACTS = "[0-9a-z]|今天|明天|今晚|后天|周[一二三四五六日]|上午|下午|分钟|小时|工作日|号楼|门店|地址是"
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


def rewritten(draft: Segmented, hits: Sequence[Hit], passes: Callable[[str], bool]) -> str | None:
    """The first of several ways to mend the draft that passes, or None: from the gentlest to the most thorough."""
    for candidate in _candidates(draft, hits):
        if candidate and candidate != draft.original and passes(candidate):
            return candidate
    return None


def _candidates(draft: Segmented, hits: Sequence[Hit]) -> Iterable[str]:
    said = [hit for hit in hits if hit.end > hit.start]
    first, last = _additions(hits)
    if any(hit.end == hit.start and hit.norm.severity == "block" for hit in hits):
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
