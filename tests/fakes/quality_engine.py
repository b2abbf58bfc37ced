"""An engine for checking conversations whose answers follow from a few words: 滚 is blocked, 不归我管 warned about,
投诉 makes a complaint, 不满 perhaps one, 冒烟 an emergency, eleven digits are a phone number. Each agent turn completes a step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from copilot.conversation import AGREEMENT, ClauseRef, Conversation, PersonalDatum, Turn
from copilot.engine import Copilot
from copilot.norms.findings import Finding, Review, verdict_of
from copilot.procedures import Progress, StepState, TurnProgress
from copilot.reading import Masked
from copilot.workspace import builtin_workspace
from fakes.reading import FakeReading

_PHONE = re.compile(r"1\d{10}")
_STEPS = ("listen", "understand", "propose", "agree", "carry_out", "confirm")
_EMERGENCY_STEPS = ("protect", "report", "record", "carry_out", "follow_up")


def phones(text: str) -> tuple[PersonalDatum, ...]:
    return tuple(PersonalDatum("phone", match.start(), match.end()) for match in _PHONE.finditer(text))


@dataclass(frozen=True)
class QualityEngine:
    """The few parts of the engine that checking needs."""

    @property
    def workspace(self) -> Any:
        return builtin_workspace()

    @property
    def judge(self) -> QualityEngine:
        return self

    @property
    def reader(self) -> QualityEngine:
        return self

    @property
    def reviewer(self) -> Any:
        return SimpleNamespace(norms=(SimpleNamespace(id="rude", title="粗话"), SimpleNamespace(id="shirk", title="推诿")))

    @property
    def index(self) -> Any:
        return SimpleNamespace(clause=lambda ref: None)

    def review(self, draft: str, conversation: Conversation, *, with_rewrite: bool = True) -> Review:
        findings = tuple(
            Finding(norm, AGREEMENT, clause, cast(Any, severity), at, at + len(word), word, f"不要说{norm}。")
            for word, norm, clause, severity in (("滚", "rude", "1.2.1", "block"), ("不归我管", "shirk", "2.2", "warn"))
            if (at := draft.find(word)) >= 0
        )
        return Review(verdict_of(findings), findings)

    def read(self, conversation: Conversation) -> FakeReading:
        text = conversation.last_customer_text
        return FakeReading(
            mood="angry" if "投诉" in text else "calm", complaint="投诉" in text or "不满" in text,
            urgency="emergency" if "冒烟" in text else "normal", personal_data=phones(text),
        )  # fmt: skip

    def acts(self, turn: Turn, before: Conversation = Conversation()) -> frozenset[str]:  # noqa: B008
        return frozenset({"inform" if turn.role == "customer" else "explain"})

    def guide(self, turns: Sequence[Turn], procedure: str = "complaint") -> Progress:
        ids = _STEPS if procedure == "complaint" else _EMERGENCY_STEPS
        done = min(sum(turn.role == "agent" for turn in turns), len(ids))
        steps = tuple(
            StepState(
                number, identity, identity, "done" if number <= done else "open", "先做这一步。",
                ClauseRef(AGREEMENT, "2.3" if procedure == "complaint" else "2.5"),
            )
            for number, identity in enumerate(ids, start=1)
        )  # fmt: skip
        return Progress(procedure, tuple(TurnProgress(1) for _ in turns), steps, 1, done == len(ids))

    def mask(self, text: str) -> Masked:
        return Masked(_PHONE.sub("【手机号】", text), phones(text))


def quality_engine() -> Copilot:
    """The fake, as what it stands for."""
    return cast(Copilot, QualityEngine())
