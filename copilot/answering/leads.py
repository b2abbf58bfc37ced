"""The first words of an answer to a question for yes or no, where the clause itself gives them.

A clause's sentences are cut into parts with a stance: what they forbid (不得, 禁止, 避免), ask for (应, 必须, 要), permit
(可以, 有权) or need not have (不需要). The question's act must be the one that the part names, by the part's own head word or by a topic of kind
"act"; whose act it is must agree; and a part of another stance that names the act too leaves the question open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from copilot.answering.asked import Asked, Kind, is_negated, yes_or_no
from copilot.answering.topics import Topics
from copilot.language import figures, normalise, words
from copilot.language.patterns import compile_pattern

Stance = Literal["forbid", "require", "permit", "release"]
Lead = Literal["forbidden", "required", "permitted", "conditional", "breach"]

_FORBID = compile_pattern("不得|禁止|严禁|不准|不许|不可以|不可|不应当|不应该|不应|不要|不能|避免|杜绝|切勿|请勿")
_REQUIRE = compile_pattern("必须|应当|应该|务必|需要|一律|要|应|须")
_PERMIT = compile_pattern("有权|可以|允许|可自行|可")
_RELEASE = compile_pattern("不需要|无需|无须|不用|不必|不影响|免")
_BARE_NOT = compile_pattern("^(?:也)?不(?:打断|敷衍|泄露|推诿|拖延|隐瞒|歧视|争执|夸大|欺骗|威胁|透露|外传)")
_STANCES: tuple[tuple[Stance, Any], ...] = (
    ("release", _RELEASE), ("forbid", _FORBID), ("permit", _PERMIT), ("require", _REQUIRE),
)  # fmt: skip
_BREACH = compile_pattern("不符合本条|违反本|属于违规|视为违规|均属违规|都不符合")
_CONDITION = compile_pattern("但|除外|除非|只有|只能|仅|须经|经.{0,8}(?:同意|批准|审批)|前提|为限|必须符合")
# Words that only look as if they held a modal.
_NO_MODAL = compile_pattern(
    "重要|主要|必要|只要|概要|次要|要求|要点|要是|还要看|响应|应急|反应|对应|应用|相应|供应|适应|应付|应对|许可|可能|认可|可靠|可追溯|可信|不可避免"
)
_SENTENCE = compile_pattern("[。;!?\n]")
_STEP = compile_pattern(r"^\s*\d{1,2}[.、)]")
_PART = compile_pattern("[,:]")
_FILLER = compile_pattern("(?:是不是|都|也|是|就|会|到底|究竟|还|一般|自己|,| )+$")
_NO_ACT = frozenset("与 和 对 向 把 将 被 给 为 由 在 从 以 因 按 按照 依照 就 对于 凭 跟 比".split())
_LIGHT = frozenset(
    "使用 做 作 作出 进行 发生 说 讲 有 任何 带 的 地 得 人员 客服 乙方 甲方 公司 客户 顾客 "
    "随意 擅自 任意 无故 私自 故意 也 都 其他 其它 认真 积极 及时 立即 严格 定期 努力 妥善 用 话 人 事 自己".split()
)
_CANNOT_TELL = frozenset({"可以", "规定", "要求", "工作", "服务", "问题", "情况", "信息", "内容", "时间", "处理", "提供", "标准"})
_OUR_PERSONS = frozenset({"agent", "customer", "company", "lead", "colleague"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence (normal form), its stance, and whose act it is: a topic of kind "person", or none."""

    text: str
    stance: Stance
    person: str | None


def lead_of(question: str, text: str, topics: Topics) -> Lead | None:
    """The yes or no that the clause `text` gives to `question`; None wherever that is not plain."""
    asked = yes_or_no(question)
    if asked is None:
        return None
    named = _parts_about(asked, parts(text, topics), topics)
    stances = {part.stance for part in named}
    if len(stances) != 1:
        return None
    if any(not _same_person(part, asked, topics) for part in named):
        return None
    return _verdict(asked.kind, _is_negated(asked, topics), named[0].stance, text)


def parts(text: str, topics: Topics) -> list[Part]:
    """The parts of a clause that have a stance, in order."""
    return [part for sentence in _SENTENCE.split(normalise(text).text) for part in _parts_of(sentence, topics)]


def _parts_of(sentence: str, topics: Topics) -> Iterator[Part]:
    stance: Stance | None = "forbid" if _BREACH.search(sentence) else None
    whole = stance is not None
    if _STEP.search(sentence):
        stance = "require"  # a step of a procedure is to be done
    person: str | None = None
    for piece in _PART.split(sentence):
        if not whole:
            stance, start = _stance_of(piece, stance)
            if start < len(piece):
                person = _person(piece[:start], topics) or person
        if stance is not None and piece.strip():
            yield Part(piece, stance, person)


