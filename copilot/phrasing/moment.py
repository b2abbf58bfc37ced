"""Reading the moment: the situation in the words, agreed with what the reader makes of the whole conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.conversation import NEGATIVE_MOODS, ClauseRef, Conversation
from copilot.language import normalise
from copilot.phrasing.proposal import chosen_of, proposed_by
from copilot.phrasing.question import answers_agent
from copilot.phrasing.records import Phrase
from copilot.phrasing.scoring import Moment
from copilot.phrasing.slots import says_time
from copilot.phrasing.topics import Situation, TopicFinder

if TYPE_CHECKING:
    from copilot.reading import Reading

_AGREES, _DISAGREES, _ALONE = 1.1, 0.93, 0.88  # a topic whose phrases serve the first intent, or none of the intents
_ALIKE = 0.12  # below this likeness a pattern that no intent agrees with stands alone
_ABOUT_PEOPLE = frozenset({"service_attitude", "complaint_escalation", "privacy", "praise", "greeting", "closing"})
_CONTENT = frozenset({"accepts", "thanks", "satisfied", "praises", "takes_note"})
ANSWERED = _CONTENT | {"chooses", "considers", "says_bye", "nothing_else", "greets"}
"""Moves after which nothing is to be looked up: the customer agrees, decides or takes leave."""
_PLEASED = frozenset({"thanks", "satisfied", "praises", "works_fine", "solved_but", "says_bye", "accepts", "greets"})
_UPSET, _UNFIT = frozenset({"angry", "distressed"}), 0.35
_AGREED_UPON = 0.7
_GIVES_TIME, _CHOOSES = "gives_time", "chooses"
_GIVES, _GIVEN_IN_COMPLAINT, _GIVEN = "sends_info", 0.95, 0.6
_DETAILS = re.compile("哪|什么|多少|几|单号|订单|照片|经过|时间|姓名|型号|地址|截图")
_ASKS_WISH = re.compile("(什么|哪(个|种|款|一?种)?)(颜色|尺码|口味|款式|规格|尺寸|型|配置|时段|地址|方式)")
_HELPS = re.compile(
    "(什么|哪些)(问题|事情?)?(可以|能|需要|要)?(帮|为您|我)|还有(其他|别的|什么)"
)  # asks for no particulars
_ASKS_TIME = re.compile(
    "(哪天|哪一天|几点|什么时(间|候|段)|方便的时|时间方便|时段)|(今天|明天|后天|上午|下午|晚上|周.|[0-9]点)[^。]{0,12}(可以|方便|行)(吗|么)"
)
_OFFERS = re.compile("哪(一)?(种|个|样|款|边)|还是|或者?")
_JOY = re.compile(
    "好|棒|赞|谢|喜欢|不错|开心|高兴|满意|厉害|专业|感动|感激|贴心|爱|牛|优秀|耐心|细心|热情|及时|快|靠谱|给力|表扬|五星|锦旗|辛苦|哈哈|惊喜|"
    "nice|good|great|love|thank|[👍😊😄❤🌹🙏😘🥰]"
)
_YES = re.compile(
    "^(哇|哦|嗯|啊|好|那|呀|,|。|!| )*(可以|行|好|同意|确认|没问题|ok|成|要的|对|是的|嗯|没错|需要|收到|知道|明白)"
)
_NO_YES = re.compile("[?]|不(行|可以|同意|对|是|要|好)|但|可是|不过|就是|怎么|什么|多少|哪|几")
_ASKS_CONSENT = re.compile(
    "(可以|好|行|对|同意|确认|接受|方便)(吗|么|嘛)|您看.{0,12}([?]|吗)|确认(一下|后|无误)|(确认|同意|确定).{0,8}吗|同意的?话|需要.{0,12}吗"
)
_ASKS_ANYTHING = re.compile("[?]|吗|呢")
_NODS = frozenset({"accepts", "takes_note", "vague_nod"})
_BESIDE_YES = _NODS | {"thanks", "praises", "satisfied", "sends_info"}
_SHORT_YES = 20
_WISHES, _SPOKEN_OF = "adds_wish", 0.9
_NO_WISH = re.compile(
    "[?]|不(?!要?(放|打|加|按|送|给|敲))|吗|么|呢|怎么|什么|多少|哪|几点|没(有)?(收|到|用|人|货)|坏|破|错|投诉|算了|先别|考虑|想想|问(问|一下|下)"
)
_SHORT_CHOICE, _MAX_CHOICE = 14, 40  # characters; of the normal form, and looked at
_NO_CHOICE = re.compile("不|别|没|[?]|怎么|什么|多少|都")
_FAULTS = frozenset({"quality", "warranty_repair", "product_question"})  # where an answer leads on to the next question
_BESIDE = frozenset(
    {"sends_info", "upset", "hurry", "wants_timing", "wants_reason", "illness"}
)  # moves that may go with an answer
_PROPOSAL = re.compile("可以吗|您看|您同意|方案|或者|(可以|能)(给|为|帮)您|(为|给|帮)您(换|退|补|重新|安排|改|申请)")
_SPEAKS_OF_IT = re.compile("(你|您)(们)?(说|给|提|讲|定)的|方案|这(个)?(办法|条件|处理)")  # of what was proposed before
_MAX_CHARACTERS = 500
_IN_GOOD_MOOD = 0.2  # what talk of trouble counts from somebody who praises


class MomentReader:
    """Makes the moment of a conversation."""

    def __init__(self, finder: TopicFinder, phrases: Sequence[Phrase]) -> None:
        self._finder = finder
        intents: dict[str, set[str]] = {}
        for phrase in phrases:
            for topic in phrase.about:
                intents.setdefault(topic, set()).update(phrase.intents)
        self._intents: Mapping[str, frozenset[str]] = {name: frozenset(found) for name, found in intents.items()}

    def read(
        self, conversation: Conversation, reading: Reading, step: int | None, likely: Mapping[ClauseRef, float]
    ) -> Moment:
        """The moment; `step` is the complaint step to work on next, `likely` the clauses that may answer the message."""
        reading = _soberly(reading, conversation)
        said = conversation.agent_texts
        situation = self._agreed(
            self._finder.situation(conversation),
            reading,
            answers=bool(said),
            proposed=bool(said and _PROPOSAL.search(said[-1]))
            or bool(_SPEAKS_OF_IT.search(conversation.last_customer_text[:_MAX_CHARACTERS])),
        )
        if reading.intents[0] not in _FAULTS or (said and _ASKS_WISH.search(said[-1])):
            situation = _with_information(situation, conversation, step)
        emergency = reading.urgency == "emergency"
        if emergency and not situation.emergencies:
            kind, clearly = self._finder.danger_like(conversation.last_customer_text)
            if kind is not None:
                weights = {**situation.weights, kind: 1.0}
                found = frozenset({kind} if clearly else ())
                situation = replace(situation, weights=weights, emergencies=found)
        situation = _with_choice(_with_time(situation, conversation), conversation)
        situation = _with_consent(situation, conversation)
        known = bool(situation.emergencies)
        return Moment(
            text=normalise(conversation.last_customer_text[:2_000]).text,
            recent=normalise("\n".join(turn.text[:500] for turn in conversation.turns[-4:])).text,
            situation=situation,
            intents=reading.intents,
            mood=reading.mood,
            complaint=reading.complaint or (step is not None and reading.mood in NEGATIVE_MOODS),
            urgency="emergency" if emergency or known else reading.urgency,
            danger="sure" if emergency and known else "unknown" if emergency else "kind" if known else "none",
            vip=reading.vip,
            stage=reading.stage,
            step=step,
            first_reply=not conversation.agent_texts,
            likely={} if situation.moves & _CONTENT else likely,
        )

    def _agreed(self, situation: Situation, reading: Reading, *, answers: bool, proposed: bool) -> Situation:
        """The situation with topics raised or lowered by whether their phrases serve what the customer wants.

        `answers`: whether the agent has said something that the message can be an answer to; `proposed`: whether that
        was a way to settle the matter.
        """
        weights = {}
        for name, weight in situation.weights.items():
            weights[name] = weight * self._agreement(name, situation, reading)
        unfit: frozenset[str] = frozenset()
        if reading.mood in _UPSET:
            unfit = situation.moves & _CONTENT
        elif not proposed and "reluctant" in situation.moves:
            unfit = situation.moves & {"reluctant"}
        elif reading.mood in NEGATIVE_MOODS and not answers:
            unfit = situation.moves & {"accepts"}
        weights = {name: weight * (_UNFIT if name in unfit else 1.0) for name, weight in weights.items()}
        moves = situation.moves - unfit
        if "accepts" in moves and proposed:  # what was agreed to is to be carried out, not to be discussed again
            weights = {name: weight * (1.0 if name in moves else _AGREED_UPON) for name, weight in weights.items()}
        praises = reading.mood == "happy" and reading.intents[0] == "praise" and bool(moves & _PLEASED)
        return replace(situation, weights=weights, moves=moves, trouble=situation.trouble and not praises)

    def _agreement(self, name: str, situation: Situation, reading: Reading) -> float:
        if name in situation.moves or name in situation.emergencies:
            return 1.0
        if self._finder.kind(name) == "trade":
            return _ALONE if reading.intents[0] in _ABOUT_PEOPLE or reading.urgency == "emergency" else 1.0
        praises = reading.intents[0] == "praise" and reading.mood == "happy"
        factor = _IN_GOOD_MOOD if praises and situation.moves & _PLEASED else 1.0
        served = self._intents.get(name)
        if not served:
            return factor
        if reading.intents[0] in served:
            return factor * _AGREES
        if served.isdisjoint(reading.intents):
            return factor * (
                _DISAGREES if situation.alike.get(name, 0.0) >= _ALIKE or name not in situation.now else _ALONE
            )
        return factor


def _soberly(reading: Reading, conversation: Conversation) -> Reading:
    """The reading without joy where the words hold none: no thanks are given for praise that nobody spoke."""
    text = normalise(conversation.last_customer_text[:2_000]).text
    if _JOY.search(text) or (reading.mood != "happy" and "praise" not in reading.intents):
        return reading
    intents = tuple(intent for intent in reading.intents if intent != "praise") or ("other",)
    return replace(reading, intents=intents, mood="calm" if reading.mood == "happy" else reading.mood)


def _with_information(situation: Situation, conversation: Conversation, step: int | None) -> Situation:
    """The situation where the customer has just given what the agent asked for: that is taken note of."""
    if (
        situation.moves - _BESIDE
        or not answers_agent(conversation)
        or not _DETAILS.search(_HELPS.sub("", conversation.agent_texts[-1]))
    ):
        return situation
    weight = _GIVEN_IN_COMPLAINT if step in (1, 2, 3) else _GIVEN
    return replace(
        situation,
        weights={**situation.weights, _GIVES: max(weight, situation.weights.get(_GIVES, 0.0))},
        now=situation.now | {_GIVES},
        moves=situation.moves | {_GIVES},
    )


def _with_time(situation: Situation, conversation: Conversation) -> Situation:
    """The situation where the customer answers with a time of their own when the agent has asked for one."""
    said = conversation.agent_texts
    if not said or not answers_agent(conversation) or not _ASKS_TIME.search(said[-1]):
        return situation
    if not says_time(conversation.last_customer_text):
        return situation
    return replace(
        situation,
        weights={**situation.weights, _GIVES_TIME: 1.2},
        now=situation.now | {_GIVES_TIME},
        moves=(situation.moves - {_GIVES}) | {_GIVES_TIME},
    )


def _with_consent(situation: Situation, conversation: Conversation) -> Situation:
    """The situation where a message begins with a yes to what was asked, or only takes note of what was told."""
    said = conversation.agent_texts
    last = normalise(conversation.last_customer_text[:_MAX_CHARACTERS]).text
    if not said:
        return situation
    asked = normalise(said[-1][-_MAX_CHARACTERS:]).text
    consent = bool(_ASKS_CONSENT.search(asked) or (proposed_by(said[-1]) and _ASKS_ANYTHING.search(asked[-3:])))
    if len(last) > _SHORT_YES or not _YES.match(last) or _NO_YES.search(last):
        return _with_wish(situation, last) if consent else situation
    if consent and situation.moves <= _BESIDE_YES:
        move = "accepts"
    elif situation.moves and situation.moves <= _NODS and not (_PROPOSAL.search(asked) or _ASKS_ANYTHING.search(asked)):
        move = "takes_note"
    else:
        return situation
    return _agreed(situation, move, 1.2, situation.moves - _NODS - {"thanks"})


def _with_wish(situation: Situation, last: str) -> Situation:
    """The situation where what was proposed is neither taken nor refused, but given a wish to go with it."""
    spoken_of = max((situation.weights[name] for name in situation.now), default=0.0)
    if situation.moves or spoken_of > _SPOKEN_OF or len(last) > _MAX_CHOICE or _NO_WISH.search(last):
        return situation
    return _agreed(situation, _WISHES, 1.1, frozenset())


def _agreed(situation: Situation, move: str, weight: float, beside: frozenset[str]) -> Situation:
    """The situation led by a move, with what was spoken of behind it and no trouble left; `beside`: other moves kept."""
    kept = {name: before * _AGREED_UPON for name, before in situation.weights.items()}
    return replace(
        situation,
        weights={**kept, move: weight}, now=situation.now | {move}, moves=beside | {move}, trouble=False,
    )  # fmt: skip


def _with_choice(situation: Situation, conversation: Conversation) -> Situation:
    """The situation where the customer takes one of the ways that the agent has just offered."""
    said, last = conversation.agent_texts, normalise(conversation.last_customer_text[:_MAX_CHOICE]).text
    if not said or _NO_CHOICE.search(last) or len(last) > _SHORT_CHOICE:
        return situation
    offered = normalise(said[-1][:500]).text
    by_words = (
        answers_agent(conversation)
        and _OFFERS.search(offered)
        and any(last[at : at + 2] in offered for at in range(len(last) - 1))
    )
    if not by_words and chosen_of(said[-1][:500], last) is None:
        return situation
    kept = {name: weight * _AGREED_UPON for name, weight in situation.weights.items()}
    return replace(
        situation,
        weights={**kept, _CHOOSES: 1.2},
        now=situation.now | {_CHOOSES},
        moves=(situation.moves - {_GIVES}) | {_CHOOSES},
    )
