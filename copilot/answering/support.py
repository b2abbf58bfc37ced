"""Whether a clause supports a sentence that somebody else wrote about it (a language model).

Three checks, each alone can cut a sentence: its figures stand in the clause; most of what it says is said there, counted
in pairs of characters without the frame of a sentence; and what it allows, asks for or forbids is what the clause's part
about the same thing does. A sentence that says nothing by itself ("可以。") is supported by no clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from copilot.clauses import Clause
from copilot.language import figures, normalise
from copilot.language.patterns import compile_pattern

# Calibrated on tests/answering/support.yaml: no unsupported sentence of its tuned part reaches it, most supported ones do.
LEAST_SUPPORT = 0.6
_LEAST_SAID = 2  # pairs of characters; with fewer a sentence says nothing that could be checked
_ABOUT_THE_SAME = 0.34  # share of a part's pairs from which a part of the clause is about the same thing
_FRAME = compile_pattern(
    "根据|按照|依据|协议|条款|规定|第?[0-9.]+条?|客服人员|客服|乙方|甲方|公司|客户|您|你们|你|我们|我|也就是说|因此|所以|另外|同时|此外|其中|例如|比如|以及|并且|并|和|与|或者|或|"
    "需要|应当|应该|必须|应|要|须|不得|不能|不可以|不可|不应|不要|禁止|避免|可以|能够|能|会|都|也|的话|的|了|是|在|把|将|对于|对|向|给|为|由|被|进行|等|之内|以内|内|时候|时|后|前|这|那|这样做|这样|做"
)
_NUMERALS = compile_pattern("[0-9.]+|[零〇一二两三四五六七八九十百千万半]+")  # checked as figures, in either script
_NO_NEGATION = compile_pattern("不仅|不但|不论|不管|不同|不过|不断|无论|差不多|对不起|不好意思|不满意?|是否|不清楚|无理由")
_NEGATION = compile_pattern("不|没|无|勿|别|禁|避免|杜绝|拒绝|除外|而非")
_PERMISSION = compile_pattern("可以|允许|有权|不必|无需|不用|不需要|随意|随便")
_PART = compile_pattern("[,;:。!?\n]")
_SOURCE = compile_pattern(r"[((][^()]{0,60}[))]|《[^》]{1,60}》[0-9.]*")


def supported(sentence: str, clauses: Sequence[Clause]) -> bool:
    """Whether the clauses, taken together, say what the sentence says."""
    plain = _SOURCE.sub("", normalise(sentence).text)
    texts = [normalise(f"{clause.title}。{clause.text}").text for clause in clauses]
    if figures(plain) - frozenset().union(*map(figures, texts)):
        return False
    pairs = _pairs(plain)
    if len(pairs) < _LEAST_SAID or share(plain, texts) < LEAST_SUPPORT:
        return False
    parts = [part for text in texts for part in _PART.split(text) if part.strip()]
    return all(_agrees(part, parts) for part in _PART.split(plain) if _pairs(part))


def share(sentence: str, texts: Iterable[str]) -> float:
    """The share of a sentence's pairs of characters that stand in the texts, in [0, 1], frames left out."""
    said = _pairs(normalise(sentence).text)
    there = frozenset().union(*(_pairs(normalise(text).text) for text in texts))
    return len(said & there) / len(said) if said else 0.0


def _agrees(part: str, known: Sequence[str]) -> bool:
    """Whether the part of the clauses that is about the same thing has the same yes or no."""
    said = _pairs(part)
    scored = [(len(said & _pairs(each)) / len(said), each) for each in known]
    best = max((score for score, _ in scored), default=0.0)
    if best < _ABOUT_THE_SAME:
        return not _permits(part)  # details may come from anywhere, a permission needs its own words
    same = [each for score, each in scored if score >= best]
    return any(_negated(each) == _negated(part) and _permits(each) >= _permits(part) for each in same)


def _negated(text: str) -> bool:
    return bool(_NEGATION.search(_NO_NEGATION.sub("", text)))


def _permits(text: str) -> bool:
    return bool(_PERMISSION.search(text.replace("不可以", "不得")))


def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of what is left without punctuation, figures and frames."""
    found: set[str] = set()
    for piece in _FRAME.sub(" ", _NUMERALS.sub(" ", text)).split():
        kept = "".join(character for character in piece if character.isalnum())
        found.update(kept[i : i + 2] for i in range(len(kept) - 1))
    return frozenset(found)