def _stance_of(piece: str, before: Stance | None) -> tuple[Stance | None, int]:
    """The stance of the first word in `piece` that shows one, and where the word begins; else the stance so far."""
    if _BARE_NOT.search(piece):
        return "forbid", 0
    piece = _NO_MODAL.sub(lambda match: "□" * len(match.group()), piece)
    found: list[tuple[int, int, Stance]] = []  # at the same place the earlier in the list
    for order, (stance, pattern) in enumerate(_STANCES):
        match = pattern.search(piece)
        if match:
            found.append((match.start(), order, stance))
    if not found:
        return before, len(piece)
    start, _, stance = min(found)
    return stance, start


def _parts_about(asked: Asked, found: list[Part], topics: Topics) -> list[Part]:
    """The parts that are about the act in question: by a known act, and where the clause names none of them by words."""
    act = _whole_act(asked, topics)
    acts = topics.ids(act, "act")
    if known := [part for part in found if acts & topics.ids(part.text, "act")]:
        return known
    if any(part.stance in ("permit", "release") for part in found) and any(part.stance == "forbid" for part in found):
        return []  # a clause that says both: words alone do not tell which of the two is asked about
    return [part for part in found if _says(part, act)]


def _says(part: Part, act: str) -> bool:
    """Whether the act is told in the words of the part."""
    if part.stance == "permit":
        return _covered(part.text, act)
    head = _head(part)
    return head is not None and head in act


def _whole_act(asked: Asked, topics: Topics) -> str:
    """The words about the act; with its object where that stands in front of a bare verb ("步骤能省吗")."""
    if any(len(word) > 1 and word not in _LIGHT for word in words(asked.act)) or topics.ids(asked.act, "act"):
        return asked.act
    tail = _PART.split(asked.before)[-1] if asked.before else ""
    return asked.act if tail.endswith(("我", "我们", "咱们")) else f"{tail}{asked.act}"


def _head(part: Part) -> str | None:
    """The first telling word behind the modal of a part; None where there is none."""
    match = dict(_STANCES)[part.stance].search(part.text)
    behind = part.text[match.end() :] if match else part.text
    for word in words(behind):
        if word in _NO_ACT:
            return None
        if word in _LIGHT or not word.strip():
            continue
        return word if len(word) >= 2 and word not in _CANNOT_TELL and not word.isascii() else None
    return None


def _covered(text: str, act: str) -> bool:
    """Whether every telling word of the act stands in the part, and there are two of them at least."""
    telling = [word for word in words(act) if len(word) >= 2 and word not in _LIGHT and word not in _CANNOT_TELL]
    return len(set(telling)) >= 2 and all(word in text for word in telling)


def _person(text: str, topics: Topics) -> str | None:
    """Who is spoken of first, not counting whose something is ("公司的")."""
    for each in topics.mentions(text):
        if each.kind == "person" and not text.startswith(("的", "(甲方)的", "(乙方)的"), each.end):
            return each.id
    return None


def _same_person(part: Part, asked: Asked, topics: Topics) -> bool:
    """Whether the question is about the act of whom the part speaks of, done to whom it speaks of."""
    doer = _doer(asked, topics)
    if part.person is not None and doer != part.person:
        return False
    if part.person is None and doer != "agent" and part.stance != "permit":
        return False
    touched = topics.ids(asked.act, "person") & _OUR_PERSONS
    if part.stance == "permit":
        touched -= {"lead"}  # what one may say to the company one may say to its leads
    return touched <= {"agent", "customer", "company"} or touched <= topics.ids(part.text, "person")


def _doer(asked: Asked, topics: Topics) -> str:
    """Whose act it is: whoever is named right before the modal or at the head of the act; else the agent's."""
    before = _FILLER.sub("", asked.before)
    if not before:
        return _leading_person(asked.act, topics) or "agent"
    last = next(iter(reversed(topics.mentions(before))), None)
    return last.id if last is not None and last.kind == "person" and last.end == len(before) else "agent"


def _leading_person(act: str, topics: Topics) -> str | None:
    first = next(iter(topics.mentions(act)), None)
    return first.id if first is not None and first.kind == "person" and first.start == 0 else None


def _is_negated(asked: Asked, topics: Topics) -> bool:
    """Whether the question is about leaving the act undone; an act that is an omission itself (漏记) is none here."""
    return is_negated(_without_acts(_whole_act(asked, topics), topics))


def _without_acts(text: str, topics: Topics) -> str:
    """The text without the names of known acts."""
    for each in reversed([each for each in topics.mentions(text) if each.kind == "act"]):
        text = f"{text[: each.start]} {text[each.end :]}"
    return text


def _verdict(kind: Kind, negated: bool, stance: Stance, text: str) -> Lead | None:
    if stance == "forbid":
        if negated:
            return None
        return "breach" if kind == "breach" else "forbidden"
    if stance == "require":
        if kind == "must":
            return None if negated else "required"
        if not negated:
            return None
        return "breach" if kind == "breach" else "forbidden"
    if stance == "release" or kind != "may" or negated:
        return None
    return "conditional" if _CONDITION.search(normalise(text).text) or figures(text) else "permitted"
