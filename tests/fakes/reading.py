"""A reading made of plain values, for parts that only look at its fields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FakeReading:
    mood: str = "calm"
    complaint: bool = False
    urgency: str = "normal"
    intents: tuple[str, ...] = ("other",)
    vip: bool = False
    stage: str = "understand"
    personal_data: tuple[object, ...] = ()
