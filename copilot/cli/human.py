"""The human side of the command line: what a person reads in the terminal, in plain Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copilot.answering import Answer, says, without_source
from copilot.cli.suggesting import suggestions
from copilot.conversation import ClauseRef, Conversation, Turn
from copilot.desk.words import INTENTS, MOODS, URGENCIES, cite, readable
from copilot.engine import Copilot
from copilot.reading import PLACEHOLDERS

if TYPE_CHECKING:
    from copilot.norms import Finding

VERDICT_WORDS = {"pass": ("可以发送", "green"), "warn": ("建议修改后再发", "yellow"), "block": ("请不要这样发", "red")}


def _plain(console: Console, text: str, style: str = "") -> None:
    """Print text as it is: square brackets in it are no markup."""
    console.print(Text(text, style=style), soft_wrap=True)


def show_review(console: Console, copilot: Copilot, draft: str, conversation: Conversation) -> int:
    """Print the verdict, each finding and the rewrite; 0 for pass, 1 for anything to change."""
    review = copilot.review(draft, conversation)
    words, colour = VERDICT_WORDS[review.verdict]
    _plain(console, f"结论：{words}", f"bold {colour}")
    for number, finding in enumerate(review.findings, start=1):
        _plain(console, f"{number}. {_finding_line(copilot, finding)}")
        if finding.rewrite:
            _plain(console, f"   可以改成：{finding.rewrite}", "green")
    if review.rewrite:
        _plain(console, f"整条改写：{review.rewrite}", "green")
    return 0 if review.verdict == "pass" else 1


def _finding_line(copilot: Copilot, finding: Finding) -> str:
    where = f"“{finding.quote}”" if finding.quote else "缺少内容"
    return f"{where} {finding.reason}（{cite(copilot, [ClauseRef(finding.document, finding.clause)])}）"


def show_reading(console: Console, copilot: Copilot, conversation: Conversation) -> None:
    """Print what was read in the customer's message."""
    reading = copilot.read(conversation)
    text = conversation.last_customer_text
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("情绪", MOODS[reading.mood])
    table.add_row("是否投诉", "是" if reading.complaint else "否")
    table.add_row("紧急程度", URGENCIES[reading.urgency] or "一般")
    table.add_row("诉求", "、".join(INTENTS[intent] or "其他" for intent in reading.intents))
    table.add_row("VIP", "是" if reading.vip else "未提及")
    found = "、".join(f"{PLACEHOLDERS[d.type].strip('【】')}（{text[d.start : d.end]}）" for d in reading.personal_data)
    table.add_row("个人信息", Text(found or "未发现"))
    console.print(table)


def show_suggestions(console: Console, copilot: Copilot, conversation: Conversation) -> None:
    """Print the suggested replies with the clauses they rest on, and the procedure's step."""
    result = suggestions(copilot, conversation)
    if result.progress is not None:
        step = next(state for state in result.progress.steps if state.number == result.progress.step)
        _plain(console, f"当前步骤：第 {step.number} 步 {step.title}。{step.hint}", "cyan")
    for number, item in enumerate(result.suggestions, start=1):
        _plain(console, f"{number}. {item.text}")
        origin = "模型所写 · " if item.source == "llm" else ""
        _plain(console, f"   {origin}{cite(copilot, item.cites)}", "dim")
    if not result.suggestions:
        _plain(console, "这句话没有合适的建议，请按实际情况回复。", "yellow")


def show_answer(console: Console, copilot: Copilot, answer: Answer) -> int:
    """Print the answer with its clauses and their words, or that it is not covered; 0 when answered, else 1."""
    if answer.understood:
        _plain(console, f"按这个问题查的：{answer.understood}", "dim")
    said = without_source(answer.answer)
    _plain(console, said, "bold" if answer.answered else "yellow")
    if answer.source == "llm":
        _plain(console, "（以上由模型根据下列条款写成，请以条款为准）", "dim")
    if answer.nearest:
        _plain(console, "最接近的条款（未必相关）：", "dim")
    for source in answer.cites or answer.nearest:
        named = cite(copilot, [ClauseRef(source.document, source.clause)])
        _plain(console, f"{named} {source.title}", "cyan")
        if not says(said, source.quote):
            _plain(console, f"  “{readable(copilot, source.quote)}”", "dim")
    return 0 if answer.answered else 1


def show_guide(console: Console, copilot: Copilot, turns: tuple[Turn, ...]) -> None:
    """Print the six complaint steps with the evidence for each."""
    progress = copilot.guide(turns)
    marks = {"done": "✔", "current": "➤", "open": "·", "skipped": "⚠"}
    if progress.turns and progress.turns[-1].emergency:
        _plain(console, "紧急情况：请先确保客户人身安全，并立即上报主管。", "bold red")
    for state in progress.steps:
        _plain(console, f"{marks[state.status]} {state.number}. {state.title}", "bold" if state.status == "current" else "")
        if state.status == "current":
            _plain(console, f"    下一步：{state.hint}", "cyan")
        elif state.status == "skipped":
            _plain(console, "    这一步被跳过了，请尽快补上。", "yellow")
        elif state.evidence:
            _plain(console, f"    依据：{state.evidence}", "dim")


def parse_dialogue(text: str) -> tuple[Turn, ...]:
    """Turns from lines that start with 客： or 我：; a line without either goes on with the turn before."""
    turns: list[Turn] = []
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped:
            continue
        head, _, rest = stripped.replace(":", "：", 1).partition("：")
        if rest and head in {"客", "客户"}:
            turns.append(Turn("customer", rest.strip()))
        elif rest and head in {"我", "客服"}:
            turns.append(Turn("agent", rest.strip()))
        elif turns:
            turns[-1] = Turn(turns[-1].role, f"{turns[-1].text}\n{stripped}")
        else:
            turns.append(Turn("customer", stripped))
    return tuple(turns)
