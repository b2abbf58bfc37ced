"""A service record drafted from what was said: no field is invented, what nobody said stays empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from copilot.conversation import (
    AGREEMENT,
    Act,
    ClauseRef,
    Conversation,
    PersonalDataType,
    PersonalDatum,
    Turn,
    Urgency,
)  # fmt: skip
from copilot.records.record import ServiceRecord
from copilot.records.wording import plain_line

RECORD_CLAUSE = ClauseRef(AGREEMENT, "2.4")
EMERGENCY_CLAUSE = ClauseRef(AGREEMENT, "2.5")

_CONTACTS: tuple[PersonalDataType, ...] = ("phone", "email", "wechat", "qq")  # the better way to reach someone first
_SHOWN: frozenset[PersonalDataType] = frozenset({"order_id"})  # finds the case again and reaches nobody
_MASKS: dict[PersonalDataType, str] = {
    "phone": "[电话]", "id_card": "[证件号]", "bank_card": "[银行卡]", "email": "[邮箱]", "address": "[地址]",
    "name": "[姓名]", "wechat": "[微信]", "qq": "[QQ]", "plate": "[车牌]", "passport": "[护照]",
}  # fmt: skip
_MATTERS: frozenset[Act] = frozenset({"complain", "request", "ask", "inform", "reopen", "urge", "threaten"})
_SOLVING: frozenset[Act] = frozenset({"propose", "offer_alternative"})
_DOING: frozenset[Act] = frozenset({"carry_out", "report_back"})
_DISPLEASED: frozenset[Act] = frozenset({"reject", "reopen", "complain", "threaten", "insult"})
_SENTENCE_ENDS = "。！？!?；;\n"
_MAX_CONTENT_TURNS = 4
_MAX_PROMISES = 6
_MAX_CHARACTERS = 200


class PersonalDataReader(Protocol):
    """Finds what names or reaches a person, with its place in the text."""

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]: ...


class RecordReader(PersonalDataReader, Protocol):
    """What drafting needs of `copilot.reading.Reader`."""

    def acts(self, turn: Turn, before: Conversation = ...) -> frozenset[Act]: ...


class ReadingLike(Protocol):
    """What drafting needs of a reading."""

    @property
    def complaint(self) -> bool: ...

    @property
    def urgency(self) -> Urgency: ...


class _TurnLike(Protocol):
    @property
    def completed(self) -> tuple[int, ...]: ...

    @property
    def emergency(self) -> bool: ...


class _StepLike(Protocol):
    @property
    def number(self) -> int: ...

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def clause(self) -> ClauseRef: ...


class ProgressLike(Protocol):
    """What drafting needs of `copilot.procedures.Progress`."""

    @property
    def procedure(self) -> str: ...

    @property
    def turns(self) -> Sequence[_TurnLike]: ...

    @property
    def steps(self) -> Sequence[_StepLike]: ...


def draft_record(
    conversation: Conversation,
    reading: ReadingLike,
    progress: ProgressLike | None,
    reader: RecordReader,
    now: datetime,
) -> ServiceRecord:
    """The record of article 2.4 as far as the conversation tells it; `now` is an aware time."""
    turns = conversation.turns
    acts = [reader.acts(turn, Conversation(turns[:place])) for place, turn in enumerate(turns)]
    started = next((turn.at for turn in turns if turn.at is not None), None)
    complaint = reading.complaint or (progress is not None and progress.procedure == "complaint")
    values = _values(turns, reader)
    return ServiceRecord(
        customer_name=_name(turns, reader),
        contact=_contact(turns, reader),
        service_time=started.astimezone(now.tzinfo) if started else now,
        content=_masked(_content(turns, acts, reader), values),
        resolution=_masked(_resolution(turns, acts, progress, reader), values),
        satisfaction=_masked(without_contacts(_satisfaction(turns, acts, progress), reader), values),
        complaint=complaint,
        steps=tuple(step.title for step in progress.steps if step.status == "done") if progress else (),
        clauses=_clauses(reading, progress),
        promises=tuple(_masked(promise, values) for promise in _promises(turns, acts, reader)),
    )


def without_contacts(text: str, reader: PersonalDataReader) -> str:
    """The text with everything that names or reaches a person replaced by its kind; order numbers stay."""
    for datum in sorted(reader.personal_data(text), key=lambda datum: -datum.start):
        if datum.type not in _SHOWN:
            text = text[: datum.start] + _MASKS[datum.type] + text[datum.end :]
    return text


def _values(turns: Sequence[Turn], reader: RecordReader) -> dict[str, PersonalDataType]:
    """What names or reaches a person anywhere in the conversation: known once, it counts without its cue as well."""
    return {
        turn.text[datum.start : datum.end]: datum.type
        for turn in turns
        for datum in reader.personal_data(turn.text)
        if datum.type not in _SHOWN and datum.end - datum.start > 1
    }


def _masked(text: str, values: Mapping[str, PersonalDataType]) -> str:
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, _MASKS[values[value]])
    return text


def _given(turns: Sequence[Turn], kind: PersonalDataType, reader: RecordReader) -> str:
    """The newest datum of this kind; what the customer said counts before what the agent repeated."""
    for role in ("customer", "agent"):
        for turn in reversed(turns):
            if turn.role == role:
                for datum in reversed(reader.personal_data(turn.text)):
                    if datum.type == kind:
                        return turn.text[datum.start : datum.end]
    return ""


def _name(turns: Sequence[Turn], reader: RecordReader) -> str:
    return _given(turns, "name", reader)


def _contact(turns: Sequence[Turn], reader: RecordReader) -> str:
    return next((found for kind in _CONTACTS if (found := _given(turns, kind, reader))), "")


def _content(turns: Sequence[Turn], acts: Sequence[frozenset[Act]], reader: RecordReader) -> str:
    """The customer's own words about the matter, first things first."""
    said = [
        turn.text.strip()
        for turn, done in zip(turns, acts, strict=True)
        if turn.role == "customer" and not done.isdisjoint(_MATTERS)
    ]
    if not said:  # no act was recognised: the longest message is the likeliest to hold the matter
        said = sorted((turn.text.strip() for turn in turns if turn.role == "customer"), key=len, reverse=True)[:1]
        said = [text for text in said if len(text) > 6]
    lines = dict.fromkeys(plain_line(without_contacts(text, reader)) for text in said[:_MAX_CONTENT_TURNS])
    return _short("；".join(line for line in lines if line))


