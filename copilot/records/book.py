"""The book of records: kept sealed, opened again, found by customer, number or date; every look and change is logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from copilot.errors import RecordKeyError
from copilot.records.drafting import PersonalDataReader, without_contacts
from copilot.records.record import FIELDS, NOT_GIVEN, PERSONAL_FIELDS, ServiceRecord, case_number
from copilot.records.sealing import Safe
from copilot.records.terms import terms_in, terms_of
from copilot.store import KeptRecord, RecordQuery, RecordToKeep

if TYPE_CHECKING:
    from copilot.store import RecordAction, Work

_TEXTS = ("content", "resolution", "satisfaction")
_MASK = "[客户]"
_SHORTEST = 2  # characters of a name that is looked for in the texts


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A kept record as it may be read. `locked` says why the private part cannot be opened; empty where it can.

    `given` names the fields that the agent filled or corrected.
    """

    id: int
    version: int
    agent: str
    at: datetime
    conversation: int | None
    confirmed: bool
    record: ServiceRecord
    given: tuple[str, ...] = ()
    locked: str = ""


class RecordBook:
    """The records of one unit of work, as one person (`who`) uses them."""

    def __init__(self, work: Work, safe: Safe, reader: PersonalDataReader, who: str, now: datetime) -> None:
        self._work, self._safe, self._reader, self._who, self._now = work, safe, reader, who, now

    async def number_of(self, conversation: int) -> str:
        """The case's number, which the customer may be told before the record is kept."""
        opened = await self._work.opened_at(conversation) or self._now
        return case_number(conversation, opened.astimezone(self._now.tzinfo))

    async def keep(
        self, record: ServiceRecord, conversation: int | None, given: Iterable[str] = (), *, confirmed: bool = True,
        number: int | None = None,
    ) -> OpenedRecord:  # fmt: skip
        """Keep a record: a new version of the conversation's (or of the one with this `number`) where there is one.

        What is kept already word for word is not kept again. Raises RecordKeyError for an earlier one that is locked.
        """
        before = await self._earlier(conversation, number)
        content = self._to_keep(record, tuple(given), confirmed)
        if before is None:
            number = await self._work.add_record(self._who, conversation, content, self._now)
            version = 1
            await self._log("created", number)
        else:
            number, version = before.id, before.version
            earlier = self.opened(before)
            changed = _differences(earlier, record)
            if changed or earlier.locked or before.confirmed != confirmed or tuple(given) != earlier.given:
                version = await self._work.change_record(number, self._who, content, self._now)
                await self._log("changed", number, {"version": version, "fields": changed})
        await self._work.set_record_terms(number, self._safe.hashes(terms_of(record, self._reader.personal_data)))
        kept = await self._work.record(number)
        assert kept is not None
        return replace(self.opened(kept), version=version)

    async def of_conversation(self, conversation: int) -> OpenedRecord | None:
        """The record of this conversation, if one was kept."""
        kept = await self._work.record_of(conversation)
        return self.opened(kept) if kept is not None else None

    async def look(self, number: int) -> OpenedRecord | None:
        """The record with this number in the database, for somebody to read: the look is logged."""
        kept = await self._work.record(number)
        if kept is None:
            return None
        await self._log("viewed", number)
        return self.opened(kept)

    async def find(
        self, words: str = "", start: datetime | None = None, end: datetime | None = None, limit: int = 20
    ) -> tuple[OpenedRecord, ...]:
        """Records whose customer or number the words name, by service time in [start, end), the latest first."""
        kept = await self._work.find_records(self.query(words, start, end), limit)
        return tuple(map(self.opened, kept))

    def query(self, words: str = "", start: datetime | None = None, end: datetime | None = None) -> RecordQuery:
        """The store's question for these words and times."""
        sought = words.strip()
        hashes = self._safe.hashes_anywhere(terms_in(sought, self._reader.personal_data)) if sought else ()
        return RecordQuery(hashes, sought, start, end)

    def opened(self, kept: KeptRecord) -> OpenedRecord:
        """The record as far as the keys at hand open it."""
        try:
            private, locked = self._safe.open(kept.private) if kept.private else {}, ""
        except RecordKeyError as error:
            private, locked = {}, str(error)
        return OpenedRecord(
            kept.id, kept.version, kept.agent, kept.at, kept.conversation, kept.confirmed,
            _record({**kept.content, **private}, kept), tuple(kept.content.get("given", ())), locked,
        )  # fmt: skip

    def without_personal_data(self, kept: KeptRecord) -> ServiceRecord:
        """The record's open part: what names or reaches nobody."""
        return _record(kept.content, kept)

    def resealed(self, sealed: str) -> str:
        """The same under the key in force. Raises RecordKeyError where no key at hand opens it."""
        return self._safe.seal(self._safe.open(sealed)) if sealed else ""

    def hashes_of(self, record: ServiceRecord) -> tuple[str, ...]:
        """By what the record is found, hashed under the key in force."""
        return self._safe.hashes(terms_of(record, self._reader.personal_data))

    async def _earlier(self, conversation: int | None, number: int | None) -> KeptRecord | None:
        if number is not None:
            return await self._work.record(number)
        return await self._work.record_of(conversation) if conversation is not None else None

    def _to_keep(self, record: ServiceRecord, given: tuple[str, ...], confirmed: bool) -> RecordToKeep:
        private = {name: getattr(record, name) for name in (*PERSONAL_FIELDS, *_TEXTS)}
        private["promises"] = list(record.promises)
        content = {**record.as_dict(), "given": list(given)}
        for name in PERSONAL_FIELDS:
            content[name] = ""
        for name in _TEXTS:
            content[name] = self._masked(content[name], record)
        content["promises"] = [self._masked(promise, record) for promise in record.promises]
        return RecordToKeep(
            content, record.number, record.complaint, record.service_time, self._safe.seal(private),
            self._safe.key_id, confirmed,
        )  # fmt: skip

    def _masked(self, text: str, record: ServiceRecord) -> str:
        """The text without what names or reaches somebody, this record's own customer included."""
        for value in sorted((record.customer_name, *record.contact.split("、")), key=len, reverse=True):
            if len(value) >= _SHORTEST and value != NOT_GIVEN:
                text = text.replace(value, _MASK)
        return without_contacts(text, self._reader)

    async def _log(self, action: RecordAction, record: int, details: Mapping[str, Any] | None = None) -> None:
        await self._work.add_audit(self._who, action, self._now, record, details)


def _record(content: Mapping[str, Any], kept: KeptRecord) -> ServiceRecord:
    """The record in these values; what a value of another making lacks is empty."""
    empty = {
        **dict.fromkeys((*PERSONAL_FIELDS, *_TEXTS), ""), "complaint": kept.complaint, "steps": (), "clauses": (),
        "service_time": (kept.service_time or kept.at).isoformat(),
    }  # fmt: skip
    return replace(ServiceRecord.from_dict({**empty, **content}), number=kept.number)


def _differences(earlier: OpenedRecord, record: ServiceRecord) -> list[str]:
    """The names of what changed."""
    names = (*FIELDS, "complaint", "steps", "promises", "clauses")
    return [name for name in names if getattr(earlier.record, name) != getattr(record, name)]
