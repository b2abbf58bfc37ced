"""/disputes: what agents called wrong, for a trainer to accept or decline, and which norms are not believed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from nicegui import events, ui

from copilot.conversation import ClauseRef
from copilot.desk.cards import Card, Line
from copilot.desk.deciding import Decision, accept, decline, grouped
from copilot.desk.words import cite, muted, shortened
from copilot.errors import CopilotError
from copilot.norms.counting import NormCount, count_norms
from copilot.web.card_view import show_card
from copilot.web.look import SEND_ON_ENTER

if TYPE_CHECKING:
    from copilot.store import KeptDispute
    from copilot.wiring import Services

COUNTED = timedelta(days=30)
_MOST_SHOWN = 30  # disputes on the page
_MOST_COUNTED = 30  # norms in the table
_EARLIER_TURNS = 4  # of the conversation on the page; the terminal shows them all
_ROLES = {"customer": "客", "agent": "我"}
_log = logging.getLogger(__name__)

Decide = Callable[..., Awaitable[Decision]]


class DisputesPage:
    """Open disputes left, counts per norm right."""

    def __init__(self, services: Services) -> None:
        self._services, self._client = services, ui.context.client
        self._norms = {norm.id: norm for norm in services.copilot.reviewer.norms}

    async def show(self) -> None:
        with ui.element("div").classes("columns"):
            with ui.element("div").classes("pane"):
                self._open = ui.element("div").classes("scroll").mark("disputes")
            with ui.element("div").classes("pane"):
                self._counts = ui.element("div").classes("scroll").mark("norm-counts")
        await self._draw()

    async def _draw(self) -> None:
        async with self._services.store.unit_of_work() as work:
            disputes = await work.disputes("open")
            since = datetime.now(UTC) - COUNTED
            counts = count_norms(
                await work.judged_drafts(since),
                {(norm, str(status)): n for (norm, status), n in (await work.count_disputes(since)).items()},
            )
        self._open.clear()
        with self._open:
            groups = grouped(disputes)
            if not groups:
                ui.label("没有待复核的误报。客服在提醒下面点“误报”，就会出现在这里。").classes("empty")
            for group in groups[:_MOST_SHOWN]:
                self._show_dispute(group)
            if len(groups) > _MOST_SHOWN:
                ui.label(f"另有 {len(groups) - _MOST_SHOWN} 条，处理完这些再显示。").classes("line-muted")
        self._counts.clear()
        with self._counts:
            self._show_counts(counts)

    def _show_dispute(self, group: Sequence[KeptDispute]) -> None:
        dispute = group[0]
        norm = self._norms.get(dispute.norm)
        times = f"　共 {len(group)} 次" if len(group) > 1 else ""
        lines = [Line("quote", f"{_ROLES[t['role']]}：{shortened(t['text'])}") for t in dispute.turns[-_EARLIER_TURNS:]]
        lines.append(Line("text", f"答：{dispute.draft}"))
        what = f"“{shortened(dispute.quote, 80)}”" if dispute.quote else "缺少内容："
        lines.append(Line("danger" if dispute.severity == "block" else "warning", f"{what}{dispute.reason}"))
        lines.append(Line("cite", cite(self._services.copilot, [ClauseRef(dispute.document, dispute.clause)])))
        if norm is None:
            lines.append(muted("这条规范已经删去，只能选不认可来结清。"))
        title = f"[{dispute.id}] {norm.title if norm else dispute.norm}{times}"
        with ui.element("div").mark(f"dispute-{dispute.id}"):
            show_card(Card(f"dispute-{dispute.id}", title, tuple(lines)), _no_press)
            with ui.row().classes("w-full no-wrap items-center q-pt-xs"):
                if norm is not None:
                    button = ui.button("认可", on_click=lambda: self._decided(accept, dispute.id, ""))
                    button.props('dense no-caps unelevated color="teal-8"')
                reason = ui.input(placeholder="不认可就写原因，客服会看到").props("dense outlined").classes("grow")
                reason.on("keydown.enter", self._entered(dispute.id), js_handler=SEND_ON_ENTER)
                button = ui.button("不认可", on_click=lambda: self._decided(decline, dispute.id, reason.value or ""))
                button.props('dense no-caps outline color="teal-8"')

    def _entered(self, number: int) -> Callable[[events.GenericEventArguments], Awaitable[None]]:
        async def entered(event: events.GenericEventArguments) -> None:
            await self._decided(decline, number, str(event.args or ""))

        return entered

    async def _decided(self, how: Decide, number: int, reason: str) -> None:
        """Decide and draw again; trouble becomes one polite line, and what was typed stays."""
        with self._client:  # not in the tapped button's place: drawing takes that away
            if how is decline and not reason.strip():
                ui.notify("请先写一句原因，客服会看到。", position="top")
                return
            try:
                decision = await how(self._services.store, self._services.copilot, number, reason, datetime.now(UTC))
            except CopilotError as error:
                ui.notify(str(error), type="warning", multi_line=True)
                await self._draw()  # somebody else may have decided
            except Exception:
                _log.exception("a decision failed")
                ui.notify("这一步没有成功，请再试一次。", type="negative")
            else:
                done = (
                    "已认可，同样的回复立即不再报。"
                    if decision.status == "accepted"
                    else "已记为不认可，客服下次会看到原因。"
                )
                others = f"同样的另有 {len(decision.others)} 条，一并处理。" if decision.others else ""
                ui.notify(done + others, position="top")
                await self._draw()

    def _show_counts(self, counts: Sequence[NormCount]) -> None:
        ui.label(f"最近 {COUNTED.days} 天，最不被相信的规范在前").classes("card-title")
        if not counts:
            ui.label("这段时间没有报出过任何规范。").classes("empty")
            return
        heads = (
            ("title", "规范"), ("reported", "报出"), ("heeded", "改了"), ("overridden", "仍发"), ("disputed", "误报"),
            ("decided", "待/认/否"),
        )  # fmt: skip
        columns = [
            {"name": name, "label": label, "field": name, "align": "left" if name == "title" else "right"}
            for name, label in heads
        ]
        rows = [self._count_row(count) for count in counts[:_MOST_COUNTED]]
        ui.table(columns=columns, rows=rows, row_key="title").props("dense flat").classes("w-full")
        ui.label("百分数占报出的比例。全部和 Excel：copilot norms stats --xlsx 规范.xlsx").classes("line-muted text-xs")

    def _count_row(self, count: NormCount) -> dict[str, Any]:
        norm = self._norms.get(count.norm)
        return {
            "title": norm.title if norm else f"{count.norm}（已删去）", "reported": count.reported,
            "heeded": _with_rate(count.rewritten + count.changed, count.heeded_rate),
            "overridden": _with_rate(count.overridden, count.overridden_rate),
            "disputed": _with_rate(count.open + count.accepted, count.disputed_rate),
            "decided": f"{count.open}/{count.accepted}/{count.declined}" if count.disputed else "",
        }  # fmt: skip


def _with_rate(count: int, rate: float) -> str:
    return f"{count}（{rate:.0%}）" if count else ""


async def _no_press(_action: str) -> None:
    """These cards have no buttons of their own."""
