"""Puts the messages of a table together into conversations, however they are mixed, in memory that does not grow.

The messages go into SQLite's own temporary database (https://www.sqlite.org/inmemorydb.html, "Temporary Databases"):
it keeps a few megabytes in memory, writes the rest to a file without a name and leaves nothing behind, whatever
happens to the process. A dictionary of open conversations would hold the whole file wherever ids are interleaved.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import cast

from copilot.conversation import Role, Turn
from copilot.quality.examiner import MOST_TURNS
from copilot.quality.report import Dialogue

_CACHE_KIB = 4_096
_BATCH = 500  # rows written at once
_TABLES = """
CREATE TABLE conversations (number INTEGER PRIMARY KEY, id TEXT UNIQUE, place TEXT, channel TEXT,
                            inexact INTEGER DEFAULT 0, unread INTEGER DEFAULT 0, ignored INTEGER DEFAULT 0);
CREATE TABLE messages (conversation INTEGER, place INTEGER PRIMARY KEY, role TEXT, text TEXT, at REAL);
"""


class Spill:
    """Takes messages in any order and gives whole conversations back, in the order in which they first appeared."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.executescript(_TABLES)
        self._waiting: list[tuple[int, str, str, float | None]] = []
        self._last: tuple[str, int] | None = None
        self._began = False

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def add(self, identity: str, role: Role, text: str, at: datetime | None, *, exact: bool, place: str, channel: str) -> None:
        """One message. `place` and `channel` count where the conversation appears for the first time."""
        number = self._number(identity, place, channel)
        if not exact:
            self._database.execute("UPDATE conversations SET inexact = 1 WHERE number = ?", (number,))
        self._waiting.append((number, role, storable(text), at.timestamp() if at else None))
        if len(self._waiting) >= _BATCH:
            self._write()

    def skip(self, identity: str, place: str, *, ignored: bool) -> None:
        """A message of this conversation that is not judged: the system's (`ignored`), or one that nobody can read."""
        number = self._number(identity, place, "")
        column = "ignored" if ignored else "unread"
        self._database.execute(f"UPDATE conversations SET {column} = {column} + 1 WHERE number = ?", (number,))  # noqa: S608

    @property
    def count(self) -> int:
        """How many conversations there are."""
        return int(self._database.execute("SELECT count(*) FROM conversations").fetchone()[0])

    def dialogues(self) -> Iterator[Dialogue]:
        """The conversations. Where every message has a time they are sorted by it, else they stay as they stand."""
        self._write()
        self._database.execute("CREATE INDEX of_conversation ON messages (conversation, place)")
        columns = "number, id, place, channel, inexact, unread, ignored"
        for row in self._database.execute(f"SELECT {columns} FROM conversations ORDER BY number"):  # noqa: S608
            number, identity, place, channel, inexact, unread, ignored = row
            turns, left = self._turns(number)
            yield Dialogue(identity, turns, channel, place, bool(inexact), unread + left, ignored)

    def _turns(self, number: int) -> tuple[tuple[Turn, ...], int]:
        """The first messages of a conversation, and how many are left out."""
        where = "FROM messages WHERE conversation = ?"
        count, timed = self._database.execute(f"SELECT count(*), count(at) {where}", (number,)).fetchone()
        order = "at, place" if count == timed else "place"
        rows = self._database.execute(
            f"SELECT role, text, at {where} ORDER BY {order} LIMIT {MOST_TURNS}", (number,)
        ).fetchall()
        turns = tuple(
            Turn(cast(Role, role), text, None if at is None else datetime.fromtimestamp(at, UTC)) for role, text, at in rows
        )
        return turns, count - len(turns)

    def _number(self, identity: str, place: str, channel: str) -> int:
        if self._last is not None and self._last[0] == identity:
            return self._last[1]
        identity = storable(identity)
        row = self._database.execute("SELECT number FROM conversations WHERE id = ?", (identity,)).fetchone()
        if row is None:
            added = self._database.execute(
                "INSERT INTO conversations (id, place, channel) VALUES (?, ?, ?)", (identity, place, storable(channel))
            )
            row = (added.lastrowid,)
        self._last = (identity, int(row[0]))
        return self._last[1]

    def _write(self) -> None:
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO messages (conversation, role, text, at) VALUES (?, ?, ?, ?)", self._waiting)
        self._database.execute("COMMIT")
        self._waiting.clear()


def storable(text: str) -> str:
    """The text without half characters (lone surrogates), which no file or database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
