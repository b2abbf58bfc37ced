"""How well customers are read: mood, complaint, emergency, intent, and personal data to the character."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from copilot.conversation import (
    INTENTS,
    MOODS,
    PERSONAL_DATA_TYPES,
    URGENCIES,
    Conversation,
    PersonalDataType,
    PersonalDatum,
)
from copilot.evaluation.counts import Hits, share
from copilot.evaluation.figures import Figure, times
from copilot.evaluation.sets import Row, read_set
from copilot.reading import Reading

READ_EXAMPLE = '{"id": "c1", "text": "怎么还没到", "mood": "anxious", "complaint": false, "urgency": "normal", "intents": ["logistics"], "vip": false}'
MASK_EXAMPLE = '{"id": "p1", "text": "我电话13800138000", "spans": [{"type": "phone", "start": 3, "end": 14}]}'


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's message, the last of its conversation, and how a person read it; any of `intents` is right first."""

    id: str
    conversation: Conversation
    mood: str
    complaint: bool
    urgency: str
    intents: frozenset[str]
    vip: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one message was read."""

    customer: Customer
    reading: Reading
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, and the personal data that a person marked in it."""

    id: str
    text: str
    spans: frozenset[PersonalDatum]


def read_customers(path: Path) -> list[Customer]:
    """The messages in a file of one JSON object a line. Raises CopilotError with file, line and remedy."""
    return read_set(path, READ_EXAMPLE, _customer)


def _customer(row: Row) -> Customer:
    with_history = "history" in row.values
    conversation = row.conversation() if with_history else Conversation.from_customer(row.text("text"))
    return Customer(
        row.id, conversation, _one_of(row, row.text("mood"), MOODS), row.flag("complaint"),
        _one_of(row, row.text("urgency"), URGENCIES), frozenset(_one_of(row, each, INTENTS) for each in row.texts("intents")),
        row.flag("vip", default=False),
    )  # fmt: skip


def _one_of(row: Row, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise row.error(f"没有 {value} 这个标签，可用的是 {'、'.join(allowed)}")
    return value


def read_all(customers: Sequence[Customer], read: Callable[[Conversation], Reading]) -> Iterator[Outcome]:
    """Read each message, first come first."""
    for each in customers:
        start = time.perf_counter()
        reading = read(each.conversation)
        yield Outcome(each, reading, (time.perf_counter() - start) * 1000)


def figures_of(outcomes: Sequence[Outcome]) -> list[Figure]:
    """What the product promises of a reading, then times."""
    complaints = Hits.of((each.reading.complaint, each.customer.complaint) for each in outcomes)
    urgent = [(each.reading.urgency, each.customer.urgency) for each in outcomes]
    emergencies = Hits.of((found == "emergency", true == "emergency") for found, true in urgent)
    vips = Hits.of((each.reading.vip, each.customer.vip) for each in outcomes)
    of = len(outcomes)
    first = share(each.reading.intents[0] in each.customer.intents for each in outcomes)
    return [
        Figure("mood", "情绪判对", share(each.reading.mood == each.customer.mood for each in outcomes), of, least=0.75),
        Figure("complaint_f1", "投诉 F1", complaints.f1, of, least=0.90),
        Figure(
            "emergency_recall", "紧急情况，发现", emergencies.recall, emergencies.right + emergencies.missed, least=0.95
        ),
        Figure(
            "emergency_precision",
            "判为紧急的，确实紧急",
            emergencies.precision,
            emergencies.right + emergencies.wrong,
            least=0.80,
        ),
        Figure("urgency", "紧急程度判对", share(found == true for found, true in urgent), of),
        Figure("intent", "第一诉求判对", first, of, least=0.85),
        Figure("vip_f1", "VIP F1", vips.f1, vips.right + vips.wrong + vips.missed),
        *times((each.milliseconds for each in outcomes), most=(None, 5.0)),
    ]


def read_marked(path: Path) -> list[Marked]:
    """The marked texts in a file of one JSON object a line. Raises CopilotError with file, line and remedy."""
    return read_set(path, MASK_EXAMPLE, lambda row: Marked(row.id, row.text("text"), frozenset(_spans(row))))


def _spans(row: Row) -> Iterator[PersonalDatum]:
    length = len(row.text("text"))
    for span in row.objects("spans"):
        start, end = span.get("start"), span.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= length:
            raise row.error(f"spans 里的 start、end 应是 0 到 {length} 之间的位置")
        yield PersonalDatum(
            cast(PersonalDataType, _one_of(row, str(span.get("type")), PERSONAL_DATA_TYPES)), start, end
        )


def mask_figures(texts: Sequence[Marked], find: Callable[[str], Sequence[PersonalDatum]]) -> list[Figure]:
    """Personal data found to the character, all together and by type."""
    found = [(frozenset(find(each.text)), each.spans) for each in texts]
    every = _hits(found)
    figures = [
        Figure("personal_f1", "个人信息 F1（逐字对齐）", every.f1, every.right + every.missed, least=0.97),
        Figure("personal_precision", "遮住的，确是个人信息", every.precision, every.right + every.wrong),
        Figure("personal_recall", "个人信息，遮住", every.recall, every.right + every.missed),
    ]
    for kind in PERSONAL_DATA_TYPES:
        hits = _hits([({d for d in got if d.type == kind}, {d for d in true if d.type == kind}) for got, true in found])
        figures.append(Figure(f"personal_f1_{kind}", f"其中 {kind} F1", hits.f1, hits.right + hits.missed))
    return [each for each in figures if each.of]


def _hits(
    found: Sequence[
        tuple[frozenset[PersonalDatum] | set[PersonalDatum], frozenset[PersonalDatum] | set[PersonalDatum]]
    ],
) -> Hits:
    return sum((Hits(len(got & true), len(got - true), len(true - got)) for got, true in found), Hits())
