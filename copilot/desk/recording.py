"""/record: the service record drafted from the conversation, filled and corrected by the agent, kept on confirmation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from copilot.desk.cards import Card
from copilot.desk.record_cards import SLOT as SLOT
from copilot.desk.record_cards import draft_card, field_named, kept_card
from copilot.desk.rhythm import SURELY_CUSTOMER, sounds_like
from copilot.desk.session import Session
from copilot.desk.state import RecordInHand
from copilot.desk.words import muted
from copilot.errors import RecordKeyError

if TYPE_CHECKING:
    from copilot.records import ServiceRecord
    from copilot.records.book import OpenedRecord, RecordBook

_GONE = "这份记录已经存过了，要改请再打开服务记录（/record）。"


def book_of(session: Session) -> RecordBook:
    """The book of records as this agent uses it."""
    from copilot.records.book import RecordBook

    return RecordBook(session.work, session.safe, session.copilot.reader, session.agent, session.now.astimezone())


async def open_record(session: Session, argument: str = "") -> None:
    """Show the record as far as the conversation and the agent give it, and ask for what is missing."""
    if argument.strip():
        from copilot.desk.finding import find_records

        await find_records(session, argument)
        return
    conversation = await session.conversation()
    if not conversation.turns:
        session.tell("还没有对话内容，先把客户的话发给我，再整理服务记录。")
        return
    in_hand = await _drafted(session)
    _ask_next(session, in_hand, fresh=True)


async def edit_kept(session: Session, kept: OpenedRecord) -> None:
    """Put a record that was kept before into the agent's hands again."""
    if kept.locked:
        session.tell(kept.locked)
        return
    in_hand = RecordInHand(kept.record.as_dict(), kept.given, kept=kept.id)
    _ask_next(session, in_hand, fresh=True)


async def _drafted(session: Session) -> RecordInHand:
    """The record drafted anew from the conversation; what the agent filled stays as it is."""
    from copilot.records import ServiceRecord

    number = await session.conversation_number()
    book = book_of(session)
    # Agents read the time on their own clock; the store keeps an instant.
    record = session.copilot.record(await session.conversation(), session.now.astimezone())
    record = replace(record, number=await book.number_of(number), promises=await _promises(session, record.promises))
    hand = session.state.record_draft
    if hand is not None and hand.kept is None:
        return replace(hand, values=_merged(record, ServiceRecord.from_dict(hand.values), hand.given).as_dict())
    kept = await book.of_conversation(number)
    if kept is None:
        return RecordInHand(record.as_dict())
    if kept.locked:
        session.tell(kept.locked)
    return RecordInHand(_merged(record, kept.record, kept.given).as_dict(), kept.given)


async def _promises(session: Session, said: tuple[str, ...]) -> tuple[str, ...]:
    """The promises with their times where they became reminders; else as they were said."""
    found = await session.work.reminders("promise", conversation=session.state.conversation, status=("open", "done"))
    marks = {"done": "已办到", "open": "未到期"}
    noted = [f"{each.words}（{each.limit_at.astimezone():%m-%d %H:%M}，{marks[each.status]}）" for each in found]
    return tuple(noted) or said


def _merged(drafted: ServiceRecord, before: ServiceRecord, given: tuple[str, ...]) -> ServiceRecord:
    """The newer draft with what the agent filled, and with what only the earlier one knows."""
    from copilot.records import FIELDS

    kept = {name: getattr(before, name) for name in FIELDS if name in given or not getattr(drafted, name)}
    return replace(
        drafted, **kept, complaint=drafted.complaint or before.complaint, steps=drafted.steps or before.steps,
        promises=drafted.promises or before.promises, clauses=tuple(dict.fromkeys((*before.clauses, *drafted.clauses))),
    )  # fmt: skip


# Filling it in


async def ask_field(session: Session, number: int) -> None:
    """Ask for one field, missing or not: the next text is its value."""
    hand, field = session.state.record_draft, field_named(number)
    if hand is not None and field is not None:
        _show(session, replace(hand, asks=field, insists=True, said=None))


async def skip_field(session: Session) -> None:
    """Nobody can say it: the field is not asked for again."""
    hand = session.state.record_draft
    if hand is not None and hand.asks:
        _fill(session, hand, "没有", fresh=False)


async def rate(session: Session, number: int) -> None:
    """How satisfied the customer was, with one tap."""
    from copilot.records.answers import RATINGS

    hand = session.state.record_draft
    if hand is not None and 1 <= number <= len(RATINGS) + 1:
        said = RATINGS[number - 1] if number <= len(RATINGS) else "没有"
        _fill(session, replace(hand, asks="satisfaction"), said, fresh=False)


async def answer_written(session: Session, text: str) -> bool:
    """Take a text for the field that is asked for; False where it hardly is one, and the conversation goes on."""
    hand = session.state.record_draft
    if hand is None or not hand.asks:
        return False
    if not hand.insists and not _may_be_value(session, hand.asks, text):
        return False
    _fill(session, hand, text, fresh=True)
    return True


