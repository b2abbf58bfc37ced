"""A summary from acts, reading and procedure: nothing is told that is not in the conversation.

What the customer wants is told in the customer's own sentences, the weightiest ones; what was done in the names of the
agent's acts with the last solution quoted; what is open follows from who spoke last, from what was asked or promised
since, and from the procedure's step in hand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from copilot.conversation import Act, Conversation, Intent, PersonalDatum, Turn, Urgency
from copilot.summaries.nobody import Nobody
from copilot.summaries.summary import Summary
from copilot.summaries.words import answer_of, is_filler, names_a_time, wants_detail, without_greeting, without_regret

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[！？!?]?")
_OFFERING = re.compile(r"有什么|有啥")  # "请问还有什么可以帮您？" waits for nothing
_QUOTED = 36  # characters of a quotation
_LONGEST_TURN = 600  # characters that are looked at
_MOST_TURNS = 60
_INTENTS: dict[Intent, str] = {
    "logistics": "查物流", "refund": "退款", "return_exchange": "退换货", "quality": "质量问题", "invoice": "发票",
    "account": "账号问题", "billing": "账单问题", "promotion": "优惠问题", "product_question": "商品咨询",
    "service_attitude": "服务态度", "complaint_escalation": "要求升级投诉", "cancel": "取消订单",
    "delivery_change": "改配送", "warranty_repair": "保修维修", "privacy": "隐私问题",
}  # fmt: skip
_DEEDS: dict[Act, str] = {
    "safety_advice": "提醒安全", "apologise": "致歉", "empathise": "安抚", "ask_detail": "了解情况",
    "verify_identity": "核对身份", "record": "登记", "investigate": "核实", "explain": "说明规定",
    "refuse": "说明不能办理", "propose": "提出方案", "offer_alternative": "给出替代办法", "seek_consent": "征求意见",
    "carry_out": "办理", "promise_time": "约定时间", "hand_over": "转交", "report_back": "反馈结果",
    "confirm_satisfaction": "确认是否满意",
}  # fmt: skip
_ASKING: frozenset[Act] = frozenset({"request", "threaten", "reject", "urge", "ask"})
_TELLING: frozenset[Act] = frozenset({"complain", "inform", "reopen"})
_SOLVING: frozenset[Act] = frozenset({"propose", "offer_alternative", "refuse"})
_OFFERING_ACTS: frozenset[Act] = frozenset({"propose", "offer_alternative", "seek_consent"})
_KIND: frozenset[Act] = frozenset({"greet", "thank", "apologise", "empathise", "promise_time"})
_DOING: frozenset[Act] = frozenset({"carry_out", "report_back"})


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with what it does, and the place of its turn."""

    text: str
    acts: frozenset[Act]
    place: int


class SummaryReader(Protocol):
    """What summarising needs of `copilot.reading.Reader`."""

    def acts(self, turn: Turn, before: Conversation = ...) -> frozenset[Act]: ...

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]: ...

    def read(self, conversation: Conversation) -> ReadingLike: ...


class ReadingLike(Protocol):
    """What summarising needs of a reading."""

    @property
    def complaint(self) -> bool: ...

    @property
    def urgency(self) -> Urgency: ...

    @property
    def intents(self) -> tuple[Intent, ...]: ...


class StepLike(Protocol):
    """What summarising needs of a step."""

    @property
    def title(self) -> str: ...


