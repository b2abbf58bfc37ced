"""What kind of yes or no a question asks for, and which words of it name the act in question.

A wrong yes or no is worse than none, so everything that could turn the answer round (a figure, a condition, somebody's
consent, an instruction in the question) leaves the question without a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from copilot.language import figures, normalise
from copilot.language.patterns import compile_pattern

Kind = Literal["may", "must", "breach"]

_END = r"[呢啊呀吧嘛哦?!。~ ]*$"
# Frames behind the act ("…，可以吗") before frames in front of it ("能不能…"), longer before shorter ones.
_BEHIND_WORDS: tuple[tuple[Kind, str], ...] = (
    ("breach", "(?:这|这样|那)?(?:算不算|是不是|属于|算|会不会|有没有|是否)?(?:违规|违反规定|违反协议|违反制度|犯规)(?:了|的)?(?:吗|么|不)?"),
    ("breach", "(?:这|这样|那)?(?:合不合规|合规|合不合规定|合乎规定|符合规定|符合要求|符不符合规定|符合协议)(?:吗|么|不)?"),
    ("may", "(?:这样|这么做|这样做|也|总|都)?(?:可以|行|成|允许|准许|合适|妥|妥当|能行)(?:的)?(?:吗|么|不|嘛)"),
    ("may", "(?:这样|也|总)?(?:可不可以|行不行|成不成|允不允许|准不准|让不让|合不合适|妥不妥|能不能行)"),
    ("must", "(?:是)?(?:必须|必需|必要|一定|强制|硬性要求)(?:的)?(?:吗|么)"),
)
_BEFORE_WORDS: tuple[tuple[Kind, str], ...] = (
    ("may", "是不是(?:都)?(?:不可以|不能|不许|不准|不得)|能不能|可不可以|可以不可以|能否|可否|是否可以|是否能|允许不允许|允不允许|准不准|有没有权利?|有权"),
    ("must", "要不要|需不需要|用不用|该不该|应不应该|应不应当|是否需要|是否必须|是否应当|是否应该|是不是(?:必须|得|要|需要|应该|一定要)|有没有必要"),
    ("may", "可以|允许|能够|能"),
    ("must", "必须|必需|一定要|一定得|非得|需要|应该|应当|该|得|要"),
)
_BEHIND = [(kind, compile_pattern(f"(?:{words}){_END}")) for kind, words in _BEHIND_WORDS]
_BEFORE = [(kind, compile_pattern(words)) for kind, words in _BEFORE_WORDS]
_ASKS = compile_pattern(f"(?:吗|么|不){_END}")
_CHOICE = compile_pattern("能不能|可不可以|可以不可以|能否|可否|是否|允不允许|准不准|有没有权|要不要|需不需要|用不用|该不该|应不应|是不是|有没有必要")
_ENGLISH_FRAMES: tuple[tuple[Kind, str], ...] = (
    ("may", r"\b(?:am i|are we|is an agent|are agents) (?:allowed|permitted) to\b|\b(?:is it|would it be) (?:ok|okay|fine|alright|all right|allowed|permitted)(?: for me)? (?:to|if i)\b"),
    ("must", r"\b(?:do|does) (?:i|we|an agent|agents|everyone) (?:really )?(?:have|need) to\b|\b(?:am i|are we) (?:required|obliged|supposed) to\b|\b(?:must|should) (?:i|we|an agent|agents)\b"),
    ("may", r"\b(?:can|may|could) (?:i|we|an agent|agents)\b"),
)
_ENGLISH = [(kind, compile_pattern(words)) for kind, words in _ENGLISH_FRAMES]
_OPEN = compile_pattern(
    r"什么|哪|多久|多少|多长|几|怎么|怎样|如何|为什么|为何|为啥|谁|啥|咋|何时|\b(?:what|which|how|when|who|why|where)\b"
)
# With these in the question the clause's own yes or no may not hold, or the question is no honest one.
_TURNS = compile_pattern(
    "经.{0,8}同意|同意后|同意的话|同意了|已同意|答应了|授权|批准|允许的话|经过|征得|除非|以外|之外|例外|本人|警方|警察|公安|法院|法律要求|万一|难道|反问|他问|她问|客户问|有人问|凭什么|忽略|无视|假装|扮演|"
    "偶尔|只是|仅仅|稍微|之前|之后|以后|而不|还是说|或者|还是"
    r"|\b(?:unless|except|permission|consent|approval|police|court|ignore|pretend|or|after|before|instead)\b"
)
_IN_NEED = compile_pattern(r"紧急|危急|救命|\bemergency\b")  # need may allow what is forbidden, and does not lift a duty
_NEGATION = compile_pattern("不用|无需|无须|不必|不需要|不|没|别|免|拒绝|省掉|省去|略过")
_EXCUSED = compile_pattern("(?:不用|不必|不需要|无需|无须|没必要)")
_NOT = compile_pattern(r"\b(?:not|never|without|refuse|avoid)\b|n't\b")
_FORBIDDEN_ASKED = compile_pattern("是不是(?:都)?(?:不可以|不能|不许|不准|不得)")
_SPLIT = compile_pattern("[,。;!?，；、 ]")
_LONGEST = 200  # characters; who writes more tells a story that a clause cannot say yes or no to
_CHINESE = compile_pattern(r"[\x{4e00}-\x{9fff}]")
_ENGLISH_WORDS = compile_pattern(
    r"\b(?:what|how|when|can|may|must|should|is|are|do|does|the|my|to|if|which|who|an?|of|about|i|we|in|on)\b"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for yes or no: its kind, the words about the act (normal form), and what stands before them."""

    kind: Kind
    act: str
    before: str


