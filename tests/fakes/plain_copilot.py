"""A copilot made of plain values: what it says follows from a few words in the text, so that tests can foresee it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from copilot.conversation import AGREEMENT, ClauseRef, Conversation, PersonalDatum, Turn
from copilot.procedures import CaseBook
from copilot.reading import PLACEHOLDERS, Masked
from copilot.records import ServiceRecord
from copilot.summaries import Summary
from copilot.workspace import builtin_workspace
from fakes.reading import FakeReading

STEP_TITLES = ("倾听与致歉", "了解原因", "提出方案", "征得同意", "执行方案", "确认满意")


@dataclass(frozen=True)
class PlainStep:
    number: int
    id: str
    title: str
    status: str
    hint: str
    clause: ClauseRef
    evidence: str = ""


@dataclass(frozen=True)
class PlainProgress:
    procedure: str
    steps: tuple[PlainStep, ...]
    step: int
    finished: bool
    case: int = 1
    earlier: tuple[bool, ...] = ()
    turns: tuple[Any, ...] = ()
    skipped: tuple[int, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class PlainSuggestion:
    text: str
    cites: tuple[ClauseRef, ...]
    style: str
    source: str = "offline"


@dataclass(frozen=True)
class PlainSuggestions:
    suggestions: tuple[PlainSuggestion, ...]
    reading: FakeReading
    progress: PlainProgress | None


@dataclass(frozen=True)
class PlainFinding:
    norm: str
    document: str
    clause: str
    severity: str
    start: int
    end: int
    quote: str
    reason: str
    rewrite: str | None = None


@dataclass(frozen=True)
class PlainReview:
    verdict: str
    findings: tuple[PlainFinding, ...] = ()
    rewrite: str | None = None


@dataclass(frozen=True)
class PlainCitation:
    document: str
    clause: str
    title: str
    quote: str
    score: float


@dataclass(frozen=True)
class PlainAnswer:
    question: str
    answered: bool
    answer: str
    cites: tuple[PlainCitation, ...] = ()
    nearest: tuple[PlainCitation, ...] = ()
    understood: str = ""
    source: str = "offline"


class PlainReader:
    """Finds mobile numbers and the one name it knows."""

    def personal_data(self, text: str) -> tuple[PersonalDatum, ...]:
        found = [PersonalDatum("phone", each.start(), each.end()) for each in re.finditer(r"1\d{10}", text)]
        found += [PersonalDatum("name", each.start(), each.end()) for each in re.finditer("陈丽", text)]
        return tuple(sorted(found, key=lambda datum: datum.start))


@dataclass(frozen=True)
class PlainClause:
    document_title: str


class PlainIndex:
    def clause(self, ref: ClauseRef) -> PlainClause | None:
        return PlainClause("退货与退款政策") if ref.document == "returns" else None


@dataclass(frozen=True)
class PlainScenario:
    id: str
    title: str
    difficulty: str = "容易"
    brief: str = "客户在催快递。"


@dataclass(frozen=True)
class PlainRun:
    scenario: str
    said: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"scenario": self.scenario, "said": list(self.said)}


@dataclass(frozen=True)
class PlainScorecard:
    said: tuple[str, ...]

    def lines(self) -> list[str]:
        return [f"共回复 {len(self.said)} 句", *self.said]


class PlainPractice:
    """A customer who is satisfied with the second reply."""

    scenarios = (PlainScenario("late-parcel", "快递迟到"), PlainScenario("gas-smell", "闻到煤气味"))

    def start(self, scenario: str) -> tuple[PlainRun, str]:
        return PlainRun(scenario), "我的快递呢？"

    def answer(self, run: PlainRun, text: str) -> tuple[PlainRun, str | None, bool]:
        run = replace(run, said=(*run.said, text))
        return (run, "好的，谢谢。", True) if len(run.said) == 2 else (run, "那要多久？", False)

    def scorecard(self, run: PlainRun) -> PlainScorecard:
        return PlainScorecard(run.said)

    def restore(self, values: dict[str, Any]) -> PlainRun:
        return PlainRun(values["scenario"], tuple(values["said"]))


@dataclass
class PlainJudge:
    """Is in doubt about what it is told to be in doubt about."""

    doubts: tuple[Any, ...] = ()

    def in_question(self, draft: str, conversation: Conversation) -> tuple[Any, ...]:
        return self.doubts


@dataclass
class PlainCopilot:
    """生气 makes a customer angry and the case a complaint, 燃气 an emergency, VIP a VIP; 不知道 and 笨 are flagged in drafts."""

    index: PlainIndex = field(default_factory=PlainIndex)
    practice: PlainPractice = field(default_factory=PlainPractice)
    reader: PlainReader = field(default_factory=PlainReader)
    judge: PlainJudge = field(default_factory=PlainJudge)
    casebook: CaseBook = field(default_factory=lambda: CaseBook(builtin_workspace()))
    broken: bool = False
    model: object | None = None

    def read(self, conversation: Conversation) -> FakeReading:
        text = conversation.last_customer_text
        angry = any("生气" in each for each in conversation.customer_texts)
        return FakeReading(
            mood="angry" if "生气" in text else "calm",
            complaint=angry,
            urgency="emergency" if "燃气" in text else "normal",
            intents=("logistics",),
            vip="VIP" in text,
        )

    def suggest(self, conversation: Conversation) -> PlainSuggestions:
        if self.broken:
            raise RuntimeError("no suggestions today")
        reading = self.read(conversation)
        number = len(conversation.customer_texts)
        suggestions = (
            PlainSuggestion(f"非常抱歉让您久等，这是第{number}次为您核实。", (ClauseRef(AGREEMENT, "2.3"),), "soothe"),
            PlainSuggestion("请您告诉我订单号，我马上为您查询。", (ClauseRef(AGREEMENT, "2.1"),), "ask"),
            PlainSuggestion("签收后七天内可以申请退货。", (ClauseRef("returns", "1.1"),), "explain"),
        )
        return PlainSuggestions(suggestions, reading, self.guide(conversation.turns) if reading.complaint else None)

    def review(self, draft: str, conversation: Conversation) -> PlainReview:
        if self.broken:
            raise RuntimeError("no review today")
        found = []
        for word, severity, rewrite in (("笨", "block", None), ("不知道", "warn", "我为您核实")):
            if word in draft:
                start = draft.index(word)
                found.append(
                    PlainFinding(
                        f"no-{severity}", AGREEMENT, "1.3.4", severity, start, start + len(word), word,
                        f"不要说“{word}”。", rewrite,
                    )
                )
        if "嗯" in draft:
            found.append(PlainFinding("tip", AGREEMENT, "1.2.1", "tip", 0, 1, "嗯", "可以更正式一些。"))
        verdict = next((v for v in ("block", "warn") if any(f.severity == v for f in found)), "pass")
        rewrite = None if verdict == "pass" or "笨" in draft else draft.replace("不知道", "我为您核实")
        return PlainReview(verdict, tuple(found), rewrite)

    def ask(self, question: str, previous: str | None = None) -> PlainAnswer:
        citation = PlainCitation("returns", "1.1", "七天无理由退货", "自签收之日起七天内。", 0.9)
        if "退货" in question:
            return PlainAnswer(question, True, "七天内可以退货。", (citation,))
        return PlainAnswer(question, False, "文档里没有写到这个问题。", (), (citation,))

    async def improve_answer(self, answer: PlainAnswer) -> PlainAnswer:
        return answer

    def mask(self, text: str) -> Masked:
        spans = tuple(PersonalDatum("phone", found.start(), found.end()) for found in re.finditer(r"\d{11}", text))
        return Masked(re.sub(r"\d{11}", PLACEHOLDERS["phone"], text), spans)

    def guide(self, turns: Sequence[Turn], procedure: str = "complaint") -> PlainProgress:
        done = min(sum(turn.role == "agent" for turn in turns), 6)
        steps = tuple(
            PlainStep(
                number, f"s{number}", title, "done" if number <= done else "current" if number == done + 1 else "open",
                f"先做“{title}”。", ClauseRef(AGREEMENT, "2.3"),
            )
            for number, title in enumerate(STEP_TITLES, start=1)
        )  # fmt: skip
        return PlainProgress("complaint", steps, min(done + 1, 6), done == 6)

    def progress(self, conversation: Conversation, reading: Any) -> PlainProgress | None:
        return self.guide(conversation.turns) if reading.complaint else None

    def summary(self, conversation: Conversation, *, with_step: bool = True) -> Summary:
        return Summary(self.mask(conversation.customer_texts[0]).masked, "还没有", "等客服回复")

    def record(self, conversation: Conversation, now: datetime) -> ServiceRecord:
        complaint = any("生气" in text for text in conversation.customer_texts)
        clauses = (ClauseRef(AGREEMENT, "2.4"),)
        at = next((turn.at for turn in conversation.turns if turn.at is not None), now).astimezone(now.tzinfo)
        return ServiceRecord("", "", at, conversation.last_customer_text, "", "", complaint, clauses=clauses)
