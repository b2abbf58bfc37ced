"""/find: earlier service records by phone, name, order or record number; a short list, and one of them in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot.desk.cards import Button, Card, Line
from copilot.desk.record_cards import RECORD_CLAUSE, field_lines, warning_lines
from copilot.desk.recording import book_of, edit_kept
from copilot.desk.session import Session, action
from copilot.desk.words import muted, shortened

if TYPE_CHECKING:
    from copilot.records.book import OpenedRecord

SLOT = "find"
MOST_LISTED = 5
_ASKED_FOR = "手机号、姓名、订单号或记录编号"
_LONGEST_CONTENT = 30


async def find_records(session: Session, argument: str = "") -> None:
    """List the records that the words name; without words, take the next text for them."""
    words = argument.strip()
    if not words:
        session.update(awaits="find")
        row = (action("取消", session.token(SLOT), "shutfind"),)
        session.show(Card(SLOT, f"要找哪位客户的记录？请发来{_ASKED_FOR}。", (), (row,), fresh=True, asks=_ASKED_FOR))
        return
    found = await book_of(session).find(words, limit=MOST_LISTED + 1)
    if not found:
        session.update(found=())
        session.state = session.state.without_card(SLOT)
        session.tell(f"没有找到“{shortened(words, 20)}”的服务记录。请写完整的{_ASKED_FOR}。")
        return
    await _list(session, found)


async def _list(session: Session, found: tuple[OpenedRecord, ...]) -> None:
    shown, token = found[:MOST_LISTED], session.token(SLOT)
    session.update(found=tuple(each.id for each in shown))
    lines = [Line("text", f"{number}. {summary(each)}") for number, each in enumerate(shown, 1)]
    if len(found) > MOST_LISTED:
        lines.append(muted(f"还有更早的，这里只列最近 {MOST_LISTED} 条。"))
    if any(each.locked for each in shown):
        lines.append(Line("warning", next(each.locked for each in shown if each.locked)))
    rows = (tuple(action(f"看 {number}", token, "read", str(number)) for number in range(1, len(shown) + 1)),)
    title = f"找到 {len(shown)} 条服务记录"
    session.show(Card(SLOT, title, tuple(lines), rows, fresh=True, close=f"shutfind:{token}"))


def summary(found: OpenedRecord) -> str:
    """“11-22 15:30 投诉 冰箱不制冷 · 满意 · 20261122-0017”: one line that tells records apart."""
    record = found.record
    parts = [
        f"{record.service_time.astimezone():%Y-%m-%d %H:%M}{' 投诉' if record.complaint else ''}"
        f" {shortened(record.content, _LONGEST_CONTENT) or '（没有内容）'}",
        record.satisfaction.partition("（")[0], record.number, "" if found.confirmed else "未确认的草稿",
    ]  # fmt: skip
    return " · ".join(part for part in parts if part)


async def read_record(session: Session, number: int) -> None:
    """Show one record of the list in full; the look is written down."""
    found = await _on_list(session, number, log=True)
    if found is None:
        return
    record, token = found.record, session.token(SLOT)
    lines = [Line("warning", found.locked)] if found.locked else []
    lines += [Line("text", line) for line in field_lines(record)]
    lines += warning_lines(session)
    lines.append(
        muted(
            f"第 {found.version} 版，{found.at.astimezone():%Y-%m-%d %H:%M} 保存"
            + ("" if found.confirmed else "，还没确认")
        )
    )
    lines.append(Line("cite", session.cite(*(record.clauses or (RECORD_CLAUSE,)))))
    buttons: list[Button] = [] if found.locked else [action("修改", token, "change", str(number))]
    buttons.append(action("收起", token, "shutfind"))
    session.show(Card(SLOT, f"服务记录 {record.number}", tuple(lines), (tuple(buttons),)))


async def change_record(session: Session, number: int) -> None:
    """Put a record of the list into hand, to be corrected and kept as its next version."""
    found = await _on_list(session, number)
    if found is not None:
        session.state = session.state.without_card(SLOT)
        await edit_kept(session, found)


async def close(session: Session) -> None:
    """Put the list away."""
    session.update(found=(), awaits="talk")
    session.state = session.state.without_card(SLOT)
    session.cards.append(Card(SLOT, "已收起。"))


async def _on_list(session: Session, number: int, *, log: bool = False) -> OpenedRecord | None:
    listed = session.state.found
    if not 1 <= number <= len(listed):
        return None
    book = book_of(session)
    if log:
        found = await book.look(listed[number - 1])
    else:
        kept = await session.work.record(listed[number - 1])
        found = book.opened(kept) if kept is not None else None
    if found is None:
        session.tell("这条记录已经删除了。")
    return found