class ProgressLike(Protocol):
    """What summarising needs of `copilot.procedures.Progress`."""

    @property
    def procedure(self) -> str: ...

    @property
    def step(self) -> int: ...

    @property
    def steps(self) -> Sequence[StepLike]: ...

    @property
    def finished(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Said:
    """A turn with what it does."""

    turn: Turn
    acts: frozenset[Act]

    def does(self, wanted: frozenset[Act]) -> bool:
        return not self.acts.isdisjoint(wanted)


def summarise(
    conversation: Conversation, reading: ReadingLike, progress: ProgressLike | None, reader: SummaryReader,
    *, with_step: bool = True,
) -> Summary:
    """What the customer wants, what was done and what is open, a line each, never empty; `with_step`: and the step in hand."""
    turns = conversation.turns[-_MOST_TURNS:]
    said = [_Said(turn, reader.acts(turn, Conversation(turns[:place]))) for place, turn in enumerate(turns)]
    nobody, promised = Nobody(turns, reader), _promised(said, reader)
    return Summary(
        wants=nobody.in_place(_wants(said, turns, reading, reader)),
        done=nobody.in_place(_done(said, promised, reader)),
        open=nobody.in_place(_open(said, promised, reading, progress, reader, with_step=with_step)),
    )


def _wants(said: Sequence[_Said], turns: Sequence[Turn], reading: ReadingLike, reader: SummaryReader) -> str:
    """The matter, and the customer's own words: what happened, and what is asked for."""
    told = [each for each in _sentences(said, reader) if turns[each.place].role == "customer" and not is_filler(each.text)]
    happened = next((each for each in told if each.acts & (_TELLING | _ASKING)), None) or max(
        told[:3], key=lambda each: len(each.text), default=None
    )
    rest = [each for each in told if answer_of(each.text) is None]
    asked = next((each for each in reversed(rest) if each.acts & (_ASKING - {"ask"})), None)
    asked = asked or next((each for each in reversed(rest) if "ask" in each.acts), None)
    quotes = list(dict.fromkeys(without_greeting(each.text) for each in (happened, asked) if each is not None))
    first = reading if happened is None else reader.read(Conversation(tuple(turns[: happened.place + 1])))
    matters, urgencies = _matters(first, reading), {first.urgency, reading.urgency}
    marks = ["紧急情况"] if "emergency" in urgencies else ["较急"] if "urgent" in urgencies else []
    marks += ["投诉"] if reading.complaint and "要求升级投诉" not in matters else []
    words = "；".join(f"“{_short(each)}”" for each in quotes)
    return "，".join(part for part in ("、".join([*marks, *matters]), words) if part) or "客户还没有说明来意"


def _matters(told: ReadingLike, reading: ReadingLike) -> list[str]:
    """What it is about, as read where the customer told it: later messages answer questions and say thanks."""
    intents = [*told.intents[:1], *(each for each in reading.intents if each == "complaint_escalation")]
    named = list(dict.fromkeys(_INTENTS[intent] for intent in intents if intent in _INTENTS))
    return [each for each in named if each != "商品咨询"] or named


def _done(said: Sequence[_Said], promised: str, reader: SummaryReader) -> str:
    """The agent's acts in the order of a case, and the words of the last solution and of what was carried out.

    What is quoted as `promised` is told once, below.
    """
    agent = [each for each in said if each.turn.role == "agent"]
    if not agent:
        return "还没有回复客户"
    acts = frozenset[Act]().union(*(each.acts for each in agent))
    deeds = [word for act, word in _DEEDS.items() if act in acts]
    told = _sentences(agent, reader)
    found = [next((each for each in reversed(told) if each.acts & wanted), None) for wanted in (_SOLVING, _DOING)]
    quotes = [each.text for each in found if each is not None]
    if not quotes:  # then what was told last, if it was anything but a question or a kind word
        quotes = [each.text for each in told if not (each.acts <= _KIND or wants_detail(each.text))][-1:]
    if not deeds:
        return f"回复了客户：“{_short(without_regret(agent[-1].turn.text))}”"
    words = [f"“{_short(without_regret(each))}”" for each in dict.fromkeys(quotes) if each != promised]
    return "，".join(["、".join(deeds), "；".join(words)]).rstrip("，")


def _open(
    said: Sequence[_Said], promised: str, reading: ReadingLike, progress: ProgressLike | None, reader: SummaryReader,
    *, with_step: bool,
) -> str:
    """Who is to do what next, what was promised and not yet heard of, and the step in hand."""
    if not said:
        return "等客户说明情况"
    waiting = _our_turn(said, reader) if said[-1].turn.role == "customer" else _their_turn(said, progress, reader)
    if said[-1].turn.role == "customer" and answer_of(said[-1].turn.text) == "gives up":
        promised = ""
    parts = [waiting, f"答应过：“{_short(without_regret(promised))}”，还没有回音" if promised else ""]
    if reading.urgency == "emergency" and not any("hand_over" in each.acts for each in said if each.turn.role == "agent"):
        parts.insert(0, "紧急情况，还没有上报主管")
    led = None if progress is None or progress.finished else progress
    if led is not None and with_step:
        parts.append(f"流程在第 {led.step}/{len(led.steps)} 步“{led.steps[led.step - 1].title}”")
    told = [part for part in parts if part]
    return "；".join(told) or ("没有未了的事，可以结束" if led is None else "按流程接着办")


def _our_turn(said: Sequence[_Said], reader: SummaryReader) -> str:
    """What the customer's last message leaves to the agent."""
    last = said[-1]
    before = next((each for each in reversed(said) if each.turn.role == "agent"), None)
    text = _short(without_greeting(_weightiest([last], reader)))
    if "confirm_satisfied" in last.acts or last.acts <= {"thank", "close"}:
        return ""
    few = answer_of(last.turn.text) if before is not None else None
    if few in ("gives up", "considers") and before is not None:
        return _short_answer(last, before, text) or ""
    if "reject" in last.acts:
        return f"客户不接受，要另给办法：“{text}”"
    if "accept" in last.acts and before is None:
        return "客户同意了，要去办理"
    if "urge" in last.acts:
        return f"客户在催，要给进展：“{text}”"
    if before is not None and (short := _short_answer(last, before, text)) is not None:
        return short
    if all(is_filler(each.turn.text) or each.acts <= {"greet"} for each in said if each.turn.role == "customer"):
        return "等客户说明情况"
    return f"客户的话还没有回复：“{text}”"


def _short_answer(last: _Said, before: _Said, text: str) -> str | None:
    """What the customer's few words leave open after what the agent said; None where they are words of their own."""
    answer = answer_of(last.turn.text) or ("agrees" if "accept" in last.acts else None)
    if answer == "gives up":
        return f"客户说不用了：“{text}”"
    if answer == "considers":
        return f"客户还在考虑：“{text}”"
    if answer == "waits":
        return "客户在等消息"
    if answer == "agrees":
        offered = before.does(_OFFERING_ACTS) or wants_detail(before.turn.text)
        return "客户同意了，要去办理" if offered else ""
    asked = before.does(frozenset({"ask_detail", "verify_identity"})) or wants_detail(before.turn.text)
    if asked and not last.acts & (_ASKING | {"complain", "reopen"}):
        return f"客户已经回答：“{text}”，接着办理"
    return None


def _their_turn(said: Sequence[_Said], progress: ProgressLike | None, reader: SummaryReader) -> str:
    """What the agent's last words wait for."""
    last = said[-1]
    if "confirm_satisfaction" in last.acts:
        return "等客户确认是否满意"
    if last.does(frozenset({"seek_consent", "propose", "offer_alternative"})):
        return "等客户答复方案"
    if last.does(frozenset({"ask_detail", "verify_identity"})):
        asking = [each.text for each in _sentences([last], reader) if each.acts & {"ask_detail", "verify_identity"}]
        return f"等客户回答：“{_short(without_regret(asking[-1] if asking else last.turn.text))}”"
    if last.turn.text.rstrip().endswith(("？", "?")) and not _OFFERING.search(last.turn.text):
        return f"等客户回答：“{_short(without_regret(_weightiest([last], reader)))}”"
    if progress is None and last.does(_DOING) and not any("confirm_satisfied" in each.acts for each in said):
        return "办好后还没有问客户是否满意"
    return ""


def _promised(said: Sequence[_Said], reader: SummaryReader) -> str:
    """The last promise of a time that nothing was reported about since, in the agent's words; empty for none."""
    for place in range(len(said) - 1, -1, -1):
        each = said[place]
        if each.turn.role == "agent" and "report_back" in each.acts and "promise_time" not in each.acts:
            return ""
        if each.turn.role == "agent" and ("promise_time" in each.acts or names_a_time(each.turn.text)):
            if any("confirm_satisfied" in later.acts for later in said[place + 1 :]):
                return ""
            parts = _sentences([each], reader)
            text = next((part.text for part in reversed(parts) if "promise_time" in part.acts or names_a_time(part.text)), "")
            return text or each.turn.text
    return ""


def _sentences(said: Sequence[_Said], reader: SummaryReader) -> list[_Sentence]:
    """The sentences of these turns with what each does; a turn of one sentence does what the turn does."""
    found: list[_Sentence] = []
    for place, each in enumerate(said):
        parts = [part for match in _SENTENCE.finditer(each.turn.text[:_LONGEST_TURN]) if (part := match.group().strip(" ，,、"))]
        if len(parts) == 1:
            found.append(_Sentence(parts[0], each.acts, place))
        else:
            found += [_Sentence(part, reader.acts(Turn(each.turn.role, part)), place) for part in parts]
    return found


def _weightiest(said: Sequence[_Said], reader: SummaryReader) -> str:
    told = _sentences(said, reader)
    asking = [each.text for each in told if each.acts & _ASKING and not is_filler(each.text)]
    return asking[-1] if asking else max((each.text for each in told), key=len, default="")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"
