"""The desk's short words for labels, and how a clause is named on a card."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from copilot.conversation import AGREEMENT, ClauseRef, Intent, Mood, Urgency
from copilot.desk.cards import Card, Line

if TYPE_CHECKING:
    from copilot.engine import Copilot

_REFERENCE = re.compile(r"\b([a-z]{3,20}) (\d+(?:\.\d+)+)")
MOODS: dict[Mood, str] = {
    "calm": "🙂 平静", "anxious": "😟 着急", "dissatisfied": "😕 不满", "angry": "😠 生气", "distressed": "😢 难过",
    "happy": "😊 满意",
}  # fmt: skip
URGENCIES: dict[Urgency, str] = {"normal": "", "urgent": "紧急", "emergency": "🚨 紧急情况"}
INTENTS: dict[Intent, str] = {
    "logistics": "物流", "refund": "退款", "return_exchange": "退换货", "quality": "质量", "invoice": "发票",
    "account": "账号", "billing": "账单", "promotion": "优惠", "product_question": "商品咨询",
    "service_attitude": "服务态度", "complaint_escalation": "要求升级", "cancel": "取消", "delivery_change": "改配送",
    "warranty_repair": "保修维修", "privacy": "隐私", "praise": "表扬", "greeting": "", "closing": "", "other": "",
}  # fmt: skip


BY_MODEL = "由模型所写，发送前请看一遍。"
MOST_CITES = 3  # on one line; the store keeps them all


def cite(copilot: Copilot, references: Iterable[ClauseRef]) -> str:
    """“依据：协议 2.3、《退货与退款政策》1.2”, the first few; an empty string for none."""
    named = []
    for reference in list(dict.fromkeys(references))[:MOST_CITES]:
        if reference.document == AGREEMENT:
            named.append(f"协议 {reference.clause}")
            continue
        clause = copilot.index.clause(reference)
        title = clause.document_title if clause is not None else reference.document
        named.append(f"《{title}》{reference.clause}")
    return f"依据：{'、'.join(named)}" if named else ""


def readable(copilot: Copilot, text: str) -> str:
    """`text` with references such as "compensation 2.6" spelt with the document's title."""

    def named(match: re.Match[str]) -> str:
        clause = copilot.index.clause(ClauseRef(match.group(1), match.group(2)))
        return f"《{clause.document_title}》{clause.number}" if clause is not None else match.group()

    return _REFERENCE.sub(named, text)


def shortened(text: str, longest: int = 200) -> str:
    """The text, cut with an ellipsis when it is longer than `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def notice(text: str) -> Card:
    """One passing line that is not kept on the screen."""
    return Card("notice", text)


def muted(text: str) -> Line:
    return Line("muted", text)
