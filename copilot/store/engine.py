"""The database engine: a URL in, an engine out, with what SQLite needs to serve several writers."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from copilot.errors import StoreError, reason_of

BUSY_TIMEOUT_MS = 15_000
_TRY_AGAIN_S = 0.01
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def parse_url(text: str) -> URL:
    """The URL with an async driver; `sqlite:///…` and `postgresql://…` get theirs. Raises StoreError."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreError(
            "数据库地址的写法不对。请检查 COPILOT_DATABASE_URL，例如 sqlite+aiosqlite:////data/copilot.db。"
        ) from error
    url = url.set(drivername=_ASYNC_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError("数据库不能只放在内存里，重启会丢失记录。请在 COPILOT_DATABASE_URL 里写明文件路径。")
    return url


def create_engine(url: URL) -> AsyncEngine:
    """An engine for `url`; an SQLite file's folder is made. Raises StoreError when the driver is missing."""
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite:
        _make_folder(Path(str(url.database)))
    try:
        engine = create_async_engine(url, pool_pre_ping=not sqlite, hide_parameters=True)
    except (ImportError, NoSuchModuleError, sa.exc.InvalidRequestError) as error:
        raise StoreError(
            f"没有安装数据库 {url.drivername} 的驱动。PostgreSQL 请先安装 asyncpg，或改用默认的 SQLite。"
        ) from error
    if sqlite:
        _prepare_sqlite(engine.sync_engine)
    return engine


def create_sync_sqlite_engine(url: URL) -> sa.Engine:
    """The same for a thread of its own without an event loop; only SQLite, whose driver comes with Python."""
    _make_folder(Path(str(url.database)))
    engine = sa.create_engine(url.set(drivername="sqlite"), poolclass=sa.NullPool, hide_parameters=True)
    _prepare_sqlite(engine)
    return engine


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"无法建立数据库所在的文件夹 {file.parent}（{reason_of(error)}）。请检查权限，或改 COPILOT_HOME。"
        ) from error


def _prepare_sqlite(engine: sa.Engine) -> None:
    """Write-ahead log, foreign keys, patience, real deletion; and transactions that take the write lock when they begin.

    A transaction that reads first and writes later cannot wait for another writer in SQLite: it fails at once. Taking
    the lock at BEGIN makes it wait instead (https://www.sqlite.org/lang_transaction.html#immediate).
    """

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        _write_ahead(cursor)
        for pragma in (
            "synchronous=FULL", "foreign_keys=ON",
            "secure_delete=ON",  # what a customer asked to forget is overwritten, not only marked as free
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _write_ahead(cursor: Any) -> None:
    """Turn the write-ahead log on, with the patience that SQLite lacks here.

    Two connections that do so to a new file at once would each wait for the other's lock, so SQLite fails one of them
    without asking its busy handler. The file keeps the mode: later connections find it on and wait for nothing.
    """
    give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            time.sleep(_TRY_AGAIN_S)
