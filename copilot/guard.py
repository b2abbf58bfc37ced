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
from copilot.language import figures, normalise
from copilot.norms import Review

# Days without a figure in them.
_DAYS = re.compile(
    r"[今当][天日]|大?后天|明[天日早晚]|今晚|(?:周|星期|礼拜)[一二三四五六日天末](?!次|遍|回)"
    r"|下个?(?:周|星期|礼拜)(?![一二三四五六日天末])|下个?月|[月年]底"
)
_TODAY_IN_PASSING = re.compile(r"[今当][天日](?!之?[内前]|下班前|就[能会可])")  # "今天内" promises, "今天还有…" does not
# Never on a customer's word: whoever asks for a link may be after other customers. Mail addresses are no links.
_LINK = re.compile(
    r"https?://[a-z0-9.-]{1,253}|(?<![@a-z0-9._-])[a-z0-9][a-z0-9.-]{0,252}\.(?:com|cn|net|org|top|xyz|vip|cc|io|me|info|example)"
    r"(?![a-z0-9])"
)
_LIST_MARK = re.compile(r"^\s{0,20}\d{1,3}[.、)．）]\s{0,20}(?=\D)", re.MULTILINE)  # the third step is no source for "3 天"
_SENTENCE_END = re.compile(r"(?<=[。!?;\n])")


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
        if _links(text) - _links("\n".join((*conversation.agent_texts, *(clause.text for clause in clauses if clause)))):
            return "link without source"
        if self._reviewer.review(text, conversation, with_rewrite=False).verdict != "pass":
            return "flagged by the reviewer"
        return None

    @staticmethod
    def unsupported_figures(
        text: str, clauses: Iterable[Clause], conversation: Conversation
    ) -> frozenset[str]:
        """Figures and days that `text` states and that stand neither in the conversation nor in a cited clause."""
        stated = figures(text) | _days_promised(text)
        if not stated:
            return stated
        sources = [turn.text for turn in conversation.turns]
        for clause in clauses:
            sources.extend((_LIST_MARK.sub("", clause.text), *clause.say))
        return stated - frozenset().union(*(figures(source) | _days(source) for source in sources))


def _links(text: str) -> frozenset[str]:
    found = (match.group() for match in _LINK.finditer(normalise(text).text))
    return frozenset(link.removeprefix("https://").removeprefix("http://") for link in found)


def _days_promised(text: str) -> frozenset[str]:
    """The days that `text` names outside of questions: "您明天在家吗?" promises nothing."""
    sentences = _SENTENCE_END.split(_TODAY_IN_PASSING.sub("", normalise(text).text))
    return frozenset().union(*(_days(each) for each in sentences if not each.endswith("?")))


def _days(text: str) -> frozenset[str]:
    """The days named, each under one name: 星期六 and 周六 are the same, and so are 明早 and 明天."""
    return frozenset(_day(match.group()) for match in _DAYS.finditer(normalise(text).text))


def _day(name: str) -> str:
    if name[0] in "明今当" and name != "今晚":
        return f"{name[0]}天"
    return name.replace("个", "").replace("星期", "周").replace("礼拜", "周").replace("周天", "周日")
