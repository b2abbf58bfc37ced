"""What `copilot records` does with the database: each call opens it, works in batches and closes it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot.conversation import PersonalDatum
from copilot.errors import CopilotError
from copilot.records import FIELDS, ServiceRecord
from copilot.records.book import OpenedRecord, RecordBook
from copilot.records.drafting import PersonalDataReader
from copilot.records.retention import CustomerFound, Keeping, Purged, customer_found, forget, purge, rekey
from copilot.records.sealing import Safe
from copilot.settings import Settings
from copilot.store import AuditEntry, RecordAction, Store, Work

if TYPE_CHECKING:
    from copilot.documents.table_files import WriteRow

_PAGE = 200
_COLUMNS = {
    "编号": 16, "客户姓名": 12, "联系方式": 22, "服务时间": 18, "服务内容": 50, "解决情况": 50, "客户满意度": 24, "投诉": 6,
    "已完成步骤": 30, "答应客户的事": 40, "依据条款": 20, "状态": 10,
}  # fmt: skip
_ACTIONS: dict[RecordAction, str] = {
    "created": "新建", "changed": "修改", "viewed": "查看", "exported": "导出", "purged": "到期清除", "forgotten": "应客户要求删除",
    "rekeyed": "更换密钥", "handed_over": "转交",
}  # fmt: skip
_DETAILS = {
    "version": "第 {} 版", "records": "记录 {} 条", "conversations": "对话 {} 通", "conversation": "对话 {}", "fields": "{}", "personal": "含个人信息",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordDesk:
    """The records as somebody at a terminal uses them."""

    database: str
    safe: Safe
    reader: PersonalDataReader
    keeping: Keeping
    who: str

    @classmethod
    def opened(cls) -> RecordDesk:
        """With the settings of this run. Raises SettingsError, RecordKeyError."""
        from copilot.cli.opening import open_settings
        from copilot.wiring import open_safe

        settings = open_settings()
        return cls(settings.database, open_safe(settings), _LateReader(), keeping_of(settings), f"cli:{_user()}")

    async def find(
        self, words: str, start: datetime | None, end: datetime | None, limit: int
    ) -> tuple[OpenedRecord, ...]:
        """The records that the words and dates mean, the latest first."""
        async with self._work() as (_store, work):
            return await self._book(work).find(words, start, end, limit)

    async def show(self, number: str) -> tuple[OpenedRecord, ...]:
        """The records with this number, read by somebody: that is written down."""
        async with self._work() as (_store, work):
            book = self._book(work)
            found = await book.find(number)
            looked = [await book.look(each.id) for each in found if each.record.number == number.strip()]
            await work.commit()
            return tuple(each for each in looked if each is not None)

    async def export(
        self, out: Path, words: str, start: datetime | None, end: datetime | None, personal: bool
    ) -> tuple[int, int]:
        """Write the records to a table, a page at a time: how many, and how many could not be opened."""
        from copilot.documents.table_files import table_file

        rows = locked = after = 0
        async with self._store() as store:
            with table_file(out, "服务记录", _COLUMNS) as write:
                while True:
                    async with store.unit_of_work() as work:
                        book = self._book(work)
                        page = await work.records_after(after, book.query(words, start, end), _PAGE)
                    if not page:
                        break
                    for kept in page:
                        found = book.opened(kept)
                        locked += bool(found.locked)
                        record = found.record if personal else book.without_personal_data(kept)
                        _write(write, record, confirmed=kept.confirmed)
                    rows, after = rows + len(page), page[-1].id
                await self._log(store, "exported", {"records": rows, "personal": personal})
        return rows, locked if personal else 0

    async def purge(self, dry_run: bool) -> Purged:
        """Erase what has been kept long enough."""
        async with self._store() as store:
            return await purge(store, self.keeping, _now(), self.who, dry_run=dry_run)

    async def of_customer(self, words: str) -> CustomerFound:
        """What is kept of a customer. Raises CopilotError for no words."""
        if not words.strip():
            raise CopilotError("请在 --customer 后面写明是哪位客户。")
        async with self._work() as (_store, work):
            return await customer_found(work, self._book(work), words)

    async def forget(self, found: CustomerFound) -> None:
        """Erase it, and what lies on the disk of it."""
        async with self._work() as (_store, work):
            await forget(work, found, _now(), self.who)
            await work.commit()

    async def audit(self, limit: int, since: datetime) -> tuple[AuditEntry, ...]:
        """The newest entries of the log."""
        async with self._work() as (_store, work):
            return await work.audit(limit, since)

    async def rekey(self) -> tuple[int, int]:
        """Seal all records under the key in force. Raises CopilotError where there is none."""
        if not self.safe.encrypted:
            raise CopilotError("没有设置 COPILOT_RECORD_KEY。请先用 copilot records key 生成一把，填好再运行。")
        async with self._store() as store:
            return await rekey(store, self.safe, self.reader, _now(), self.who)

    def _book(self, work: Work) -> RecordBook:
        return RecordBook(work, self.safe, self.reader, self.who, _now())

    async def _log(self, store: Store, action: RecordAction, details: dict[str, Any]) -> None:
        async with store.unit_of_work() as work:
            await work.add_audit(self.who, action, _now(), details=details)
            await work.commit()

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        store = await Store.open(self.database)
        try:
            yield store
        finally:
            await store.close()

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[tuple[Store, Work]]:
        async with self._store() as store, store.unit_of_work() as work:
            yield store, work


class _LateReader:
    """The workspace's reader, opened with the first text: most commands read none."""

    @cached_property
    def _reader(self) -> PersonalDataReader:
        from copilot.cli.opening import open_copilot

        return open_copilot().reader

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]:
        return self._reader.personal_data(text)


def keeping_of(settings: Settings) -> Keeping:
    """How long the settings keep records."""
    return Keeping(settings.record_months, settings.complaint_months)


def audit_line(entry: AuditEntry) -> str:
    """“2026-11-22 15:30 tg:4711 修改 记录 17：第 2 版、联系方式”."""
    details = [_detail(name, value) for name, value in entry.details.items()]
    what = f" 记录 {entry.record}" if entry.record is not None else ""
    told = "、".join(filter(None, details))
    return f"{entry.at.astimezone():%Y-%m-%d %H:%M} {entry.who} {_ACTIONS[entry.action]}{what}{f'：{told}' if told else ''}"


def _detail(name: str, value: Any) -> str:
    if name == "fields":
        return "、".join(FIELDS.get(field, "") for field in value if field in FIELDS)
    if isinstance(value, bool):
        return _DETAILS.get(name, "") if value else ""
    return _DETAILS[name].format(value) if name in _DETAILS else ""


def _write(write: WriteRow, record: ServiceRecord, *, confirmed: bool) -> None:
    write(_cells(record, confirmed))


def _cells(record: ServiceRecord, confirmed: bool) -> Iterator[str]:
    yield record.number
    for name in FIELDS:
        yield f"{record.service_time.astimezone():%Y-%m-%d %H:%M}" if name == "service_time" else record.shown(name)
    yield "是" if record.complaint else ""
    yield "、".join(record.steps)
    yield "；".join(record.promises)
    yield "、".join(str(ref) for ref in record.clauses)
    yield "" if confirmed else "未确认"


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError, ImportError):  # a container without a user database
        return "unknown"


def _now() -> datetime:
    return datetime.now(UTC).astimezone()