def _resolution(
    turns: Sequence[Turn], acts: Sequence[frozenset[Act]], progress: ProgressLike | None, reader: RecordReader
) -> str:
    """The last solution proposed and what was done about it, in the agent's words."""
    solved, did = _last(turns, acts, _SOLVING), _last(turns, acts, _DOING)
    if progress is not None:
        numbers = {step.id: step.number for step in progress.steps}
        solved = _or(_completed_at(progress, numbers.get("propose")), solved)
        did = _or(_completed_at(progress, numbers.get("carry_out")), did)
    parts = []
    if solved is not None:
        parts.append(f"方案：{_short(plain_line(without_contacts(turns[solved].text, reader)))}")
    if did is not None and did != solved:
        parts.append(f"执行：{_short(plain_line(without_contacts(turns[did].text, reader)))}")
    return "\n".join(parts)


def _satisfaction(turns: Sequence[Turn], acts: Sequence[frozenset[Act]], progress: ProgressLike | None) -> str:
    """满意 or 不满意 with the customer's words, once a solution was carried out; else empty."""
    if progress is not None:
        confirmed = _completed_at(progress, progress.steps[-1].number)
        open_again = progress.steps[-1].status != "done"
        if confirmed is not None and not open_again:
            return _in_their_words("满意", turns[confirmed])
    done = _last(turns, acts, _DOING)
    if done is None:
        return ""
    for place in range(len(turns) - 1, done, -1):
        if turns[place].role != "customer":
            continue
        if "confirm_satisfied" in acts[place]:
            return _in_their_words("满意", turns[place])
        if not acts[place].isdisjoint(_DISPLEASED):
            return _in_their_words("不满意", turns[place])
    return ""


def _in_their_words(judgement: str, turn: Turn) -> str:
    return f"{judgement}（客户原话：“{_short(plain_line(turn.text), 60)}”）"


def _promises(turns: Sequence[Turn], acts: Sequence[frozenset[Act]], reader: RecordReader) -> list[str]:
    """The sentences in which the agent promised something for a time, first to last."""
    found: dict[str, None] = {}
    for place, turn in enumerate(turns):
        if turn.role != "agent" or "promise_time" not in acts[place]:
            continue
        before = Conversation(tuple(turns[:place]))
        sentences = [
            each for each in _sentences(turn.text) if "promise_time" in reader.acts(Turn("agent", each), before)
        ]
        for sentence in sentences or [turn.text]:
            found[_short(plain_line(without_contacts(sentence, reader)), 80)] = None
    return [line for line in found if line][-_MAX_PROMISES:]


def _sentences(text: str) -> list[str]:
    for sign in _SENTENCE_ENDS:
        text = text.replace(sign, "\n")
    return [part for part in text.split("\n") if part.strip()]


def _clauses(reading: ReadingLike, progress: ProgressLike | None) -> tuple[ClauseRef, ...]:
    refs = [RECORD_CLAUSE]
    if progress is not None:
        refs += [step.clause for step in progress.steps if step.status in ("done", "current")]
    if reading.urgency == "emergency" or (progress is not None and any(turn.emergency for turn in progress.turns)):
        refs.append(EMERGENCY_CLAUSE)
    return tuple(dict.fromkeys(refs))


def _last(turns: Sequence[Turn], acts: Sequence[frozenset[Act]], wanted: frozenset[Act]) -> int | None:
    """The place of the last agent turn with one of these acts."""
    for place in range(len(turns) - 1, -1, -1):
        if turns[place].role == "agent" and not acts[place].isdisjoint(wanted):
            return place
    return None


def _completed_at(progress: ProgressLike, number: int | None) -> int | None:
    """The place of the last turn that completed this step."""
    places = [place for place, turn in enumerate(progress.turns) if number in turn.completed]
    return places[-1] if places else None


def _short(text: str, limit: int = _MAX_CHARACTERS) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _or(place: int | None, other: int | None) -> int | None:
    return other if place is None else place
