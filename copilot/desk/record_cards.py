"""How a service record looks on its card: as a draft whose fields are asked for one at a time, and as it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.conversation import AGREEMENT, ClauseRef
from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import Session, action
from copilot.desk.words import muted

if TYPE_CHECKING:
    from copilot.records import ServiceRecord

SLOT = "record"
RECORD_CLAUSE = ClauseRef(AGREEMENT, "2.4")
NOT_SEALED = "联系方式未加密保存：请管理员设置 COPILOT_RECORD_KEY（用 copilot records key 生成），再保存就会加密。"
_SHORT = {
    "customer_name": "姓名", "contact": "联系方式", "service_time": "时间", "content": "内容", "resolution": "解决情况",
    "satisfaction": "满意度",
}  # fmt: skip
_PER_ROW = 3


def field_named(number: int) -> str | None:
    """The field behind a button's number, from 1; None for none."""
    names = list(_SHORT)
    return names[number - 1] if 1 <= number <= len(names) else None


def draft_card(
    session: Session, record: ServiceRecord, token: str, *, asks: str = "", told: str = "", by_mistake: bool = False,
    fresh: bool = False,
) -> Card:  # fmt: skip
    """The record to be confirmed; `asks` names the field that the next text fills, `told` what was just filled in."""
    from copilot.records import FIELDS, QUESTIONS

    lines = [Line("ok", told)] if told else []
    fields = field_lines(record)
    lines += [Line("text", line) for line in fields]
    if record.missing:
        lines.append(Line("warning", f"还缺：{'、'.join(record.missing)}"))
    if asks:
        lines.append(Line("status", f"请直接回复“{FIELDS[asks]}”；没有就回“没有”。"))
        if not getattr(record, asks):
            lines.append(muted(f"可以这样问客户：{QUESTIONS[asks]}"))
    lines += warning_lines(session)
    lines.append(Line("cite", session.cite(*(record.clauses or (RECORD_CLAUSE,)))))
    rows: list[tuple[Button, ...]] = [
        (action("确认保存", token, "keep"), Button("复制", "", "copy", "\n".join(fields)), action("先不存", token, "unkeep"))
    ]
    answers = _answer_rows(asks, token)
    if by_mistake:
        talk = action("这句不是记录，是对话", token, "notrec")
        answers = [(*answers[0], talk)] if answers and len(answers[0]) == 1 else [*answers, (talk,)]
    rows += [*answers, *_field_rows(record, asks, token)]
    title = f"服务记录（草稿）{record.number}".strip()
    return Card(SLOT, title, tuple(lines), tuple(rows), fresh=fresh, asks=FIELDS[asks] if asks else "")


def kept_card(record: ServiceRecord, version: int, token: str) -> Card:
    """The short word that the record is kept, with the way back into it."""
    title = "✅ 服务记录已保存" if version == 1 else f"✅ 服务记录已更新（第 {version} 版）"
    lines = [Line("text", f"{record.number_title}：{record.number}")] if record.number else []
    if record.missing:
        lines.append(Line("warning", f"还缺：{'、'.join(record.missing)}。问到后点“修改”补上。"))
    lines.append(muted("接待下一位客户，请发 /new。"))
    return Card(SLOT, title, tuple(lines), ((action("修改", token, "reopen"),),))


def field_lines(record: ServiceRecord) -> list[str]:
    """The fields as people read them; the clauses come with their titles, the number in the title."""
    left_out = ("依据条款", f"{record.number_title}：")
    return [line for line in record.lines() if not line.startswith(left_out)]


def warning_lines(session: Session) -> list[Line]:
    """Once for an agent: contact data is not encrypted."""
    if session.safe.encrypted or session.state.warned_plain:
        return []
    session.update(warned_plain=True)
    return [Line("warning", NOT_SEALED)]


def _answer_rows(asks: str, token: str) -> list[tuple[Button, ...]]:
    from copilot.records.answers import RATINGS

    if asks == "satisfaction":
        return [
            tuple(action(label, token, "rate", str(number)) for number, label in enumerate((*RATINGS, "没表态"), 1))
        ]
    return [(action("没有，跳过", token, "skip"),)] if asks else []


def _field_rows(record: ServiceRecord, asks: str, token: str) -> list[tuple[Button, ...]]:
    """All fields but the one that is asked for: to be changed, or to be filled before their turn comes."""
    buttons = [
        action(f"{'改' if getattr(record, name) else '填'}{label}", token, "fill", str(number))
        for number, (name, label) in enumerate(_SHORT.items(), 1)
        if name != asks
    ]
    return [tuple(buttons[start : start + _PER_ROW]) for start in range(0, len(buttons), _PER_ROW)]
