"""Who is on duty: the supervisors' chats that emergencies go to, in order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is alerted in an emergency: recipients ("tg:4711") in order, and the minutes each has to acknowledge."""

    chain: tuple[str, ...] = ()
    minutes: float = 5

    @classmethod
    def of_chats(cls, chats: tuple[str, ...], minutes: float) -> Duty:
        """The line of Telegram chats that the settings name."""
        return cls(tuple(f"tg:{chat}" for chat in chats), minutes)
