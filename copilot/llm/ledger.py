"""What a model was asked and cost each day, and why it was silent: one small file in the home folder.

A restart forgets nothing, and several processes over one home add up. The file holds counts, never a word that anybody
wrote.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from copilot.llm.trouble import Why

_KEPT_DAYS = 62
_LOCK_S = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Use:
    """One day's use: requests, tokens, cost in the currency of the prices, and how often the model was silent, by cause."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    silent: dict[str, int] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def plus(self, other: Use) -> Use:
        silent = {why: self.silent.get(why, 0) + other.silent.get(why, 0) for why in {*self.silent, *other.silent}}
        return Use(
            self.requests + other.requests, self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out,
            self.cost + other.cost, dict(sorted(silent.items())),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Silence:
    """The last time that a model was silent: when, why, and until when nobody asks it (None: it may be asked)."""

    at: datetime
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Book:
    days: dict[str, Use] = field(default_factory=dict)
    silence: Silence | None = None


class Ledger:
    """The book of one home. `path` None keeps it in memory only; `now` gives aware local times: a day is the clock's."""

    def __init__(self, path: Path | None, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self._path, self._now = path, now
        self._book = _Book()
        self._stamp: tuple[int, int] | None = None

    def today(self) -> Use:
        """The use of this day so far, by all processes of this home."""
        self._read_again()
        return self._book.days.get(self._day(), Use())

    def day(self, name: str) -> Use:
        """The use of the day "2026-05-01"."""
        self._read_again()
        return self._book.days.get(name, Use())

    def days(self, at_most: int) -> dict[str, Use]:
        """The newest days that were written down, by name, the newest first."""
        self._read_again()
        return dict(sorted(self._book.days.items(), reverse=True)[:at_most])

    @property
    def silence(self) -> Silence | None:
        """The last silence, or None when the model has answered since."""
        self._read_again()
        return self._book.silence

    def now(self) -> datetime:
        """The time by this ledger's clock, aware."""
        return self._now()

    def answered(self, use: Use) -> None:
        """Add the use of a request that was answered."""
        self._write(use, lambda _: None)

    def given_up(self, use: Use) -> None:
        """Add the use of a request that nobody waited for."""
        self._write(use, lambda last: last)

    def fell_silent(self, why: Why, use: Use, until: datetime | None = None) -> None:
        """Add a silence, with what it cost."""
        silence = Silence(self._now(), why, until)
        self._write(replace(use, silent={why: 1}), lambda _: silence)

    def _day(self) -> str:
        return self._now().date().isoformat()

    def _write(self, use: Use, silence: Callable[[Silence | None], Silence | None]) -> None:
        if self._path is None:
            self._add(use, silence)
            return
        from filelock import FileLock, Timeout

        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=_LOCK_S):
                self._read_again()
                self._add(use, silence)
                draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
                draft.write_text(json.dumps(_to_json(self._book), ensure_ascii=False), encoding="utf-8")
                draft.replace(self._path)
                self._stamp = self._stamp_now()
        except (OSError, Timeout) as error:  # counting must not cost an answer
            _log.warning("the use of the language model could not be written down (%s)", type(error).__name__)
            self._add(use, silence)

    def _add(self, use: Use, silence: Callable[[Silence | None], Silence | None]) -> None:
        day = self._day()
        days = {**self._book.days, day: self._book.days.get(day, Use()).plus(use)}
        kept = dict(sorted(days.items())[-_KEPT_DAYS:])
        self._book = _Book(kept, silence(self._book.silence))

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            state = os.stat(self._path) if self._path is not None else None
        except OSError:
            return None
        return (state.st_mtime_ns, state.st_size) if state is not None else None

    def _read_again(self) -> None:
        """Take in what another process has written since."""
        stamp = self._stamp_now()
        if self._path is None or stamp is None or stamp == self._stamp:
            return
        try:
            self._book = _from_json(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            _log.warning("%s cannot be read; the use of the language model is counted afresh", self._path.name)
        self._stamp = stamp


def _to_json(book: _Book) -> dict[str, Any]:
    silence = book.silence
    return {
        "days": {
            day: {
                "requests": use.requests, "tokens_in": use.tokens_in, "tokens_out": use.tokens_out,
                "cost": round(use.cost, 6), "silent": use.silent,
            }
            for day, use in book.days.items()
        },
        "silence": None if silence is None else {
            "at": silence.at.isoformat(), "why": silence.why, "until": silence.until and silence.until.isoformat(),
        },
    }  # fmt: skip


def _from_json(content: dict[str, Any]) -> _Book:
    days = {
        str(day): Use(
            int(use["requests"]), int(use["tokens_in"]), int(use["tokens_out"]), float(use["cost"]),
            {str(why): int(count) for why, count in use["silent"].items()},
        )
        for day, use in content["days"].items()
    }  # fmt: skip
    told = content["silence"]
    if told is None:
        return _Book(days)
    until = told["until"] and datetime.fromisoformat(told["until"])
    return _Book(days, Silence(datetime.fromisoformat(told["at"]), str(told["why"]), until or None))
