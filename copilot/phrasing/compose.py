"""Joining a greeting or a word of understanding with what is to be done, within one message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot.conversation import NEGATIVE_MOODS, ClauseRef
from copilot.phrasing.overlap import repeats
from copilot.phrasing.records import EMPATHY
from copilot.phrasing.scoring import Moment
from copilot.phrasing.slots import Slots
from copilot.phrasing.suggestion import Style

MAX_LENGTH = 120
_GREETINGS = ("您好", "你好", "早上好", "上午好", "下午好", "晚上好")
# moves after which an apology would be out of place
_AT_EASE = frozenset({
    "thanks", "praises", "says_bye", "satisfied", "nothing_else", "accepts", "takes_note", "chooses", "greets",
    "rate_where", "apologises",
})  # fmt: skip
_NEXT_NEWS, _NEXT_NEWS_FROM = "24 小时内给您答复。", ClauseRef("complaints", "1.5")
_TIME = re.compile("小时|分钟|工作日|天内|天之内")
_ROOM_FOR_TIME = 74  # characters; an opening and a form of address still go before it
_PLAIN = 1.1  # weight from which a topic is clearly what the message is about
_AT_ONCE = re.compile("就告诉您|马上告诉您|尽快告诉您|马上联系您")  # news without a time of its own, sooner than a day
_ASKS_ABOUT = "product_question"
_TROUBLES = frozenset({"quality", "service_attitude", "complaint_escalation"})
_PLAIN_QUESTION = "howto"  # asked calmly how to do something: no trouble has happened
# moves that answer something said before: the conversation is under way even where its beginning is not known
_UNDER_WAY = _AT_EASE - {"greets"} | {"reluctant", "rejects", "considers", "sends_info"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply in the making: its text, what it rests on, how well it fits, and whether it already shows understanding."""

    text: str
    cites: tuple[ClauseRef, ...]
    style: Style
    score: float
    stage: str
    empathic: bool
    phrase: str = ""
    """The id of the phrase it is made of; empty for a sentence of a policy."""
    matter: str = ""
    """The weightiest of its topics in this conversation; empty where it is not chosen for a topic."""
    about: frozenset[str] = frozenset()
    """The matters of the customer's that it is about: an opener about one thing does not go before a body on another."""
    urgent: bool = False
    """Speaks of danger: stands alone, without greeting or opener."""


class Composer:
    """Joins openers with bodies for one moment. Openers come ranked, best first."""

    def __init__(
        self,
        openers: Sequence[Draft],
        moment: Moment,
        slots: Slots,
        said: Sequence[str],
        check: Sequence[Draft] = (),
    ) -> None:
        """`check` holds the opener that asks whether everybody is safe, where that is not certain."""
        self._check = next(iter(check), None)
        self._said = said[-8:]
        self._moment = moment
        self._name = slots.values.get("name")
        self._openers = [opener for opener in openers if not repeats(opener.text, self._said, 0.8)]
        self._turn = 0
        self._needs_understanding = self._needs()

    def _needs(self) -> bool:
        moment = self._moment
        if moment.danger == "sure" or moment.situation.moves & _AT_EASE:
            return False
        if moment.mood in NEGATIVE_MOODS - {"dissatisfied"}:
            return True
        if moment.mood == "dissatisfied" and not (moment.intents[0] == _ASKS_ABOUT and self._plainly_asked()):
            return True
        if moment.complaint and moment.mood != "dissatisfied" and not self._plainly_asked():
            return True
        if moment.intents[0] in _TROUBLES and not moment.situation.now and not moment.situation.moves:
            return True  # of a kind that no topic names
        return moment.situation.trouble and _PLAIN_QUESTION not in moment.situation.now

    def _plainly_asked(self) -> bool:
        """Whether the message is clearly about a matter in which nothing went wrong, whatever else was read in it."""
        weights = self._moment.situation.weights
        clear = max((weights[name] for name in self._moment.situation.now), default=0.0) >= _PLAIN
        return clear and not self._moment.situation.trouble

    def join(self, bodies: Sequence[Draft]) -> list[Draft]:
        """The bodies as whole replies: greeted on the first turn, with understanding where it is due, none repeated."""
        joined: list[Draft] = []
        for body in bodies:
            if repeats(body.text, self._said):
                continue
            joined.append(self._polished(self._understanding(self._checked(self._timed(body)))))
        return joined

    def _timed(self, body: Draft) -> Draft:
        """A reply that does something about trouble, with a time for the next news where it names none."""
        if not self._needs_understanding or body.style != "act" or body.urgent or body.stage != "solve":
            return body
        if (
            _TIME.search(body.text)
            or _AT_ONCE.search(body.text)
            or not body.text.endswith("。")
            or len(body.text) > _ROOM_FOR_TIME
        ):
            return body
        return replace(body, text=body.text + _NEXT_NEWS, cites=tuple(dict.fromkeys((*body.cites, _NEXT_NEWS_FROM))))

    def _checked(self, body: Draft) -> Draft:
        """The body after a word about safety, where there may be danger of a kind that nobody named."""
        if self._check is None or body.urgent or len(self._check.text) + len(body.text) > MAX_LENGTH:
            return body
        text = f"{self._check.text}{body.text.removeprefix('好的，').removeprefix('您好，')}"
        return replace(body, text=text, cites=tuple(dict.fromkeys((*body.cites, *self._check.cites))), empathic=True)

    def _understanding(self, body: Draft) -> Draft:
        if (
            not self._needs_understanding
            or body.urgent
            or body.empathic
            or EMPATHY.search(body.text)
            or not self._openers
        ):
            return body
        fit = [each for each in self._openers if not (each.about and body.about) or each.about & body.about]
        for shift in range(len(fit)):
            opener = fit[(self._turn + shift) % min(4, len(fit))]
            text = f"{opener.text}{body.text.removeprefix('好的，')}"
            if len(text) <= MAX_LENGTH - 6:
                self._turn += 1
                cites = tuple(dict.fromkeys((*body.cites, *opener.cites)))
                return replace(body, text=text, cites=cites, empathic=True)
        return body

    def _polished(self, draft: Draft) -> Draft:
        if draft.urgent or draft.text.startswith(_GREETINGS):
            if self._name is not None and draft.text.startswith("您好，"):
                return replace(draft, text=f"{self._name}{draft.text}")
            return draft
        if self._moment.first_reply and not self._moment.situation.moves & _UNDER_WAY:
            greeting = f"{self._name}您好，" if self._name is not None else "您好，"
            text = f"{greeting}{draft.text.removeprefix('好的，')}"
            return replace(draft, text=text) if len(text) <= MAX_LENGTH else draft
        if self._name is not None and not any(self._name in said for said in self._said[-1:]):
            text = f"{self._name}，{draft.text}"
            return replace(draft, text=text) if len(text) <= MAX_LENGTH else draft
        return draft
