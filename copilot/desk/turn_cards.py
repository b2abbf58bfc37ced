"""The card of a customer message: what it means, what could be said, and what must not be missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.conversation import AGREEMENT, ClauseRef
from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import action, copy
from copilot.desk.state import OfferedReply
from copilot.desk.words import INTENTS, MOODS, URGENCIES, cite, muted, shortened

if TYPE_CHECKING:
    from copilot.engine import Copilot
    from copilot.procedures import Progress
    from copilot.reading import Reading

SLOT = "turn"
FORMER = "former"  # the tap on a confirmation that says which suggestion it was; a page knows what was copied on it
ORIGINS = {"llm": "模型所写", "mine": "我的话术", "team": "团队话术"}
SPECIAL_CASES = ClauseRef(AGREEMENT, "2.5")  # VIP customers and emergencies
MARKS = {"done": "✓", "current": "▶", "open": "○", "skipped": "！"}
_PROCEDURES = {"complaint": "投诉", "emergency": "应急", "service": "服务"}


def status_text(reading: Reading, progress: Progress | None) -> str:
    """“😠 生气 · 紧急 · 投诉 第1/6步 倾听与致歉”, in plain words and only what is so."""
    parts = [MOODS[reading.mood], URGENCIES[reading.urgency], "VIP 客户" if reading.vip else ""]
    if progress is not None:
        parts.append(step_text(progress))
    else:
        parts.append(INTENTS[reading.intents[0]])
    return " · ".join(part for part in parts if part)


def step_text(progress: Progress) -> str:
    """“投诉 第1/6步 倾听与致歉”, or that all steps are done."""
    name = _PROCEDURES.get(progress.procedure) or progress.title or progress.procedure
    if progress.finished:
        return f"{name} 各步已完成"
    return f"{name} 第{progress.step}/{len(progress.steps)}步 {progress.steps[progress.step - 1].title}"


def step_marks(progress: Progress) -> Line:
    """The steps' numbers with a mark each: done, in hand, open, skipped. The title names the one in hand."""
    return Line("step", "　".join(f"{MARKS[step.status]}{step.number}" for step in progress.steps))


def procedure_lines(copilot: Copilot, progress: Progress) -> list[Line]:
    """The marks, and the hint of the step in hand with its clause."""
    lines = [step_marks(progress)]
    if not progress.finished:
        step = progress.steps[progress.step - 1]
        lines.append(Line("text", f"这一步：{step.hint}"))
        lines.append(Line("cite", cite(copilot, [step.clause])))
    return lines


def warning_lines(copilot: Copilot, reading: Reading) -> list[Line]:
    """One warning, where it matters: an emergency before anything else, else a VIP customer."""
    if reading.urgency == "emergency":
        text = "先确认人身和财产安全，并立即转交值班主管，按应急预案处理。"
        return [Line("danger", f"🚨 {text}{cite(copilot, [SPECIAL_CASES])}")]
    if reading.vip:
        return [Line("warning", f"⭐ VIP 客户：请按专属服务规范优先处理。{cite(copilot, [SPECIAL_CASES])}")]
    return []


def offer_lines(copilot: Copilot, offered: Sequence[OfferedReply], first: int = 1) -> list[Line]:
    """Each suggestion with its clauses below it, counted from `first`."""
    lines = []
    for number, reply in enumerate(offered, start=first):
        lines.append(Line("suggestion", f"{number}. {reply.text}"))
        if reply.beside:
            lines.append(Line("quote", f"中文：{reply.beside}"))
        origin = f"{ORIGINS[reply.source]} · " if reply.source in ORIGINS else ""
        lines.append(Line("cite", origin + cite(copilot, [ClauseRef(*pair) for pair in reply.cites])))
    return lines


def offer_buttons(offered: Sequence[OfferedReply], token: str) -> tuple[Button, ...]:
    """A copy button per suggestion; its action records that it was used, by the number that the reply keeps."""
    return tuple(
        copy(f"复制 {place}", reply.text, token, "use", str(reply.number or place))
        for place, reply in enumerate(offered, 1)
    )


def turn_card(
    copilot: Copilot, reading: Reading, progress: Progress | None, offered: Sequence[OfferedReply], token: str
) -> Card:
    """The card of a customer message."""
    lines = warning_lines(copilot, reading)
    if progress is not None:
        lines += procedure_lines(copilot, progress)
    lines += offer_lines(copilot, offered)
    if not offered:
        lines.append(muted("暂时没有合适的建议。写好回复发给我，我来帮您检查。"))
    rows = (offer_buttons(offered, token), (action("这是我说的", token, "mine"),))
    return Card(SLOT, status_text(reading, progress), tuple(lines), tuple(row for row in rows if row), fresh=True)


def unread_card(token: str) -> Card:
    """The card when reading failed: the message is kept, and nothing is claimed about it."""
    lines = (muted("客户的话已记下，但这次没能分析。请先按自己的判断回复，稍后再发一次试试。"),)
    return Card(SLOT, "未分析", lines, ((action("这是我说的", token, "mine"),),), fresh=True)


def sent_card(text: str, progress: Progress | None, token: str, former: int | None = None) -> Card:
    """The short confirmation that a reply was recorded; `former`: unless it was the suggestion of this number."""
    lines = [Line("quote", shortened(text))]
    if progress is not None:
        lines.append(step_marks(progress))
    lines.append(muted("客户回复后，把原话发给我即可。"))
    instead = (action("发的是之前那句", token, FORMER, str(former)),) if former is not None else ()
    return Card(SLOT, "✅ 已记为您的回复", tuple(lines), ((action("其实没发", token, "unsend"), *instead),))


def discarded_card(token: str, offered: Sequence[OfferedReply], copilot: Copilot) -> Card:
    """The short confirmation that a draft was dropped, with the suggestions that are still good."""
    lines = [*offer_lines(copilot, offered), muted("改好后再发给我，或用上面的建议。" if offered else "改好后再发给我。")]
    buttons = offer_buttons(offered, token)
    return Card(SLOT, "这句没有发送", tuple(lines), (buttons,) if buttons else ())
