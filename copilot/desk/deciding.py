"""A trainer decides about disputes: accepted, the reply becomes a good example and passes; declined, the agent hears why."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from copilot.conversation import Conversation
from copilot.errors import CopilotError

if TYPE_CHECKING:
    from pathlib import Path

    from copilot.engine import Copilot
    from copilot.norms import Accepted, Norm
    from copilot.store import DisputeStatus, KeptDispute, Store, Work

LONGEST_REASON = 300  # characters; agents read it between two customers
DECISIONS: dict[DisputeStatus, str] = {"open": "待复核", "accepted": "认可", "declined": "不认可"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the dispute, the numbers of others that it settles too, and the file written to."""

    dispute: KeptDispute
    status: DisputeStatus
    others: tuple[int, ...]
    path: Path | None = None


def grouped(disputes: Iterable[KeptDispute]) -> list[list[KeptDispute]]:
    """The same reply, norm and kind of situation together, however often it was disputed; in the order given."""
    groups: dict[tuple[str, str, str, str], list[KeptDispute]] = {}
    for each in disputes:
        groups.setdefault((each.norm, each.reply_key, each.situation, each.status), []).append(each)
    return list(groups.values())


async def accept(store: Store, copilot: Copilot, number: int, reason: str, now: datetime) -> Decision:
    """Accept a dispute: the reply becomes a good example of its norm, which counts from the next review on.

    Raises CopilotError where the dispute or its norm is gone, or somebody has decided already; StoreError; and
    WorkspaceError, with file and line, where the examples cannot be written. Then nothing was decided.
    """
    from copilot.norms import Accepted, keep_accepted, read_norms

    reason = _reason(copilot, reason)
    norms = {norm.id: norm for norm in await asyncio.to_thread(read_norms, copilot.workspace)}
    async with store.unit_of_work() as work:
        dispute = await _open_dispute(work, number)
        norm = norms.get(dispute.norm)
        if norm is None:
            raise CopilotError(
                f"第 {number} 条误报说的规范 {dispute.norm} 已经没有了，不用认可；要结清请选不认可（decline），原因写“规范已删去”。"
            )
        await _decide(work, [number], "accepted", reason, now)
        note = f"第 {number} 条误报，{now.astimezone():%Y-%m-%d} 复核{f'：{reason}' if reason else ''}"
        path = await asyncio.to_thread(
            keep_accepted, copilot.workspace, dispute.norm, dispute.customer, dispute.draft, note
        )
        accepted = Accepted(copilot.workspace, copilot.reader)
        alike = tuple(each.id for each in await _same_reply(work, dispute) if _covered(accepted, norm, each))
        await work.decide_disputes(alike, "accepted", reason, now)
        await work.commit()
    return Decision(dispute, "accepted", alike, path)


async def decline(store: Store, copilot: Copilot, number: int, reason: str, now: datetime) -> Decision:
    """Decline a dispute with a reason that the agent is told; the same reply in the same situation is settled with it.

    Raises CopilotError without a reason, where there is no such dispute, or where somebody has decided already.
    """
    reason = _reason(copilot, reason)
    if not reason:
        raise CopilotError("不认可请写明原因（--reason），客服会看到。")
    async with store.unit_of_work() as work:
        dispute = await _open_dispute(work, number)
        await _decide(work, [number], "declined", reason, now)
        same = await _same_reply(work, dispute)
        alike = tuple(each.id for each in same if each.situation == dispute.situation)
        await work.decide_disputes(alike, "declined", reason, now)
        await work.commit()
    return Decision(dispute, "declined", alike)


def _reason(copilot: Copilot, reason: str) -> str:
    """The reason on one line, without personal data. Raises CopilotError when it is too long to be read."""
    said = copilot.mask(" ".join(reason.encode("utf-8", "ignore").decode().replace("\x00", "").split())).masked
    if len(said) > LONGEST_REASON:
        raise CopilotError(f"原因有 {len(said)} 字，请写在 {LONGEST_REASON} 字以内，客服在接待间隙看。")
    return said


async def _open_dispute(work: Work, number: int) -> KeptDispute:
    """The dispute, while it is open. Raises CopilotError that says what became of it."""
    dispute = await work.dispute(number)
    if dispute is None:
        raise CopilotError(f"没有第 {number} 条误报，也可能客服已经撤回，请再列出来看一次。")
    if dispute.status != "open":
        at = dispute.decided_at
        when = f"{at.astimezone():%m-%d %H:%M} " if at else ""
        why = f"，原因：{dispute.answer}" if dispute.answer else ""
        raise CopilotError(f"第 {number} 条误报{when}已有人复核：{DECISIONS[dispute.status]}{why}。这次没有改动。")
    return dispute


async def _decide(work: Work, numbers: list[int], status: DisputeStatus, reason: str, now: datetime) -> None:
    """Raises CopilotError where another trainer was a moment earlier."""
    if not await work.decide_disputes(numbers, status, reason, now):
        await _open_dispute(work, numbers[0])
        raise CopilotError(f"第 {numbers[0]} 条误报刚刚有变动，请再看一次。")


async def _same_reply(work: Work, dispute: KeptDispute) -> list[KeptDispute]:
    """The other open disputes about the same reply and norm."""
    found = await work.disputes("open", norm=dispute.norm, reply_key=dispute.reply_key)
    return [each for each in found if each.id != dispute.id]


def _covered(accepted: Accepted, norm: Norm, dispute: KeptDispute) -> bool:
    return accepted.covers(norm, dispute.draft, Conversation.from_customer(dispute.customer))
