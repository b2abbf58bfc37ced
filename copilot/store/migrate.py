"""Brings a database to the newest schema with the Alembic migrations that travel in this package."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import URL

from copilot.store.engine import create_engine, create_sync_sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 714_025  # any number, the same in every process of ours


class UnknownSchemaError(Exception):
    """The database bears a revision that this version does not know, as a newer version would leave it."""


async def migrate(url: URL) -> None:
    """Run the missing migrations, all in one transaction. Alembic is synchronous, so it runs in a thread.

    Raises UnknownSchemaError, and what SQLAlchemy raises.
    """
    await asyncio.to_thread(_migrate_sqlite if url.get_backend_name() == "sqlite" else _migrate, url)


def _migrate_sqlite(url: URL) -> None:
    engine = create_sync_sqlite_engine(url)
    try:
        with engine.begin() as connection:
            _upgrade(connection)
    finally:
        engine.dispose()


def _migrate(url: URL) -> None:
    """Through the async driver, the only one that needs to be installed, in a loop of this thread's own."""

    async def run() -> None:
        engine = create_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()

    asyncio.run(run())


def _upgrade(connection: sa.Connection) -> None:
    # Two processes may start at once: SQLite's BEGIN IMMEDIATE makes the second wait, PostgreSQL needs a lock.
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
    if _is_newest(connection):  # Alembic takes 10 MB, which a server keeps for as long as it runs
        return
    from alembic import command
    from alembic.util.exc import CommandError

    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise UnknownSchemaError(str(error)) from error


def newest_revision() -> str:
    """The revision that the last of the migration files brings, by its name: "0002" for m0002_open_questions.py."""
    return max(path.stem for path in (MIGRATIONS / "versions").glob("m*.py"))[1:5]


def _is_newest(connection: sa.Connection) -> bool:
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [newest_revision()]


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Alembic's settings without an alembic.ini; `connection` is the one to migrate."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