async def fill(session: Session, argument: str = "") -> None:
    """The value for the field that the card asks for, from a door with a box on the card."""
    hand = session.state.record_draft
    if hand is None or not hand.asks:
        session.tell(_GONE)
    elif argument.strip():
        _fill(session, hand, argument, fresh=False)


async def was_talk(session: Session) -> None:
    """What was taken for a field belongs to the conversation: undo, and let it go its way."""
    from copilot.desk.events import TextWritten
    from copilot.desk.texts import handle_text

    hand = session.state.record_draft
    if hand is None or hand.said is None:
        return
    text, before = hand.said, hand.before or hand.values
    given = tuple(name for name in hand.given if name != hand.filled)
    session.update(record_draft=RecordInHand(before, given, kept=hand.kept), awaits="talk")
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "好的，这句按对话处理。记录先放着，随时可以再打开（/record）。"))
    await handle_text(session, TextWritten(text))


def _fill(session: Session, hand: RecordInHand, said: str, *, fresh: bool) -> None:
    from copilot.records import FIELDS, ServiceRecord
    from copilot.records.answers import filled

    record = ServiceRecord.from_dict(hand.values)
    field = hand.asks
    try:
        now = filled(record, field, said, session.copilot.reader.personal_data, session.now.astimezone())
    except ValueError as error:  # the question stands
        _show(session, replace(hand, said=None), told=f"⚠ {error}", fresh=fresh)
        return
    given = tuple(
        dict.fromkeys((*hand.given, *(name for name in FIELDS if getattr(now, name) != getattr(record, name)), field))
    )
    written = said if fresh else None
    hand = RecordInHand(now.as_dict(), given, kept=hand.kept, said=written, before=hand.values, filled=field)
    _ask_next(session, hand, told=f"已记下{FIELDS[field]}：{now.shown(field)}", fresh=fresh)


def _ask_next(session: Session, hand: RecordInHand, *, told: str = "", fresh: bool = False) -> None:
    """Show the record and ask for the first field that is missing."""
    from copilot.records import ServiceRecord

    missing = ServiceRecord.from_dict(hand.values).questions
    _show(session, replace(hand, asks=missing[0].name if missing else "", insists=False), told=told, fresh=fresh)


def _show(session: Session, hand: RecordInHand, *, told: str = "", fresh: bool = False) -> None:
    from copilot.records import ServiceRecord

    session.update(record_draft=hand, awaits="record" if hand.asks else "talk")
    record = ServiceRecord.from_dict(hand.values)
    by_mistake = hand.said is not None
    session.show(
        draft_card(session, record, session.token(SLOT), asks=hand.asks, told=told, by_mistake=by_mistake, fresh=fresh)
    )


def _may_be_value(session: Session, field: str, text: str) -> bool:
    """Whether an unmarked text can be the value asked for; an agent may have gone on with the conversation."""
    from copilot.records.answers import LONGEST, may_be

    if len(text) > LONGEST[field] or sounds_like(text) is not None or session.customer_voice(text) >= SURELY_CUSTOMER:
        return may_be(field, text, session.copilot.reader.personal_data) == "surely"
    return may_be(field, text, session.copilot.reader.personal_data) != "hardly"


# Keeping it, or not


async def keep_record(session: Session) -> None:
    """Keep the record that is on the screen: a new one, or the next version of the conversation's."""
    from copilot.records import ServiceRecord

    hand = session.state.record_draft
    if hand is None:
        session.tell(_GONE)
        return
    record = ServiceRecord.from_dict(hand.values)
    conversation = session.state.conversation if hand.kept is None else None
    try:
        kept = await book_of(session).keep(record, conversation, hand.given, number=hand.kept)
    except RecordKeyError as error:
        session.tell(str(error))
        return
    session.update(record_draft=None, awaits="talk")
    card = kept_card(kept.record, kept.version, session.token(SLOT))
    session.update(record_kept=kept.id)
    session.show(card)


async def reopen_record(session: Session) -> None:
    """Back into the record that was just kept."""
    kept = await session.work.record(session.state.record_kept) if session.state.record_kept is not None else None
    if kept is None:
        session.tell("没有找到这份记录。")
        return
    await edit_kept(session, book_of(session).opened(kept))


async def drop_record(session: Session) -> None:
    """Put the draft of the record away."""
    session.update(record_draft=None, awaits="talk")
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "记录没有保存，需要时再打开服务记录（/record）。"))


async def put_aside(session: Session) -> None:
    """Before another customer: a record that the agent began to fill is kept as a draft, to be found again."""
    from copilot.records import ServiceRecord

    hand = session.state.record_draft
    if hand is None or not hand.given:
        return
    conversation = session.state.conversation if hand.kept is None else None
    record = ServiceRecord.from_dict(hand.values)
    kept = await book_of(session).keep(record, conversation, hand.given, confirmed=False, number=hand.kept)
    line = muted(f"想接着填，请发 /record {kept.record.number}。")
    session.cards.append(Card("notice", "上一位客户的服务记录还没确认，已存为草稿。", (line,)))
