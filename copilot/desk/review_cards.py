"""The card of a draft: fine, or one alert at a time, the most serious first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef
from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import action, copy
from copilot.desk.state import DraftInHand, OfferedReply
from copilot.desk.turn_cards import SLOT, offer_buttons, offer_lines
from copilot.desk.words import cite, muted, shortened

if TYPE_CHECKING:
    from copilot.engine import Copilot


def draft_card(copilot: Copilot, draft: DraftInHand, offered: Sequence[OfferedReply], token: str) -> Card:
    """The card of a reviewed draft. `offered`: suggestions to fall back on where there is no rewrite."""
    if draft.verdict is None:
        return _unchecked_card(draft, token)
    return _fine_card(copilot, draft, token) if draft.fine else _alert_card(copilot, draft, offered, token)


def _fine_card(copilot: Copilot, draft: DraftInHand, token: str) -> Card:
    lines = [Line("ok", shortened(draft.text))]
    if draft.findings:  # only tips: one is enough
        tip = draft.findings[0]
        lines.append(muted(f"小建议：{tip.reason}（{cite(copilot, [ClauseRef(tip.document, tip.clause)])}）"))
    row = (copy("复制", draft.text, token, "send"), action("不发", token, "drop"))
    return Card(SLOT, "✅ 可以发送", tuple(lines), (row, _flip(token)))


def _alert_card(copilot: Copilot, draft: DraftInHand, offered: Sequence[OfferedReply], token: str) -> Card:
    finding = draft.findings[draft.shown]
    blocked = finding.severity == "block"
    lines = [Line("danger" if blocked else "warning", finding.reason)]
    if finding.quote:
        lines.append(Line("quote", f"“{shortened(finding.quote, 80)}”"))
    lines.append(Line("cite", cite(copilot, [ClauseRef(finding.document, finding.clause)])))
    rows: list[tuple[Button, ...]] = []
    if draft.rewrite is not None:
        lines.append(Line("rewrite", draft.rewrite))
        rows.append((copy("一键改写", draft.rewrite, token, "rewrite"),))
    else:
        if finding.rewrite:
            lines.append(Line("text", f"可改为：{finding.rewrite}"))
        if offered:
            lines += [muted("也可以直接用这几句："), *offer_lines(copilot, offered)]
            rows.append(offer_buttons(offered, token))
    others = len(draft.findings) - 1
    more = (action(f"还有 {others} 处", token, "next"),) if others else ()
    rows += [(action("仍要发送", token, "override"), *more), _flip(token)]
    return Card(SLOT, "⛔ 先别发送" if blocked else "⚠️ 建议修改", tuple(lines), tuple(rows))


def _unchecked_card(draft: DraftInHand, token: str) -> Card:
    lines = (Line("quote", shortened(draft.text)), muted("这句话没能检查，请自行核对后再发。"))
    row = (copy("复制", draft.text, token, "send"), action("不发", token, "drop"))
    return Card(SLOT, "未检查", lines, (row, _flip(token)))


def _flip(token: str) -> tuple[Button, ...]:
    return (action("这是客户说的", token, "theirs"),)
