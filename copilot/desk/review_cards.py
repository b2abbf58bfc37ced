"""The card of a draft: fine, or one alert at a time, the most serious first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copilot.conversation import ClauseRef
from copilot.desk.cards import Button, Card, Line
from copilot.desk.session import action, copy
from copilot.desk.state import DraftInHand, FindingInHand, OfferedReply
from copilot.desk.turn_cards import SLOT, offer_buttons, offer_lines
from copilot.desk.words import BY_MODEL, cite, muted, shortened

if TYPE_CHECKING:
    from copilot.engine import Copilot

_KEPT = "已记为误报，等待复核。"
_TAKEN_BACK = "语言模型结合上下文看过，认为这句可以发，原来的提醒先收起。"
_REMARK = "这是语言模型的看法，不是规范检查的结果，改不改由您定。"


def draft_card(copilot: Copilot, draft: DraftInHand, offered: Sequence[OfferedReply], token: str) -> Card:
    """The card of a reviewed draft. `offered`: suggestions to fall back on where there is no rewrite."""
    if draft.verdict is None:
        return _unchecked_card(draft, token)
    return _fine_card(copilot, draft, token) if draft.fine else _alert_card(copilot, draft, offered, token)


def _fine_card(copilot: Copilot, draft: DraftInHand, token: str) -> Card:
    passed = draft.verdict == "pass"  # and not merely in the agent's opinion
    disputed = any(each.disputed for each in draft.findings)
    lines = [Line("quote" if disputed and not passed else "ok", shortened(draft.text))]
    tips = [each for each in draft.findings if not each.by_model] if passed else []
    tip = tips[0] if tips else None  # one is enough
    if tip is not None and not tip.disputed:
        lines.append(muted(f"小建议：{tip.reason}（{cite(copilot, [ClauseRef(tip.document, tip.clause)])}）"))
    elif tip is not None:
        lines.append(muted(_KEPT))
    if any(each.doubted for each in draft.findings):
        lines.append(muted(_TAKEN_BACK))
    remark = next((each for each in draft.findings if each.by_model), None)
    if remark is not None:
        cited = cite(copilot, [ClauseRef(remark.document, remark.clause)])
        lines += [Line("text", f"模型提醒：{remark.reason}"), Line("cite", cited), muted(_REMARK)]
    if draft.news:
        lines.append(muted(draft.news))
    if draft.english:
        lines.insert(0, Line("suggestion", draft.english))
        lines.append(muted(f"英文{BY_MODEL}"))
    row = (copy("复制", draft.english or draft.text, token, "send"), action("不发", token, "drop"))
    title = "☑️ 已记为误报，可以发送" if disputed and not passed else "✅ 可以发送"
    title = "💭 发送前可以再看看" if remark is not None else title
    return Card(SLOT, title, tuple(lines), (row, (*_flip(token), *_dispute(draft, token))))


def _alert_card(copilot: Copilot, draft: DraftInHand, offered: Sequence[OfferedReply], token: str) -> Card:
    finding = draft.findings[draft.shown]
    blocked = finding.severity == "block"
    lines = [Line("danger" if blocked else "warning", finding.reason)]
    if finding.quote:
        lines.append(Line("quote", f"“{shortened(finding.quote, 80)}”"))
    lines.append(Line("cite", cite(copilot, [ClauseRef(finding.document, finding.clause)])))
    if finding.disputed:
        lines.append(muted(f"{_KEPT}{'在那之前请先改写；确需发送，请点“仍要发送”。' if blocked else ''}"))
    elif finding.answer:
        lines.append(muted(f"这句报过误报，已复核：{finding.answer}"))
    elif any(each.disputed for each in draft.findings):
        lines.append(muted("刚才那处已记为误报，这是另一处。"))
    rows: list[tuple[Button, ...]] = []
    polish = () if draft.rewrite is not None else (action("润色这句", token, "polish"),)
    if draft.rewrite is not None:
        lines.append(Line("rewrite", draft.rewrite))
        if draft.by_model:
            lines.append(muted(BY_MODEL))
        rows.append((copy("一键改写", draft.rewrite, token, "rewrite"),))
    else:
        if finding.rewrite:
            lines.append(Line("text", f"可改为：{finding.rewrite}"))
        if offered:
            lines += [muted("也可以直接用这几句："), *offer_lines(copilot, offered)]
            rows.append(offer_buttons(offered, token))
    others = len(draft.left_beside(draft.shown))
    more = (action(f"还有 {others} 处", token, "next"),) if others else ()
    rows += [(action("仍要发送", token, "override"), *_dispute(draft, token), *more), (*polish, *_flip(token))]
    return Card(SLOT, "⛔ 先别发送" if blocked else "⚠️ 建议修改", tuple(lines), tuple(rows))


def _unchecked_card(draft: DraftInHand, token: str) -> Card:
    lines = (Line("quote", shortened(draft.text)), muted("这句话没能检查，请自行核对后再发。"))
    row = (copy("复制", draft.text, token, "send"), action("不发", token, "drop"))
    return Card(SLOT, "未检查", lines, (row, _flip(token)))


def _dispute(draft: DraftInHand, token: str) -> tuple[Button, ...]:
    """误报, or the way back from it; nothing where there is no finding, or a trainer has answered already."""
    if not draft.findings:
        return ()
    finding: FindingInHand = draft.findings[draft.shown]
    if finding.disputed:
        return (action("撤回误报", token, "undispute", str(draft.shown + 1)),)
    return () if finding.answer or finding.by_model else (action("误报", token, "dispute", str(draft.shown + 1)),)


def _flip(token: str) -> tuple[Button, ...]:
    return (action("这是客户说的", token, "theirs"),)