def is_english(text: str) -> bool:
    """Whether a question is asked in English; pinyin is not."""
    plain = normalise(text).text
    return not _CHINESE.search(plain) and len({match.group() for match in _ENGLISH_WORDS.finditer(plain)}) >= 2


def yes_or_no(question: str) -> Asked | None:
    """What yes or no is asked for; None for any other question, and where the answer could turn on a detail."""
    plain = normalise(question).text.strip().replace("要求", "规定")  # holds no 要 of a question
    if len(plain) > _LONGEST or figures(plain) or _TURNS.search(plain):
        return None
    asked = _english(plain) if is_english(plain) else _chinese(plain)
    return None if asked is not None and asked.kind != "must" and _IN_NEED.search(plain) else asked


def is_negated(act: str) -> bool:
    """Whether these words speak of leaving something undone."""
    return bool(_NEGATION.search(act.removesuffix("不")) or _NOT.search(act))


def _english(plain: str) -> Asked | None:
    for kind, frame in _ENGLISH:
        found = frame.search(plain)
        if found and not _OPEN.search(plain[: found.start()]):
            return Asked(kind, plain[found.end() :], plain[: found.start()])
    return None


def _chinese(plain: str) -> Asked | None:
    if _OPEN.search(plain):
        return None
    for kind, frame in _BEHIND:
        found = frame.search(plain)
        if found:
            before = plain[: found.start()].rstrip(",，。;；、 ")
            start = _last_part(before)
            return _asked(kind, before[start:], before[:start])
    if not _ASKS.search(plain) and not _CHOICE.search(plain):
        return None
    for kind, frame in _BEFORE:
        frames = list(frame.finditer(plain))
        if frames:
            return _framed(kind, plain, frames[-1])
    return None


def _framed(kind: Kind, plain: str, frame: Any) -> Asked | None:
    """The question with its frame ("能不能") in front of the act."""
    act, before = plain[frame.end() :], plain[: frame.start()]
    if not act.strip("吗么不呢?。 "):
        return None  # "登记本还用不用": the frame is the verb itself
    return Asked("may", act, before) if _FORBIDDEN_ASKED.search(frame.group()) else _asked(kind, act, before)


def _asked(kind: Kind, act: str, before: str) -> Asked:
    if _EXCUSED.search(act) or (kind == "must" and before.endswith("不")):
        return Asked("must", _EXCUSED.sub("", act), before)
    for frame in ("可以", "能够", "能", "必须", "应该", "需要"):  # "这样…可以，行吗": the first words of the act itself
        act = act.removeprefix(frame)
    return Asked(kind, act, before)


def _last_part(text: str) -> int:
    start = 0
    for match in _SPLIT.finditer(text):
        start = match.end()
    return start
