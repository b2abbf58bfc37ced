"""Norms in plain Chinese: when one applies, what it asks for, and how a list of them looks in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copilot.conversation import AGREEMENT, Act, ClauseRef, Severity
from copilot.desk.words import INTENTS, MOODS, URGENCIES
from copilot.norms import ExampleSet, Norm, When

if TYPE_CHECKING:
    from copilot.clauses import Clause
    from copilot.norms import ExampleLine

Clauses = Mapping[ClauseRef, "Clause"]
SEVERITIES: dict[Severity, str] = {"block": "先别发送", "warn": "建议修改", "tip": "提示"}
COLOURS: dict[Severity, str] = {"block": "red", "warn": "yellow", "tip": "dim"}
_STAGES = {"greet": "开头问候", "understand": "了解情况", "solve": "解决问题", "confirm": "确认结果", "close": "结束"}
ACTS: dict[Act, str] = {
    "greet": "问候", "thank": "感谢", "apologise": "道歉", "empathise": "体谅客户的心情", "ask_detail": "询问详情",
    "record": "记录", "explain": "说明", "investigate": "去查", "propose": "提出方案", "seek_consent": "征求同意",
    "carry_out": "办理", "promise_time": "说明时间", "report_back": "回复结果", "confirm_satisfaction": "确认满意",
    "refuse": "拒绝", "offer_alternative": "给出别的办法", "hand_over": "转交", "hold": "请客户等候",
    "verify_identity": "核对身份", "safety_advice": "提醒安全", "close": "结束语", "other": "其他",
    "ask": "提问", "complain": "抱怨", "inform": "说明情况", "request": "提出要求", "accept": "同意", "reject": "不同意",
    "confirm_satisfied": "表示满意", "threaten": "威胁", "reopen": "又提起", "urge": "催促", "insult": "辱骂",
}  # fmt: skip
_LONGEST = 80  # characters of an example shown


def today() -> date:
    """The day on the clock of this machine."""
    return datetime.now().astimezone().date()


def plain(console: Console, text: str | Text, style: str = "") -> None:
    """Print text as it is: square brackets in it are no markup."""
    console.print(Text(text, style=style) if isinstance(text, str) else text, soft_wrap=True)


def short(text: str, longest: int = _LONGEST) -> str:
    """The text on one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def cited(clauses: Clauses, norm: Norm) -> str:
    """ "协议 1.3.2 倾听" or "《退款政策》2.1 …": the clause that a norm rests on."""
    clause = clauses.get(ClauseRef(norm.document, norm.clause))
    if clause is None:
        return f"{norm.document} {norm.clause}（没有这一条）"
    name = f"协议 {clause.number}" if norm.document == AGREEMENT else f"《{clause.document_title}》{clause.number}"
    return f"{name} {clause.title}".rstrip()


# When a norm applies


def _labels(names: Mapping[Any, str], values: Sequence[Any]) -> str:
    return "或".join((names.get(value) or str(value)).split(" ")[-1] or "一般" for value in values)


def _acts(values: Sequence[Act]) -> str:
    return "、".join(ACTS.get(value, value) for value in values)


def field_in_words(when: When, name: str) -> str:
    """One condition of `when` as a phrase; an empty text where it sets none."""
    value = getattr(when, name)
    if name != "within" and value == When.model_fields[name].get_default(call_default_factory=True):
        return ""
    agent = f"客服在最近 {when.within} 条消息里" if when.within else "客服前面"
    match name:
        case "mood":
            return f"客户{_labels(MOODS, value)}"
        case "complaint":
            return "客户在投诉" if value else "客户没有投诉"
        case "urgency":
            return f"事情{_labels(URGENCIES, value)}"
        case "intents":
            return f"客户主要说的是{_labels(INTENTS, value)}"
        case "vip":
            return "客户是 VIP" if value else "客户不是 VIP"
        case "stage":
            return f"对话正在{_labels(_STAGES, value)}"
        case "before":
            return f"{agent}已经{_acts(value)}"
        case "not_before":
            return f"{agent}还没有{_acts(value)}"
        case "first_reply":
            return "这是客服的第一条回复" if value else "这不是客服的第一条回复"
        case "min_chars":
            return f"回复不少于 {value} 个字"
        case "max_chars":
            return f"回复不超过 {value} 个字"
        case "within":
            return ""
    return _pattern_condition(name, value)


def _pattern_condition(name: str, value: Any) -> str:
    phrases = {
        "customer": "客户说到了规定的话题", "customer_unless": "客户没有说到例外的话",
        "echo": "说的正是客户提过的那件事", "echo_unless": "说的不是客户提过的那件事",
        "draft": "回复里有规定的说法", "draft_unless": "回复里没有例外的说法",
    }  # fmt: skip
    count = f"（{len(value)} 个句式）" if isinstance(value, tuple) else ""
    return f"{phrases[name]}{count}" if name in phrases else f"{name}：{value}"


