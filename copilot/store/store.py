"""The store: opened once per process, then one unit of work per event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine

from copilot.errors import StoreError
from copilot.store.engine import create_engine, parse_url
from copilot.store.migrate import UnknownSchemaError, migrate
from copilot.store.values import TelegramUser
from copilot.store.work import Work

EVENTS_KEPT = timedelta(days=30)  # marks of handled events; no adapter delivers again that late (Telegram: one day)


class Store:
    """The database. Everything is async; use one unit of work for everything that belongs together."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        # SQLite has one writer at a time and its waiting is not fair; inside this process we queue in order.
        self._queue = asyncio.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    async def open(cls, url: str) -> Store:
        """The store at a SQLAlchemy URL, its schema brought up to date.

        Raises StoreError, in Chinese with the remedy, when the database cannot be opened.
        """
        parsed = parse_url(url)
        try:
            await migrate(parsed)
        except (SQLAlchemyError, UnknownSchemaError, OSError, ImportError) as error:
            raise _opening_failed(parsed, error) from error
        store = cls(create_engine(parsed))
        async with store.unit_of_work() as work:
            await work.forget_events(datetime.now(UTC) - EVENTS_KEPT)
            await work.commit()
        return store

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[Work]:
        """One transaction: `await work.commit()` keeps it, leaving without a commit forgets it.

        Raises StoreError when the database cannot be reached or stays locked.
        """
        async with self._queue or nullcontext():
            try:
                async with self._engine.connect() as connection:
                    transaction = await connection.begin()
                    try:
                        yield Work(connection, transaction)
                    finally:
                        if transaction.is_active:
                            await transaction.rollback()
            except (DBAPIError, PoolTimeoutError) as error:
                raise StoreError(
                    "数据库暂时无法读写，这一步没有保存，请稍后再试一次。若一直如此，请检查磁盘空间和数据库文件。"
                ) from error

    async def check(self) -> None:
        """Nothing, when the database answers; for `copilot doctor`. Raises StoreError."""
        async with self.unit_of_work() as work:
            await work.telegram_users()

    # Access to the bot is not part of an event of the desk, so each of these is a unit of work of its own.

    async def allow_telegram_user(self, user_id: int, name: str = "", at: datetime | None = None) -> None:
        """Let this Telegram user in, for good."""
        async with self.unit_of_work() as work:
            await work.allow_telegram_user(user_id, name, at or datetime.now(UTC))
            await work.commit()

    async def is_telegram_user_allowed(self, user_id: int) -> bool:
        return any(user.user_id == user_id for user in await self.telegram_users())

    async def telegram_users(self) -> tuple[TelegramUser, ...]:
        """Everybody who was let in, first come first."""
        async with self.unit_of_work() as work:
            return await work.telegram_users()

    async def counter(self, name: str) -> int | None:
        """A number kept under a name ("telegram_update"), or None."""
        async with self.unit_of_work() as work:
            return await work.counter(name)

    async def set_counter(self, name: str, value: int) -> None:
        """Keep a number under a name."""
        async with self.unit_of_work() as work:
            await work.set_counter(name, value)
            await work.commit()


def _opening_failed(url: URL, error: Exception) -> StoreError:
    place = url.render_as_string(hide_password=True)
    if isinstance(error, UnknownSchemaError):
        return StoreError(f"数据库 {place} 来自更新的版本，当前程序不认识它的结构。请升级程序，或换一个数据库。")
    if isinstance(error, ImportError):
        return StoreError(
            f"没有安装数据库 {url.drivername} 的驱动（缺少 {error.name}）。请先安装，或改用默认的 SQLite。"
        )
    if "file is not a database" in str(error):
        return StoreError(f"{place} 不是数据库文件。请改 COPILOT_DATABASE_URL 或 COPILOT_HOME，原文件未作改动。")
    cause = getattr(error, "orig", None) or error
    return StoreError(f"打不开数据库 {place}（{cause}）。请检查路径、权限和磁盘空间，或改 COPILOT_DATABASE_URL。")
