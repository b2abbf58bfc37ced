"""What may be shown: the one place that holds back words the reviewer would flag, unknown clauses and invented figures.

Everything that the copilot proposes to say (suggestions, rewrites, answers, whoever wrote them) passes `Guard.objection`
before a door sees it. Invariants 1 to 3 of the design live here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from copilot.clauses import Clause
from copilot.conversation import ClauseRef, Conversation
from copilot.language import normalise
from copilot.norms import Review

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = "秒分小天日周月年元块折倍声次个工层遍米公斤克度℃"
_ARABIC = re.compile(r"\d+(?:[.,:]\d+)*")
# A Chinese numeral counts as a figure when a unit follows it; "一下" and "一直" are no figures, "一个" is an article.
_CHINESE = re.compile(rf"[零〇一二两三四五六七八九十百千万半]{{1,8}}(?=[个]?(?:工作日|[{_UNITS}]))")
_ARTICLES = re.compile(r"一(?:次|个|遍|天天|年四季)")


def _value(numeral: str) -> str:
    """A Chinese numeral up to 9999万 as an Arabic one ("二十四" is "24"); 半 stays 半."""
    if numeral == "半":
        return "半"
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}.get(character, 1)
            digit = 0
    return str(total + section + digit)


def figures(text: str) -> frozenset[str]:
    """The figures a text states, as Arabic numerals: "24 小时" and "二十四小时" both give {"24"}."""
    plain = normalise(text).text
    found = {match.group().replace(",", "") for match in _ARABIC.finditer(plain)}
    without_articles = _ARTICLES.sub("", plain)
    found.update(_value(match.group()) for match in _CHINESE.finditer(without_articles))
    return frozenset(found)


class SupportsReview(Protocol):
    """What the guard needs of a reviewer."""

    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> Review: ...


class SupportsClauses(Protocol):
    """What the guard needs of an index."""

    def clause(self, ref: ClauseRef) -> Clause | None: ...


class Guard:
    """Judges whether a proposed text may be shown to the agent."""

    def __init__(self, reviewer: SupportsReview, clauses: SupportsClauses) -> None:
        self._reviewer, self._clauses = reviewer, clauses

    def objection(self, text: str, cites: Sequence[ClauseRef], conversation: Conversation) -> str | None:
        """Why `text` must not be proposed in this conversation, or None when it may be.

        `cites` are the clauses that it rests on; at least one, and each must exist in the index.
        """
        if not text.strip():
            return "empty"
        if not cites:
            return "cites nothing"
        clauses = [self._clauses.clause(ref) for ref in cites]
        missing = [str(ref) for ref, clause in zip(cites, clauses, strict=True) if clause is None]
        if missing:
            return f"unknown clause {', '.join(missing)}"
        invented = self.unsupported_figures(text, [clause for clause in clauses if clause], conversation)
        if invented:
            return f"figure without source: {', '.join(sorted(invented))}"
        if self._reviewer.review(text, conversation, with_rewrite=False).verdict != "pass":
            return "flagged by the reviewer"
        return None

    @staticmethod
    def unsupported_figures(
        text: str, clauses: Iterable[Clause], conversation: Conversation
    ) -> frozenset[str]:
        """Figures in `text` that stand neither in the conversation nor in a cited clause."""
        stated = figures(text)
        if not stated:
            return stated
        sources = [turn.text for turn in conversation.turns]
        for clause in clauses:
            sources.extend((clause.text, *clause.say))
        return stated - frozenset().union(*(figures(source) for source in sources))
