"""Why a norm speaks up on a reply, or what holds it back: conditions are lifted one by one until it would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from rich.console import Console
from rich.text import Text

from copilot.cli.norm_words import ACTS, COLOURS, SEVERITIES, Clauses, cited, field_in_words, plain, short, validity
from copilot.language import PatternSet
from copilot.norms import Finding, Norm, Review, When
from copilot.norms.matching import Matcher
from copilot.norms.situation import Situation

KeyT = TypeVar("KeyT")
# What may hold a norm back, with the values that lift it.
_LIFTED: dict[str, dict[str, Any]] = {
    "validity": {"valid_from": None, "valid_until": None},
    "when": {"when": ()},
    "unless_draft": {"unless_draft": ()},
    "unless": {"unless": ()},
    "squeezed_unless": {"squeezed_unless": ()},
    "quoted": {"even_quoted": True},
}
_DONE: dict[str, dict[str, Any]] = {"acts": {"acts": ()}, "patterns": {"patterns": ()}}
_MOST_TOLD = 3  # alternatives of `when`


def matches(norm: Norm, situation: Situation) -> bool:
    """Whether the norm's own rules are broken; what was learned from examples is left aside."""
    return bool(Matcher([norm]).hits(situation))


def held_back(norm: Norm, situation: Situation) -> list[str]:
    """Phrases that say what keeps a norm silent on this draft; empty when its rules would speak up."""
    if matches(norm, situation):
        return []
    liftable = _LIFTED if norm.kind == "forbid" else {**_LIFTED, **_DONE}

    def fires(lifted: Iterable[str]) -> bool:
        update = {name: value for key in lifted for name, value in liftable[key].items()}
        return matches(norm.model_copy(update=update), situation)

    blockers = _needed(liftable, fires)
    if blockers is None:
        return ["没有句式匹配。"]
    if done := [key for key in blockers if key in _DONE]:
        blockers = done  # what was asked for is there: whether the conversation asks for it no longer matters
    without = {name: value for key in blockers if key != "when" for name, value in liftable[key].items()}
    return [line for key in blockers for line in _said(key, norm, norm.model_copy(update=without), situation)]


def _needed(keys: Mapping[KeyT, Any], fires: Callable[[Iterable[KeyT]], bool]) -> list[KeyT] | None:
    """The fewest that must be lifted, those named last put back last; None where lifting them all does not help."""
    lifted = list(keys)
    if not fires(lifted):
        return None
    for key in list(keys):
        rest = [each for each in lifted if each != key]
        if fires(rest):
            lifted = rest
    return lifted


def _said(key: str, norm: Norm, otherwise: Norm, situation: Situation) -> list[str]:
    match key:
        case "validity":
            return [f"不在有效期内（{validity(norm)}）。"]
        case "when":
            return _unfit(otherwise, situation)
        case "acts":
            return [f"已经做到了：{'、'.join(ACTS.get(a, a) for a in norm.acts if a in situation.acts)}。"]
        case "patterns":
            return [f"已经说到了{_quoted(norm.patterns, situation)}。"]
        case "quoted":
            return ["这些字在引号里，当作引用客户的话。"]
        case "unless":
            return [f"有例外：同一句里有{_quoted(norm.unless, situation)}。"]
        case "unless_draft":
            return [f"有例外：回复里有{_quoted(norm.unless_draft, situation)}。"]
    return ["有例外：去掉标点以后，有一个例外的说法匹配。"]


def _unfit(norm: Norm, situation: Situation) -> list[str]:
    """Which conditions of the conversation are not met, one line for each alternative of `when`."""
    defaults = {name: field.get_default(call_default_factory=True) for name, field in When.model_fields.items()}
    lines: list[str] = []
    for when in norm.when[:_MOST_TOLD]:

        def fires(lifted: Iterable[str], when: When = when) -> bool:
            changed = when.model_copy(update={name: defaults[name] for name in lifted})
            return matches(norm.model_copy(update={"when": (changed,)}), situation)

        missing = [field_in_words(when, name) for name in _needed(defaults, fires) or ()]
        if said := "，".join(filter(None, missing)):
            lines.append(f"对话不符合，要这样才算：{said}。")
    if len(norm.when) > _MOST_TOLD:
        lines.append(f"另有 {len(norm.when) - _MOST_TOLD} 种情形也不符合。")
    return lines or ["对话不符合适用的情形。"]


def _quoted(patterns: Iterable[str], situation: Situation) -> str:
    """The first words of the draft that one of the patterns matches, in quotation marks."""
    draft = situation.draft
    found = PatternSet((pattern, pattern) for pattern in patterns).scan(draft.text, most=1)
    if not found:
        return "例外的说法"
    start, end = draft.normal.span(found[0].start, found[0].end)
    return f"“{short(draft.original[start:end], 30)}”"


# What the trainer sees


def show_test(
    console: Console, identity: str, norms: Mapping[str, Norm], situation: Situation, review: Review, clauses: Clauses
) -> int:
    """Print whether the norm speaks up, where or why not, and which others do; 1 when it does, else 0."""
    norm = norms[identity]
    own = [found for found in review.findings if found.norm == identity]
    others = [found for found in review.findings if found.norm != identity]
    plain(console, f"{norm.id}　{norm.title}（{cited(clauses, norm)}）", "cyan")
    plain(console, _marked(situation.draft.original, own or others))
    if own:
        severity = own[0].severity
        plain(console, f"报：{SEVERITIES[severity]}　{_where(own)}", f"bold {COLOURS[severity]}")
        if not matches(norm, situation):
            plain(console, "没有句式匹配，是从例句学到的判断。", "dim")
    else:
        plain(console, "不报。", "bold green")
        for line in held_back(norm, situation) or ["这是条款的原文，当作引用。"]:
            plain(console, f"  {line}")
    for found in others:
        other = norms[found.norm]
        plain(console, f"别的规范：{other.id} {other.title}（{SEVERITIES[found.severity]}）　{_where([found])}", "yellow")
    if not others:
        plain(console, "别的规范都没有报。", "dim")
    return 1 if own else 0


def _where(findings: Iterable[Finding]) -> str:
    return "、".join(f"“{short(found.quote, 40)}”" if found.quote else "缺少该说的话" for found in findings)


def _marked(text: str, findings: Iterable[Finding]) -> Text:
    """The reply with the words that were found set off."""
    marked = Text(text)
    for found in findings:
        marked.stylize("bold reverse", found.start, found.end)
    return marked
