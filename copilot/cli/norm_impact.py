"""What a workspace's norms flag that another's do not, and the other way round, reply by reply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copilot.cli.norm_words import COLOURS, SEVERITIES, plain, short
from copilot.conversation import SEVERITIES as ORDER

if TYPE_CHECKING:
    from copilot.cli.norm_replies import Reply
    from copilot.norms import Finding, Norm
    from copilot.own_words import QuotationAwareReviewer

Kind = Literal["new", "gone", "changed"]
_NOTHING, _TIP = len(ORDER), ORDER.index("tip")
_TITLES: dict[Kind, str] = {"new": "新报", "gone": "不再报", "changed": "理由变了"}
_COLOURS: dict[Kind, str] = {"new": "yellow", "gone": "green", "changed": "cyan"}
_LONGEST_LIST = 12  # norms whose replies are listed


@dataclass(frozen=True, slots=True)
class Change:
    """A reply judged otherwise: newly flagged, no longer flagged, or flagged for another reason than before.

    `anyway`: with one norm looked at, whether others flag the reply on both sides.
    """

    reply: Reply
    kind: Kind
    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    anyway: bool = False

    @property
    def causes(self) -> tuple[Finding, ...]:
        """The findings that are not on the other side: of the new ones, else of those that are gone."""
        known = {(found.norm, found.severity) for found in (self.before if self.kind != "gone" else self.after)}
        mine = self.after if self.kind != "gone" else self.before
        fresh = [found for found in mine if (found.norm, found.severity) not in known]
        return tuple({found.norm: found for found in reversed(fresh)}.values())

    def as_json(self, mask: Callable[[str], str]) -> dict[str, Any]:
        """The change as JSON values, personal data masked."""

        def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
            return [{"norm": f.norm, "clause": f"{f.document} {f.clause}", "severity": f.severity} for f in found]

        return {
            "source": self.reply.source, "reply": mask(self.reply.text),
            "customer": mask(self.reply.before.last_customer_text), "change": self.kind,
            "before": findings(self.before), "after": findings(self.after),
        }  # fmt: skip


def changes(
    replies: Iterable[Reply], before: QuotationAwareReviewer, after: QuotationAwareReviewer, only: str | None,
    counted: Callable[[], None],
) -> Iterator[Change]:
    """The replies that the two judge differently, as they come; `only` looks at the findings of one norm.

    `counted` is called for every reply, changed or not.
    """  # fmt: skip
    for reply in replies:
        old, new = (side.review(reply.text, reply.before, with_rewrite=False).findings for side in (before, after))
        kept_old, kept_new = ((tuple(f for f in found if only in (None, f.norm))) for found in (old, new))
        counted()
        kind = _kind(kept_old, kept_new)
        if kind is not None:
            anyway = only is not None and min(_weight(f for f in found if f.norm != only) for found in (old, new)) < _TIP
            yield Change(reply, kind, kept_old, kept_new, anyway)


def _weight(findings: Iterable[Finding]) -> int:
    """The place of the most serious finding in the order of severities; beyond it where there is none."""
    return min((ORDER.index(found.severity) for found in findings), default=_NOTHING)


def _kind(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> Kind | None:
    old, new = _weight(before), _weight(after)
    if (new < _TIP <= old) or (new == _TIP and old == _NOTHING):
        return "new"
    if (old < _TIP <= new) or (old == _TIP and new == _NOTHING):
        return "gone"
    reasons = ({(found.norm, found.severity) for found in side} for side in (before, after))
    return "changed" if next(reasons) != next(reasons) else None


@dataclass
class Tally:
    """Counts over all changes, exact; of each norm the first `top` replies, so memory stays bounded."""

    top: int
    replies: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    by_norm: dict[Kind, Counter[str]] = field(default_factory=lambda: {"new": Counter(), "gone": Counter(), "changed": Counter()})
    severities: Counter[str] = field(default_factory=Counter)
    anyway: int = 0
    shown: dict[tuple[Kind, str], list[tuple[Change, Finding]]] = field(default_factory=dict)

    def take(self, change: Change) -> None:
        """Count a change."""
        self.kinds[change.kind] += 1
        self.anyway += change.anyway and change.kind == "new"
        if change.kind == "new":
            self.severities[ORDER[_weight(change.after)]] += 1
        for found in change.causes:
            self.by_norm[change.kind][found.norm] += 1
            listed = self.shown.setdefault((change.kind, found.norm), [])
            if len(listed) < self.top:
                listed.append((change, found))

    def as_json(self) -> dict[str, Any]:
        """The counts as JSON values."""
        counts: dict[str, Any] = {kind: {"replies": self.kinds[kind], "norms": dict(by)} for kind, by in self.by_norm.items()}
        return {"replies": self.replies, **counts}


def show_impact(console: Console, tally: Tally, norms: Mapping[str, Norm], only: str | None, mask: Callable[[str], str]) -> None:
    """Print the counts, per norm, and the first replies of each."""
    plain(console, _headline(tally), "bold")
    if only is not None and tally.anyway:
        plain(console, f"新报的里有 {tally.anyway:,} 条，别的规范本来也会报。", "dim")
    ids = sorted({norm for by in tally.by_norm.values() for norm in by}, key=lambda each: (-tally.by_norm["new"][each], each))
    if not ids:
        plain(console, "没有变化。", "green")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("规范", "程度", "标题"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for heading in _TITLES.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for identity in ids:
        norm = norms.get(identity)
        severity = Text(SEVERITIES[norm.severity], style=COLOURS[norm.severity]) if norm else Text("")
        counts = (f"{tally.by_norm[kind][identity]:,}" for kind in _TITLES)
        table.add_row(Text(identity), severity, Text(norm.title if norm else "（已没有这条）"), *counts)
    console.print(table)
    for kind, title in _TITLES.items():
        _show_lines(console, tally, kind, title, ids, mask)
    if tally.kinds["changed"]:
        plain(console, f"“理由变了”是两边都报、规范或程度不同的回复，共 {tally.kinds['changed']:,} 条。", "dim")


def _headline(tally: Tally) -> str:
    parts = [f"{SEVERITIES[each]} {tally.severities[each]:,}" for each in ORDER if tally.severities[each]]
    new = f"新报 {tally.kinds['new']:,} 条" + (f"（{'、'.join(parts)}）" if parts else "")
    share = f"，占 {tally.kinds['new'] / tally.replies:.1%}" if tally.kinds["new"] and tally.replies else ""
    return f"看了 {tally.replies:,} 条回复：{new}{share}；不再报 {tally.kinds['gone']:,} 条。"


def _show_lines(
    console: Console, tally: Tally, kind: Kind, title: str, ids: Iterable[str], mask: Callable[[str], str]
) -> None:
    listed = [each for each in ids if tally.by_norm[kind][each]]
    for identity in listed[:_LONGEST_LIST]:
        count = tally.by_norm[kind][identity]
        more = f"，先列 {tally.top} 条" if count > tally.top else ""
        plain(console, f"{title} · {identity}（{count:,} 条{more}）", _COLOURS[kind])
        for change, found in tally.shown[kind, identity]:
            quote = f" ←“{short(mask(found.quote), 24)}”" if found.quote and found.quote != change.reply.text else ""
            plain(console, f"  {change.reply.source}　{short(mask(change.reply.text))}{quote}")
            if customer := change.reply.before.last_customer_text:
                plain(console, f"    客：{short(mask(customer), 60)}", "dim")
    if len(listed) > _LONGEST_LIST:
        plain(console, f"{title}：另有 {len(listed) - _LONGEST_LIST} 条规范没有列出，用 copilot norms impact 编号 单看。", "dim")
