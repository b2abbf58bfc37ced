"""The values of service records, and of who did what with them. All times are aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

RecordAction = Literal[
    "created", "changed", "viewed", "exported", "purged", "forgotten", "rekeyed", "handed_over"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordToKeep:
    """A record on its way in. `content` is what anybody may read; `private` is sealed, under the key named `key_id`."""

    content: Mapping[str, Any]
    number: str = ""
    complaint: bool = False
    service_time: datetime | None = None
    private: str = ""
    key_id: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A service record as it is kept; `version` counts from 1, `confirmed` is False while the agent has not saved it."""

    id: int
    conversation: int | None
    content: Mapping[str, Any]
    at: datetime
    agent: str = ""
    number: str = ""
    complaint: bool = False
    service_time: datetime | None = None
    private: str = ""
    key_id: str = ""
    version: int = 1
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records are meant: by hashed terms or number (either will do), and by service time in [start, end)."""

    hashes: tuple[str, ...] = ()
    number: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what with records, and when. `details` hold no personal data."""

    id: int
    at: datetime
    who: str
    action: RecordAction
    record: int | None
    details: Mapping[str, Any] = field(default_factory=dict)
