"""What the conversation already says: form of address, order, product, time, amount, model, and what was provided.

Only what passes a narrow check becomes a slot, so a customer's text never reaches a suggestion as it is. An order number
is shown by its last four characters: enough to recognise, nothing to leak.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from copilot.conversation import Conversation
from copilot.language import normalise
from copilot.phrasing.english import MixedIn
from copilot.phrasing.proposal import chosen_of, proposed_by
from copilot.phrasing.records import WordLists

# Bounded repeats only, on at most 1,000 characters: time stays linear in the text.
_NAME = re.compile(r"(?:我是|我姓|免贵姓|叫我|鄙姓|本人)?([一-龥]{1,2})(女士|先生|小姐|老师|阿姨|叔叔|大爷|大妈)")
_NAME_BY_CUSTOMER = re.compile(
    r"(?:我是|我姓|免贵姓|叫我|鄙姓|本人姓?)([一-龥]{1,2})(女士|先生|小姐|老师|阿姨|叔叔|大爷|大妈)"
)
_ORDER = re.compile(r"(?:订单|单号|运单|快递单|编号|工单)(?:编号|号码|号)?(?:是|为|:)? ?([a-z0-9][a-z0-9-]{4,29})")
_OTHER_NUMBER = re.compile(
    r"(?:报案|保单|受理|预约|客户|用?户|流水|车牌|票)号(?:码)?(?:是|为|:)? ?[a-z一-龥]{0,2}[0-9a-z]{4,24}"
)
_TRAIN_OR_FLIGHT = re.compile(r"(?:^|[^a-z0-9])(?:[a-z]{1,2}|[a-z][0-9]|[0-9][a-z])[0-9]{3,4}(?:$|[^a-z0-9])")
_TRAVEL = re.compile("航班|飞机|机票|机场|高铁|火车|车次|动车")
_LONE_NUMBER = re.compile(r"^[^a-z0-9]{0,6}([a-z]{0,4}-?[0-9]{6,24})[^a-z0-9]{0,6}$")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MODEL = re.compile(r"(?:^|[^a-z0-9-])([a-z]{1,4}-?[a-z]?[0-9]{2,5}[a-z]{0,3})(?:$|[^a-z0-9-])")
_AMOUNT = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,2})?) ?(元|块)")
_TIME = re.compile(
    r"(今天|明天|后天|今晚|明早|明晚|大后天|(?:这|本|下)?(?:周|星期|礼拜)[一二三四五六日天末]|[0-9]{1,2}月[0-9]{1,2}[日号]|[0-9]{1,2}[号])"
    r"(早上|上午|中午|下午|傍晚|晚上)?([0-9一二三四五六七八九十]{1,3}点半?)?"
    r"|(早上|上午|中午|下午|傍晚|晚上)([0-9一二三四五六七八九十]{1,3}点半?)(以后|之后|以前|之前)?"
    r"|(?<![快早慢多好晚大小高低便有差一])([0-9]{1,2}|[二两三四五六七八九]|十[一二]?)点半?(以后|之后|以前|之前|左右)?(?=[,。!]|$|我?(可以|行|吧|方便|有空|来|到|再|开会|上课|上班|有事|没空|不))"
)
_PHOTO = re.compile(
    r"(照片|图片|截图|视频|凭证|录屏)[^,。!?;]{0,6}(发|传|给|拍好)|(发|传|拍)了?[^,。!?;]{0,4}(照片|图片|截图|视频|图)|\[图片\]|见图|如图|看图"
)
_PHOTO_PROMISED = re.compile(r"(没|不|还没|怎么|要不要|需要)[^,。!?;]{0,3}(发|传|拍)|(发|传)不(了|过|上)")
_ADDRESS = re.compile(
    r"[一-龥]{2,8}(省|市|区|县|镇|路|街|道|村)[^,。!?;]{0,20}[0-9一-龥]{1,6}(号|栋|楼|室|单元|村|小区|弄)"
)
_AGENT_HAS_IT = re.compile(
    r"(看到|查到|查询到|核实到|显示)[^,。?]{0,4}(您|这(单|笔|份))|您的[^,。?]{0,8}(订单|单子|申请|退款|赔案|工单|预约|包裹)[^,。?]{0,16}(已|预计|改到|通过)"
)
_REASON = re.compile(r"因为|由于|原因是|不想要了|不喜欢|不合适|买错|拍错|不需要")
_HEADER = re.compile(r"(抬头|公司名|名称)(是|为|:|改成|换成|写)|税号(是|为|:)?[0-9a-z]{6,}|(有限|分)公司")
_ASKED_MODEL = re.compile(r"型号|哪一?款|什么款")
_MOVED_TO = re.compile("(改|换|调|挪|推|提前|延|放|约)[^,。!?;]{0,4}(到|成|为|至)$")
_RULED_OUT = re.compile(
    "(那天|的?时候)?(我)?(都|就|可能|又)?(不(行|在|方便|可以|得空)|没(空|时间|人)|有事|来不了|(要)?(上班|开会|上课|出门)|的(话)?不)"
)
_FORMAL = {"小姐": "女士", "大妈": "阿姨"}
_MAX_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Slots:
    """Values for the slots of a phrase, and the kinds of fact that the customer has already given."""

    values: Mapping[str, str] = field(default_factory=dict)
    provided: frozenset[str] = frozenset()

    def fill(self, text: str) -> str | None:
        """The text with its slots filled, or None where a value is not known."""
        if "{" not in text:
            return text
        try:
            return text.format_map(_Strict(self.values))
        except KeyError:
            return None


class _Strict(dict[str, str]):
    def __missing__(self, key: str) -> str:
        raise KeyError(key)


class WordFinder:
    """Finds the listed words in a text: the longest at each place."""

    def __init__(self, words: Iterable[str]) -> None:
        by_first: dict[str, list[str]] = {}
        for word in sorted({word.lower() for word in words}, key=lambda word: (-len(word), word)):
            by_first.setdefault(word[0], []).append(word)
        self._by_first = by_first

    def find(self, text: str) -> list[str]:
        """Listed words in order of their place; a word inside a longer one found does not count."""
        found: list[str] = []
        place = 0
        while place < len(text):
            word = next((w for w in self._by_first.get(text[place], ()) if text.startswith(w, place)), None)
            if word is None:
                place += 1
            else:
                found.append(word)
                place += len(word)
        return found


def says_time(text: str) -> bool:
    """Whether a text names a day or an hour."""
    return _TIME.search(normalise(text[:_MAX_CHARACTERS]).text) is not None


def _wanted_time(text: str) -> str | None:
    """The day or hour that a text asks for: the one something is moved to, else the fullest that is not ruled out."""
    times = list(_TIME.finditer(text))
    if moved := [match for match in times if _MOVED_TO.search(text[: match.start()])]:
        return moved[-1].group(0)
    fit = [match for match in times if not _RULED_OUT.match(text[match.end() :])]
    return max((match.group(0) for match in fit or times), key=len, default=None)


class SlotReader:
    """Reads slots with the workspace's word lists."""

    def __init__(self, words: WordLists) -> None:
        self._surnames = frozenset(words.surnames)
        self._mixed = MixedIn(words.english)
        self._products, self._topics = WordFinder(words.products), WordFinder(words.topics)

    def read(self, conversation: Conversation) -> Slots:
        """The slots of a conversation; later statements win over earlier ones."""
        values: dict[str, str] = {}
        provided: set[str] = set()
        asked_model = asked_order = travels = False
        for turn in conversation.turns[-40:]:
            text = normalise(turn.text[:_MAX_CHARACTERS]).text
            travels = travels or bool(_TRAVEL.search(text))
            if turn.role == "agent":
                if _AGENT_HAS_IT.search(text):
                    provided.add("order")
                asked_model, asked_order = bool(_ASKED_MODEL.search(text)), "单号" in text or "订单" in text
                self._address(text, values, by_customer=False)
                continue
            self._address(text, values, by_customer=True)
            if _OTHER_NUMBER.search(text) or (travels and _TRAIN_OR_FLIGHT.search(text)):
                provided.add("order")
            self._facts(text, values, provided, asked_model=asked_model, asked_order=asked_order)
        self._matter(self._mixed.in_chinese(normalise(conversation.last_customer_text[:_MAX_CHARACTERS]).text), values)
        if conversation.agent_texts:
            offer = conversation.agent_texts[-1][:_MAX_CHARACTERS]
            if agreed := proposed_by(offer):
                values["agreed"] = agreed
            if chosen := chosen_of(offer, conversation.last_customer_text[:_MAX_CHARACTERS]):
                values["chosen"] = chosen
        for name in ("name", "product"):
            if name in values:
                provided.add(name)
        return Slots(values, frozenset(provided))

    def _matter(self, last: str, values: dict[str, str]) -> None:
        """What the customer's last message is about, and the time it names."""
        goods = self._products.find(last)  # 洗衣 in 洗衣机 is no matter of its own
        if topics := [word for word in self._topics.find(last) if not any(word in name for name in goods)]:
            first = values["topic"] = max(topics, key=len)
            if other := [word for word in topics if word not in first]:  # a second thing that is asked about
                values["also"] = max(other, key=len)
        if wanted := _wanted_time(last):
            values["time"] = wanted

    def _address(self, text: str, values: dict[str, str], *, by_customer: bool) -> None:
        match: Any = (_NAME_BY_CUSTOMER if by_customer else _NAME).search(text)
        if match is None:
            return
        surname, title = match.group(1), match.group(2)
        if not by_customer and len(surname) == 2 and surname[0] not in self._surnames:
            surname = surname[1]
        if surname[0] in self._surnames:
            values["name"] = f"{surname[0]}{_FORMAL.get(title, title)}"

    def _facts(
        self, text: str, values: dict[str, str], provided: set[str], *, asked_model: bool, asked_order: bool
    ) -> None:
        order = _ORDER.search(text) or (_LONE_NUMBER.search(text) if asked_order else None)
        if order is not None and any(c.isdigit() for c in order.group(1)):
            provided.add("order")
            tail = order.group(1)[-4:]
            if tail.isdigit():
                values["order"] = tail
        if _MOBILE.search(text):
            provided.add("phone")
        model = _MODEL.search(text)
        if model is not None and order is None:
            provided.add("model")
            if asked_model and len(text) <= 20:  # echoed only as the plain answer to the agent's own question
                values["model"] = model.group(1).upper()
        elif asked_model and 0 < len(text) <= 20:
            provided.add("model")
        if amount := _AMOUNT.search(text):
            provided.add("amount")
            values["amount"] = f"{amount.group(1)}{amount.group(2)}"
        if _TIME.search(text):
            provided.add("time")
        if _PHOTO.search(text) and not _PHOTO_PROMISED.search(text):
            provided.add("photo")
        for fact, pattern in (("address", _ADDRESS), ("reason", _REASON), ("header", _HEADER)):
            if pattern.search(text):
                provided.add(fact)
        if products := self._products.find(text):
            values["product"] = max(products, key=len)