def in_words(when: When) -> str:
    """All conditions of `when`, joined."""
    return "，".join(filter(None, (field_in_words(when, name) for name in When.model_fields)))


# A list, and one norm


def show_list(console: Console, norms: Sequence[Norm], examples: Mapping[str, tuple[int, int]]) -> None:
    """Print the norms in columns: id, severity, clause, title and how many examples."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("编号", "程度", "条款", "标题"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for heading in ("不该说", "可以说"):
        table.add_column(heading, justify="right", no_wrap=True)
    for norm in norms:
        clause = norm.clause if norm.document == AGREEMENT else f"{norm.document} {norm.clause}"
        bad, good = examples.get(norm.id, (0, 0))
        table.add_row(
            Text(norm.id), Text(SEVERITIES[norm.severity], style=COLOURS[norm.severity]), Text(clause), Text(norm.title),
            str(bad), str(good),
        )  # fmt: skip
    console.print(table)
    plain(console, f"共 {len(norms)} 条。看一条：copilot norms show 编号", "dim")


def show_norm(
    console: Console, norm: Norm, clauses: Clauses, examples: Sequence[ExampleSet], place: str, *, patterns: bool
) -> None:
    """Print one norm for a trainer; the patterns themselves only when asked for."""
    plain(console, f"{norm.id}　{norm.title}", "bold")
    plain(console, f"依据：{cited(clauses, norm)}", "cyan")
    clause = clauses.get(ClauseRef(norm.document, norm.clause))
    if clause is not None:
        plain(console, f"　　　“{short(clause.text, 160)}”", "dim")
    kind = "不该这样说" if norm.kind == "forbid" else "应该说到"
    plain(console, Text.assemble(f"种类：{kind}　程度：", (SEVERITIES[norm.severity], COLOURS[norm.severity])))
    plain(console, f"为什么：{norm.reason}")
    plain(console, f"怎么做：{norm.advice}")
    if norm.kind == "require" and norm.acts:
        plain(console, f"算做到：回复里有{'或'.join(ACTS.get(act, act) for act in norm.acts)}")
    _show_when(console, norm)
    for kind in ("bad", "good"):
        lines = [line for each in examples for line in getattr(each, kind)]
        _show_examples(console, "不该说的" if kind == "bad" else "可以说的", lines)
    found = norm.patterns + norm.squeezed_patterns
    plain(console, f"句式 {len(found)} 个，例外 {len(norm.unless + norm.unless_draft + norm.squeezed_unless)} 个　{place}", "dim")
    if patterns:
        for name, values in _named_patterns(norm):
            for value in values:
                plain(console, f"  {name}：{value}")


def _show_when(console: Console, norm: Norm) -> None:
    if norm.valid_from or norm.valid_until:
        plain(console, f"有效期：{validity(norm)}")
    if not norm.when:
        plain(console, "什么时候：任何对话")
    for number, when in enumerate(norm.when):
        plain(console, f"{'什么时候：' if not number else '　或者　：'}{in_words(when) or '任何对话'}")


def validity(norm: Norm) -> str:
    """ "2026-01-01 起，2026-07-01 之前" """
    parts = [f"{norm.valid_from} 起" if norm.valid_from else "", f"{norm.valid_until} 之前" if norm.valid_until else ""]
    return "，".join(filter(None, parts))


def _show_examples(console: Console, title: str, lines: Sequence[ExampleLine], most: int = 3) -> None:
    plain(console, f"{title}（{len(lines)} 句）{'：' if lines else ''}")
    step = max(1, len(lines) // most)
    for line in lines[::step][:most]:  # spread over the file: neighbours are often alike
        customer = f"客：{short(line.customer, 40)}　" if line.customer else ""
        plain(console, f"  · {customer}{'答：' if customer else ''}{short(line.reply)}", "dim")


def _named_patterns(norm: Norm) -> list[tuple[str, tuple[str, ...]]]:
    named = [
        ("句式" if norm.kind == "forbid" else "算做到的句式", norm.patterns), ("去掉标点后的句式", norm.squeezed_patterns),
        ("例外（同一句）", norm.unless), ("例外（全文）", norm.unless_draft), ("例外（去掉标点后）", norm.squeezed_unless),
    ]  # fmt: skip
    labels = {"customer": "客户的话", "customer_unless": "客户的话除外", "echo": "客户提过", "echo_unless": "客户提过的除外",
              "draft": "回复", "draft_unless": "回复除外"}  # fmt: skip
    named += [(f"情形：{label}", getattr(when, name)) for when in norm.when for name, label in labels.items()]
    return named
