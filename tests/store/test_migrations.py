from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateTable

from copilot.errors import StoreError
from copilot.store import Store
from copilot.store.engine import create_engine, create_sync_sqlite_engine, parse_url
from copilot.store.migrate import alembic_config, newest_revision
from copilot.store.tables import metadata


async def test_the_migrations_from_empty_give_exactly_the_tables(url: str) -> None:
    await (await Store.open(url)).close()
    engine = create_engine(parse_url(url))

    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    async with engine.begin() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_migrating_down_to_nothing_and_up_again_works(url: str) -> None:
    await (await Store.open(url)).close()
    engine = create_engine(parse_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(lambda it: command.downgrade(alembic_config(it), "base"))
        names = await connection.run_sync(lambda it: sa.inspect(it).get_table_names())
        assert names == ["alembic_version"]
    await engine.dispose()
    await (await Store.open(url)).close()


async def test_questions_kept_by_the_first_version_are_still_there(url: str) -> None:
    await (await Store.open(url)).close()
    engine = create_engine(parse_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(lambda it: command.downgrade(alembic_config(it), "0001"))
        await connection.execute(
            sa.text("insert into unanswered_questions (agent, question, nearest, at) values ('a', '问', '[]', '2026-01-01 00:00:00')")
        )
    await engine.dispose()
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        kept = await work.unanswered_questions()
    assert [(each.question, each.source, each.done_at) for each in kept] == [("问", "desk", None)]
    await store.close()


async def test_opening_twice_changes_nothing(url: str) -> None:
    for _ in range(2):
        store = await Store.open(url)
        await store.allow_telegram_user(1)
        assert [user.user_id for user in await store.telegram_users()] == [1]
        await store.close()


async def test_several_may_open_a_new_database_at_once(url: str) -> None:
    stores = await asyncio.gather(*(Store.open(url) for _ in range(4)))
    for store in stores:
        assert await store.telegram_users() == ()
        await store.close()


def test_many_connections_to_a_new_file_at_once_all_get_in(tmp_path: Path) -> None:
    """SQLite fails one of two that turn the write-ahead log on together, whatever its busy timeout: in every fiftieth file."""
    failed: list[Exception] = []

    def connect(url: URL, together: threading.Barrier) -> None:
        engine = create_sync_sqlite_engine(url)
        together.wait()
        try:
            with engine.begin() as connection:
                connection.execute(sa.text("create table if not exists t (x integer)"))
        except sa.exc.OperationalError as error:
            failed.append(error)
        engine.dispose()

    for number in range(90):
        url, together = parse_url(f"sqlite:///{tmp_path / f'{number}.db'}"), threading.Barrier(6)
        threads = [threading.Thread(target=connect, args=(url, together)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


async def test_a_database_of_a_later_version_is_refused_in_chinese(url: str) -> None:
    await (await Store.open(url)).close()
    engine = create_engine(parse_url(url))
    async with engine.begin() as connection:
        await connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    await engine.dispose()
    with pytest.raises(StoreError, match="更新的版本"):
        await Store.open(url)


def test_there_is_one_line_of_migrations() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_migrations_write_sql_for_postgresql_too() -> None:
    from alembic.runtime.environment import EnvironmentContext

    buffer = io.StringIO()
    config = alembic_config()
    script = ScriptDirectory.from_config(config)
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": buffer, "script": script}
    )
    with EnvironmentContext(config, script, fn=None, as_sql=True):
        from alembic.operations import Operations

        with Operations.context(context):
            for revision in reversed(list(script.walk_revisions())):
                revision.module.upgrade()
    sql = buffer.getvalue()
    for table in metadata.sorted_tables:
        assert f"CREATE TABLE {table.name} " in sql
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert "TIMESTAMP WITH TIME ZONE" in sql


def test_the_migrations_travel_with_the_package() -> None:
    folder = Path(sys.modules["copilot.store.migrate"].__file__ or "").parent / "migrations"
    assert (folder / "env.py").is_file()
    assert list((folder / "versions").glob("m0001_*.py"))


def test_importing_the_desk_does_not_import_the_database() -> None:
    code = "import copilot.desk, sys; sys.exit(int(any(m in sys.modules for m in ('sqlalchemy', 'alembic', 'telegram'))))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_newest_file_is_the_head_that_alembic_sees() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == newest_revision()


async def test_records_kept_by_an_earlier_version_get_number_time_and_a_private_part(url: str) -> None:
    await (await Store.open(url)).close()
    engine = create_engine(parse_url(url))
    content = '{"customer_name": "陈丽", "contact": "13812345678", "service_time": "2026-01-02T09:00:00+08:00", "content": "快递", ' \
        '"resolution": "", "satisfaction": "", "complaint": true, "steps": [], "clauses": []}'
    async with engine.begin() as connection:
        await connection.run_sync(lambda it: command.downgrade(alembic_config(it), "0005"))
        await connection.execute(
            sa.text("insert into records (agent, content, at) values ('a', :content, '2026-01-02 01:30:00')"), {"content": content}
        )
    await engine.dispose()
    store = await Store.open(url)
    async with store.unit_of_work() as work:
        (record,) = await work.records("a")
    await store.close()
    assert "13812345678" not in repr(record.content)
    assert '"contact": "13812345678"' in record.private
    assert (record.number, record.complaint, record.version, record.confirmed) == ("20260102-0001", True, 1, True)
    assert record.service_time is not None
    assert record.service_time.hour == 1
