"""Whether a rewritten draft still says what the draft said, as far as figures and a refusal go."""

from __future__ import annotations

from collections.abc import Sequence

from copilot.language import compile_pattern, figures, normalise

_CANNOT = "不能|不了|不行|不可以|无法|没法|不支持|不予|拒绝|办不|[退拿找追修补接要查看种做进报约订抢排装]不(回|出|上|成|到)"
_REFUSES = compile_pattern(f"{_CANNOT}|没办法|没有办法|暂时不|不在|没有更多|目前没有|暂时没有|缺货")
_DRAFT_REFUSES = compile_pattern(f"{_CANNOT}|不退|不换|不赔")
_CONDITIONS = compile_pattern("(还|还是|实在|要是|如果)不(行|能|可以)|行不行|行不$|能不能|可不可以|好不好|不能不")  # no refusal


def keeps_the_facts(text: str, draft: str, more: Sequence[str] = ()) -> bool:
    """Whether a rewritten draft still has each of its figures, refuses what it refuses, and states no figure of its own.

    `more` are other texts whose figures it may state: the conversation, the clauses it cites.
    """
    stated, given = figures(text), figures(draft)
    if given - stated or stated - given.union(*map(figures, more)):
        return False
    return bool(_REFUSES.search(normalise(text).text)) or not refuses(draft)


def refuses(draft: str) -> bool:
    """Whether an agent's words say that something cannot be done."""
    return bool(_DRAFT_REFUSES.search(_CONDITIONS.sub("", normalise(draft).text)))
