"""Phrases of an agent's or a team's own: checked when they are added, offered where they fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast

from copilot.conversation import AGREEMENT, ClauseRef, Conversation
from copilot.errors import CopilotError
from copilot.phrasing.question import matter_of
from copilot.phrasing.records import EMPATHY, Phrase, slot_names
from copilot.phrasing.suggestion import Style, Suggestion

if TYPE_CHECKING:
    from copilot.phrasing.phrasebook import Phrasebook
    from copilot.reading import Reading

SHORTEST, LONGEST = 4, 200  # characters
STYLES: dict[str, Style] = {
    "安抚": "soothe", "办理": "act", "说明": "explain", "询问": "ask", "问候": "greet", "结束": "close",
}  # fmt: skip
_SLOTS = {
    "姓名": "name",
    "称呼": "name",
    "单号": "order",
    "商品": "product",
    "时间": "time",
    "金额": "amount",
    "型号": "model",
}
_CHINESE_SLOT = re.compile(r"\{(姓名|称呼|单号|商品|时间|金额|型号)\}")
_BRACES = re.compile(r"[{}]")
_CONDUCT = ClauseRef(AGREEMENT, "1.3.1")  # what a friendly word rests on where no clause is nearer
_NEAR = 0.5  # probability from which a clause is what the phrase speaks of
_LOOKED_AT = 6
_CLOSING = re.compile("再见|祝您|生活愉快|感谢您的(来电|联系|支持)")
_DOING = re.compile("马上|现在就|这就|为您|帮您|我来|登记|提交|安排|联系|核实|跟进")
_AT_MOST = 2
_BETWEEN, _WAYS = re.compile("[;；\n。]"), 20


class OwnPhrase(Protocol):
    """A phrase as the store keeps it. `owner` is empty for the team's."""

    @property
    def id(self) -> int: ...
    @property
    def owner(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def style(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def cites(self) -> tuple[ClauseRef, ...]: ...
    @property
    def situation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CheckedPhrase:
    """A phrase that may be kept: its text with slots, its kind, the topics it is for and the clauses it rests on."""

    text: str
    style: Style
    topics: tuple[str, ...]
    cites: tuple[ClauseRef, ...]

    @property
    def comes_by_itself(self) -> bool:
        """Whether it will ever stand among the suggestions: a matter or a policy clause says when."""
        return bool(self.topics) or any(ref.document != AGREEMENT for ref in self.cites)


class Judges(Protocol):
    """What checking needs of the house; the engine offers it."""

    def personal_data(self, text: str) -> Sequence[str]:
        """The kinds of personal data in a text, in Chinese; nothing where there is none."""
        ...

    def flaws(self, text: str) -> Sequence[str]:
        """What the reviewer has against a text, in Chinese."""
        ...

    def nearest(self, text: str, k: int) -> Sequence[tuple[ClauseRef, float]]:
        """Clauses that speak of what the text speaks of, best first, with how likely they do, in [0, 1]."""
        ...

    def objection(self, text: str, cites: Sequence[ClauseRef], conversation: Conversation) -> str | None:
        """Why a text must not be proposed; None when it may be."""
        ...


class OwnPhrases:
    """Checks phrases and finds those that fit."""

    def __init__(self, book: Phrasebook, judges: Judges) -> None:
        self._book, self._judges = book, judges

    def checked(self, text: str, situation: str = "", style: str = "") -> CheckedPhrase:
        """The phrase as it may be kept.

        `situation` are words of customers that it is for; `style` one of the names in STYLES, empty for a guess. Raises
        CopilotError in Chinese with the reason and the remedy: length, unknown slot, personal data, what the reviewer
        flags, a figure that no clause states.
        """
        text = _CHINESE_SLOT.sub(lambda match: f"{{{_SLOTS[match.group(1)]}}}", " ".join(text.split()))
        if not SHORTEST <= len(text) <= LONGEST:
            raise CopilotError(f"话术要在 {SHORTEST} 到 {LONGEST} 字之间，这一条有 {len(text)} 字。请改短或补全再存。")
        if _BRACES.search(_without_slots(text)):
            raise CopilotError(f"话术里的占位符只能是 {'、'.join(f'{{{name}}}' for name in _SLOTS)}，请更正。")
        plain = _without_slots(text)
        if kinds := self._judges.personal_data(f"{plain}\n{situation}"):
            raise CopilotError(
                f"话术里有个人信息（{'、'.join(kinds)}），没有保存。请删掉，或换成占位符，如 {{姓名}}、{{单号}}。"
            )
        if flaws := self._judges.flaws(plain):
            raise CopilotError(f"这条话术审核没有通过：{'；'.join(flaws)}。请改好再存。")
        cites = self._cites(plain, situation)
        if self._judges.objection(plain, cites, Conversation()) is not None:
            raise CopilotError(
                "话术里的数字、日期或网址在现有条款里找不到依据，没有保存。请改成条款写明的，或先把规定导入资料。"
            )
        topics = self._topics(situation) or self._topics(plain) or self._topics_of_like(plain)
        return CheckedPhrase(text, _style(text, style), topics, cites)

    def _topics(self, words: str) -> tuple[str, ...]:
        """The matters that these words are about; several ways to say it stand between semicolons or on lines."""
        ways = [way for way in _BETWEEN.split(words) if way.strip()]
        return tuple(dict.fromkeys(name for way in ways[:_WAYS] for name in self._book.matters(way)))

    def _topics_of_like(self, text: str) -> tuple[str, ...]:
        """What the bank's phrases that read like this one are for."""
        return tuple(dict.fromkeys(name for phrase in self._book.like(text) for name in phrase.about))

    def _cites(self, text: str, situation: str) -> tuple[ClauseRef, ...]:
        """The clause that the phrase rests on: near enough, or behind a phrase of the bank that it is like.

        Policies before conduct, and of them the first that states the figures.
        """
        near = [
            ref
            for words in (text, situation)
            if words
            for ref, score in self._judges.nearest(words, _LOOKED_AT)
            if score >= _NEAR
        ]
        near += [ref for phrase in self._book.like(text) for ref in phrase.cites]
        ordered = sorted(dict.fromkeys(near), key=lambda ref: ref.document == AGREEMENT)
        for ref in ordered:
            if self._judges.objection(text, (ref,), Conversation()) is None:
                return (ref,)
        return tuple(ordered[:_LOOKED_AT]) or (_CONDUCT,)

    def fitting(
        self, own: Sequence[OwnPhrase], conversation: Conversation, reading: Reading, step: int | None
    ) -> list[Suggestion]:
        """Those of the phrases that fit this moment and pass the guard, best first, two at most."""
        mine = {f"own:{each.id}" for each in own if each.owner}
        phrases = [_as_phrase(each, self._book.topic_ids) for each in own]
        likely = dict(self._judges.nearest(matter_of(conversation), _LOOKED_AT))
        found: list[Suggestion] = []
        for each in self._book.fitting(phrases, conversation, reading, step=step, likely=likely):
            if self._judges.objection(each.text, each.cites, conversation) is None:
                found.append(replace(each, source="mine" if each.phrase in mine else "team"))
            if len(found) == _AT_MOST:
                break
        return found


def _as_phrase(own: OwnPhrase, known: frozenset[str]) -> Phrase:
    """The phrase in the shape of the bank's; it may be longer, and topics that are no more are left out."""
    return Phrase.model_construct(
        id=f"own:{own.id}", text=own.text, known=None, style=cast("Style", own.style), stage="solve",
        about=tuple(name for name in own.topics if name in known), cites=own.cites,
        answers=tuple(ref for ref in own.cites if ref.document != AGREEMENT),
    )  # fmt: skip


def _without_slots(text: str) -> str:
    """The text as it reads without its slots."""
    for name in set(slot_names(text)) & set(_SLOTS.values()):
        text = text.replace(f"{{{name}}}", "")
    return text


def _style(text: str, given: str) -> Style:
    if given.strip():
        style = STYLES.get(given.strip())
        if style is None:
            raise CopilotError(f"类型 {given.strip()!r} 不认识，请写 {'、'.join(STYLES)} 之一，或留空。")
        return style
    if _CLOSING.search(text):
        return "close"
    if text.rstrip().endswith(("？", "?")):
        return "ask"
    if _DOING.search(text):
        return "act"
    return "soothe" if EMPATHY.search(text) else "explain"
